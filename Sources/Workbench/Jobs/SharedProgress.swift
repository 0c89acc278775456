import Synchronization

/// Progress of work whose size shows only when it has begun.
public final class SharedProgress: Sendable {
  private let label: String
  private let observer: any JobObserver
  private let state = Mutex<(progress: (any JobProgress)?, done: Int)>((nil, 0))

  /// Work of some kind, such as `thefts`.
  public init(_ label: String, observer: any JobObserver) {
    self.label = label
    self.observer = observer
  }

  /// Notes how much is done, and of how much.
  public func show(done: Int, of total: Int) {
    state.withLock { state in
      let progress = state.progress ?? observer.progress(label, total: total)
      state.progress = progress
      if done > state.done { progress.advance(by: done - state.done) }
      state.done = max(state.done, done)
    }
  }

  /// The work is over, or broke off.
  public func finish() { state.withLock { $0.progress?.finish() } }
}
