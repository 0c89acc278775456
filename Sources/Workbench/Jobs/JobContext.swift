import Datasets
import Experiments

/// What every job gets beside its request.
public struct JobContext: Sendable {
  /// The methods that can be named.
  public var methods: MethodRegistry
  /// Where data sets are looked for.
  public var searchPath: DataSearchPath
  /// Seed of all random numbers; the same seed gives the same results.
  public var seed: UInt64
  /// Threads, on which results do not depend.
  public var workers: Int
  /// Who is told what happens, and may stop the job.
  public var observer: any JobObserver

  /// Surroundings with these parts; nobody watches unless an observer is given.
  public init(
    methods: MethodRegistry = .builtIn, searchPath: DataSearchPath = DataSearchPath(dataDirectory: nil),
    seed: UInt64 = 1, workers: Int = 1, observer: any JobObserver = SilentObserver()
  ) {
    self.methods = methods
    self.searchPath = searchPath
    self.seed = seed
    self.workers = workers
    self.observer = observer
  }

  /// Tells a remark of the job.
  public func note(_ sentence: String) { observer.note(.init(sentence)) }

  /// Tells remarks of the job.
  public func note(_ sentences: [String]) { for sentence in sentences { observer.note(.init(sentence)) } }

  /// Tells what was found out of a table; who reads a table twice need not hear it twice.
  public func findings(_ sentences: [String]) {
    for sentence in sentences { observer.note(.init(sentence, isFinding: true)) }
  }
}
