import Datasets

/// What runs one kind of experiment: its axes as a value, and how it is done where it is done.
public protocol RunnableExperiment: Sendable {
  /// What it needs at hand: data, victims, threads.
  associatedtype Site: Sendable
  /// The axes; it may leave open those over which it runs itself. Of two with equal axes only the first is run.
  var experiment: Experiment { get }
  /// Runs it.
  ///
  /// - Returns: outcomes of experiments that ``experiment`` covers.
  func outcomes(at site: Site) async throws -> [Outcome]
}

extension RunnableExperiment {
  /// The experiment with its site, ready to run.
  public func planned(at site: Site) -> PlannedExperiment {
    PlannedExperiment(experiment) { try await outcomes(at: site) }
  }
}

/// An experiment of a reproduction that is ready to run, on which several statements may rest.
public struct PlannedExperiment: Sendable {
  /// What tells it from all others.
  public let experiment: Experiment
  /// Runs it.
  public let run: @Sendable () async throws -> [Outcome]

  /// An experiment and what runs it.
  public init(_ experiment: Experiment, run: @escaping @Sendable () async throws -> [Outcome]) {
    self.experiment = experiment
    self.run = run
  }

  /// The outcomes of all, `workers` at the same time.
  fileprivate static func results(
    of planned: [PlannedExperiment], workers: Int,
    _ step: @escaping @Sendable (_ done: Int, _ total: Int) throws -> Void
  ) async throws -> [Experiment: Result<[Outcome], any Error>] {
    try await withThrowingTaskGroup(of: (Experiment, Result<[Outcome], any Error>).self) { group in
      var (results, next) = ([Experiment: Result<[Outcome], any Error>](), 0)
      func start() {
        guard next < planned.count else { return }
        let one = planned[next]
        next += 1
        group.addTask {
          do {
            try Task.checkCancellation()
            return (one.experiment, .success(try await one.run()))
          } catch let error as CancellationError {
            throw error
          } catch {
            return (one.experiment, .failure(error))
          }
        }
      }
      for _ in 0..<max(workers, 1) { start() }
      while let (experiment, result) = try await group.next() {
        results[experiment] = result
        try step(results.count, planned.count)
        start()
      }
      return results
    }
  }
}

extension Statement where Work == [PlannedExperiment] {
  /// Runs all experiments that statements rest on, each once, and judges the statements. Experiments whose data are not
  /// here leave their statements unmeasured, those that fail make them fail; both say so in their notes.
  ///
  /// - Parameter step: called after every experiment with the number done and the number of all; may throw to stop.
  /// - Returns: the outcomes of all experiments and a claim for every statement, in the order of the statements.
  /// - Throws: what `step` throws, and `CancellationError`.
  public static func judge(
    _ statements: [Self], workers: Int,
    _ step: @escaping @Sendable (_ done: Int, _ total: Int) throws -> Void
  ) async throws -> (outcomes: [Outcome], claims: [Claim]) {
    let planned = experiments(of: statements)
    let results = try await PlannedExperiment.results(of: planned, workers: workers, step)
    return (
      planned.flatMap { (try? results[$0.experiment]?.get()) ?? [] },
      statements.map { statement in
        do {
          return statement.claim(try statement.work.flatMap { try results[$0.experiment]?.get() ?? [] })
        } catch let error as CatalogueError where error.isAbsence {
          return statement.claim(nil, remark: "Not measured: \(error).")
        } catch {
          return statement.claim(failedFor: "\(error)")
        }
      }
    )
  }

  /// The experiments of all statements, each once.
  public static func experiments(of statements: [Self]) -> [PlannedExperiment] {
    var seen: Set<Experiment> = []
    return statements.flatMap(\.work).filter { seen.insert($0.experiment).inserted }
  }
}
