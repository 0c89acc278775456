import Datasets
/// A piece of work of a reproduction, known by its key, on which several statements may rest.
public struct NamedWork: Sendable {
  /// What tells it from all others.
  public let key: String
  /// Does it.
  public let run: @Sendable () async throws -> [Outcome]

  /// Work with a key.
  public init(key: String, run: @escaping @Sendable () async throws -> [Outcome]) {
    self.key = key
    self.run = run
  }

  /// The results of all pieces by their keys, `workers` at the same time.
  fileprivate static func results(
    of works: [NamedWork], workers: Int,
    _ step: @escaping @Sendable (_ done: Int, _ total: Int) throws -> Void
  ) async throws -> [String: Result<[Outcome], any Error>] {
    try await withThrowingTaskGroup(of: (String, Result<[Outcome], any Error>).self) { group in
      var (results, next) = ([String: Result<[Outcome], any Error>](), 0)
      func start() {
        guard next < works.count else { return }
        let work = works[next]
        next += 1
        group.addTask {
          do {
            try Task.checkCancellation()
            return (work.key, .success(try await work.run()))
          } catch let error as CancellationError {
            throw error
          } catch {
            return (work.key, .failure(error))
          }
        }
      }
      for _ in 0..<max(workers, 1) { start() }
      while let (key, result) = try await group.next() {
        results[key] = result
        try step(results.count, works.count)
        start()
      }
      return results
    }
  }
}

extension Statement where Work == [NamedWork] {
  /// Does all work that statements rest on, every piece once, and judges them. Work whose data are not here leaves its
  /// statements unmeasured, work that fails makes them fail; both say so in their notes.
  ///
  /// - Parameter step: called after every piece with the number done and the number of all; may throw to stop.
  /// - Returns: the outcomes of all pieces and a claim for every statement, in the order of the statements.
  /// - Throws: what `step` throws, and `CancellationError`.
  public static func judge(
    _ statements: [Self], workers: Int,
    _ step: @escaping @Sendable (_ done: Int, _ total: Int) throws -> Void
  ) async throws -> (outcomes: [Outcome], claims: [Claim]) {
    let works = pieces(of: statements)
    let results = try await NamedWork.results(of: works, workers: workers, step)
    return (
      works.flatMap { (try? results[$0.key]?.get()) ?? [] },
      statements.map { statement in
        do {
          return statement.claim(try statement.work.flatMap { try results[$0.key]?.get() ?? [] })
        } catch let error as CatalogueError where error.isAbsence {
          return statement.claim(nil, remark: "Not measured: \(error).")
        } catch {
          return statement.claim(failedFor: "\(error)")
        }
      }
    )
  }

  /// The pieces of work of all statements, each once.
  public static func pieces(of statements: [Self]) -> [NamedWork] {
    var keys: Set<String> = []
    return statements.flatMap(\.work).filter { keys.insert($0.key).inserted }
  }
}
