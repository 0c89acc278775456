import Synchronization
import Workbench

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A sign of life on standard error from every command that takes longer than two seconds.
///
/// Work that counts its steps shows ``Progress``; beside it this is silent. On a terminal a line that is drawn over
/// every second, in a log one after two seconds and then every ten; nothing when quiet.
enum Activity {
  private struct State {
    var label = "at work"
    var since = ContinuousClock.now
    /// When something was last shown, by this or by a progress.
    var shown = ContinuousClock.now
    var console: Console?
    var isDrawn = false
    var hasSpoken = false
    var isOver = false
  }

  private static let state = Mutex(State())

  /// Begins to watch; to be called once.
  static func begin() {
    var thread = pthread_t()
    pthread_create(&thread, nil, { _ in Activity.watch() }, nil)
    pthread_detach(thread)
  }

  /// Says what the command does now, such as `training`.
  static func now(_ label: String) {
    state.withLock { state in
      state.label = label
      state.since = .now
    }
  }

  /// The console of the command, which says whether it may speak.
  static func use(_ console: Console) { state.withLock { $0.console = console } }

  /// Notes that something else was shown.
  static func touch() {
    state.withLock { state in
      state.shown = .now
      state.isDrawn = false
    }
  }

  /// The command waits for others, or is over: there is nothing to show any more.
  static func end() {
    state.withLock { state in
      if state.isDrawn { state.console?.redraw("") }
      state.isDrawn = false
      state.isOver = true
    }
  }

  private static func watch() -> Never {
    while true {
      usleep(200_000)
      state.withLock { state in
        guard let console = state.console, !console.isQuiet, !state.isOver else { return }
        let now = ContinuousClock.now
        let pause: Duration =
          console.isInteractive && state.isDrawn ? .seconds(1) : state.hasSpoken ? .seconds(10) : .seconds(2)
        guard now - state.shown >= pause else { return }
        let text = "\(state.label): \(Duration.words(seconds: (now - state.since).seconds)) so far"
        if console.isInteractive { console.redraw(text) } else { console.line(text) }
        state.isDrawn = console.isInteractive
        state.hasSpoken = !console.isInteractive
        state.shown = now
      }
    }
  }
}
