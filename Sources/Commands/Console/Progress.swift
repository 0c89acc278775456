import Synchronization
import Workbench

/// How far a long piece of work is, shown on standard error.
///
/// On a terminal: one line with a bar, the count and the time left, drawn over at most ten times a second. In a
/// log: a line at every tenth of the work or every ten seconds, whichever comes first. Nothing when quiet.
/// May be advanced from several tasks at once.
final class Progress: Sendable {
  private struct State {
    var done = 0
    var shown = ContinuousClock.now
    var shownTenths = 0
    var isDrawn = false
  }

  private let label: String
  private let total: Int
  private let console: Console
  private let started = ContinuousClock.now
  private let state = Mutex(State())

  /// Work of `total` steps; `label` says what is done, as in `attacking`.
  init(_ label: String, total: Int, console: Console) {
    self.label = label
    self.total = max(total, 1)
    self.console = console
    if !console.isQuiet, console.isInteractive { advance(by: 0) }
  }

  /// Notes that `steps` more are done.
  func advance(by steps: Int = 1) {
    guard !console.isQuiet else { return }
    state.withLock { state in
      state.done = min(state.done + steps, total)
      let now = ContinuousClock.now
      let isLast = state.done == total
      if console.isInteractive {
        guard isLast || !state.isDrawn || now - state.shown >= .milliseconds(100) else { return }
        console.redraw(bar(state.done, now - started))
        Activity.touch()
        state.isDrawn = true
      } else {
        let tenths = state.done * 10 / total
        guard isLast || tenths > state.shownTenths || now - state.shown >= .seconds(10) else { return }
        console.note(line(state.done, now - started))
        state.shownTenths = tenths
      }
      state.shown = now
    }
  }

  /// Takes the bar away; lines of a log stay.
  func finish() {
    state.withLock { state in
      if state.isDrawn { console.redraw("") }
      state.isDrawn = false
    }
  }

  private func bar(_ done: Int, _ elapsed: Duration) -> String {
    let filled = done * 24 / total
    let track = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    return "\(label)  \(track)  \(done)/\(total)\(Self.left(done, total, elapsed))"
  }

  private func line(_ done: Int, _ elapsed: Duration) -> String {
    "\(label): \(done) of \(total)\(Self.left(done, total, elapsed))"
  }

  /// The time left as the rate so far has it; empty at both ends.
  private static func left(_ done: Int, _ total: Int, _ elapsed: Duration) -> String {
    guard done > 0, done < total else { return "" }
    return ", \(Duration.words(seconds: elapsed.seconds / Double(done) * Double(total - done))) left"
  }
}
