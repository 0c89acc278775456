import Querying
import Reporting
import Synchronization
import Workbench

/// How far a theft is: queries, their rate and what the attack thinks of its copy.
final class QueryProgress: QueryWatch {
  private struct State {
    var shown = ContinuousClock.now
    var isDrawn = false
  }

  private let budget: Int?
  private let console: Console
  private let started = ContinuousClock.now
  private let state = Mutex(State())

  /// Progress of an attack with a budget, if there is one.
  init(budget: Int?, console: Console) {
    self.budget = budget
    self.console = console
  }

  /// Shows the status: on a terminal ten times a second, in a log every ten seconds.
  func show(_ status: QuerySession.Status) {
    guard !console.isQuiet else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      guard now - state.shown >= (console.isInteractive ? .milliseconds(100) : .seconds(10)) else { return }
      state.shown = now
      Activity.touch()
      let line = text(status, seconds: (now - started).seconds)
      if console.isInteractive { console.redraw(line) } else { console.note(line) }
      state.isDrawn = console.isInteractive
    }
  }

  /// Takes the line away.
  func finish() {
    state.withLock { state in
      if state.isDrawn { console.redraw("") }
      state.isDrawn = false
    }
  }

  private func text(_ status: QuerySession.Status, seconds: Double) -> String {
    let rate = Double(status.ledger.billed) / max(seconds, 0.001)
    var line = "stealing: \(status.ledger.queries)\(budget.map { " of \($0)" } ?? "") queries, "
    line += "\(rate.fixed(0)) a second"
    if let fidelity = status.estimatedFidelity { line += ", fidelity about \(fidelity.percent(1))" }
    return line
  }
}
