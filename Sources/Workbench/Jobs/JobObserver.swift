/// A remark of a job, as data.
public struct JobNote: Sendable, Hashable {
  /// One sentence.
  public let text: String
  /// Whether it says what was found out of a table; the same finding may come again and is worth one line.
  public let isFinding: Bool

  /// A remark.
  public init(_ text: String, isFinding: Bool = false) {
    self.text = text
    self.isFinding = isFinding
  }
}

/// Who is told what a job does while it runs, and may stop it. Every part has a default that does nothing, but for
/// ``check()``, which then asks whether the task is cancelled.
public protocol JobObserver: Sendable {
  /// A remark, as it comes.
  func note(_ note: JobNote)
  /// What went wrong while the job goes on, such as a full disk behind a log.
  func fault(_ sentence: String)
  /// The job turns to a step that may take long, such as `training ridge`.
  func begin(_ step: String)
  /// Work of `total` counted steps begins; `label` says what is done, as in `attacking`.
  func progress(_ label: String, total: Int) -> any JobProgress
  /// An attack begins to ask, with at most so many queries if it has a budget.
  func queries(budget: Int?) -> any QueryWatch
  /// Ends the job if it should stop; called between steps, from any thread.
  ///
  /// - Throws: the error that the job is to end with.
  func check() throws
  /// Says what an interruption keeps and how to go on; the clause is asked for when it comes.
  func keeps(_ clause: @escaping @Sendable () -> String)
}

/// Counted work of a job; may be advanced from several tasks at once.
public protocol JobProgress: Sendable {
  /// Notes that `steps` more are done.
  func advance(by steps: Int)
  /// The work is over, or broke off.
  func finish()
}

extension JobObserver {
  public func note(_ note: JobNote) {}
  public func fault(_ sentence: String) {}
  public func begin(_ step: String) {}
  public func progress(_ label: String, total: Int) -> any JobProgress { SilentProgress() }
  public func queries(budget: Int?) -> any QueryWatch { SilentWatch() }
  public func check() throws { try Task.checkCancellation() }
  public func keeps(_ clause: @escaping @Sendable () -> String) {}
}

/// Nobody watches; a job ends when its task is cancelled.
public struct SilentObserver: JobObserver {
  /// The observer.
  public init() {}
}

private struct SilentProgress: JobProgress {
  func advance(by steps: Int) {}
  func finish() {}
}
