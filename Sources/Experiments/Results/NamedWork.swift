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

  /// Why work failed, in one sentence.
  public struct Failure: Error, Sendable {
    /// The sentence.
    public let sentence: String
  }

  /// The results of all pieces by their keys, `workers` at the same time.
  ///
  /// - Parameter step: called after every piece with the number done and the number of all; may throw to stop.
  /// - Throws: what `step` throws, and `CancellationError`; other failures are results.
  public static func results(
    of works: [NamedWork], workers: Int,
    _ step: @escaping @Sendable (_ done: Int, _ total: Int) throws -> Void
  ) async throws -> [String: Result<[Outcome], Failure>] {
    try await withThrowingTaskGroup(of: (String, Result<[Outcome], Failure>).self) { group in
      var (results, next) = ([String: Result<[Outcome], Failure>](), 0)
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
            return (work.key, .failure(Failure(sentence: "\(error)")))
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

extension PublishedStatement {
  /// The claim that the results of the work with these keys make; a failure is told in its note.
  public func claim(_ results: [String: Result<[Outcome], NamedWork.Failure>], keys: [String]) -> Claim {
    var outcomes: [Outcome] = []
    for key in keys {
      switch results[key] {
      case .success(let found)?: outcomes += found
      case .failure(let failure)?: return claim(nil, remark: "Not measured: \(failure.sentence).")
      case nil: return claim(nil, remark: "Not measured.")
      }
    }
    return claim(outcomes)
  }
}
