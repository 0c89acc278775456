import Synchronization

/// Progress of work whose size shows only when it has begun.
final class SharedProgress: Sendable {
  private let label: String
  private let console: Console
  private let state = Mutex<(progress: Progress?, done: Int)>((nil, 0))

  /// Work of some kind, such as `thefts`.
  init(_ label: String, console: Console) {
    self.label = label
    self.console = console
  }

  /// Notes how much is done, and of how much.
  func show(done: Int, of total: Int) {
    state.withLock { state in
      let progress = state.progress ?? Progress(label, total: total, console: console)
      state.progress = progress
      if done > state.done { progress.advance(by: done - state.done) }
      state.done = max(state.done, done)
    }
  }

  /// Takes the bar away.
  func finish() { state.withLock { $0.progress?.finish() } }
}
