import Methods
import Querying
import Guarding

/// An alarm if many of the last answers were close calls: thieves ask near the boundary between classes.
///
/// The margin of an answer is the distance between its two largest probabilities. The score is the share of the last
/// `window` answers with a margin below `width`; the alarm is raised above the largest share of any such window of honest
/// queries, plus `slack`. Memory: `window` truth values a client.
struct NarrowMargins: QueryDetector {
  static let card = MethodCard(
    id: "margin", family: .queryDetector, title: "Narrow margins",
    summary: "An alarm if many answers are close calls.", citation: "example",
    needs: "a classifier that gives probabilities; two windows of queries of honest users",
    taxonomy: .queryDetection)

  static let settings: [Setting<Self>] = [
    .init("window", \.window, "last answers that count", in: 10...100_000),
    .init("width", \.width, "margin below which an answer is a close call", in: 0...1),
    .init("slack", \.slack, "share beyond that of honest users that is still no alarm", in: 0...1),
  ]

  /// Last answers that count.
  var window = 50
  /// Margin below which an answer is a close call.
  var width = 0.2
  /// Share beyond that of honest users that is still no alarm.
  var slack = 0.05

  func prepared(for context: ServiceContext) throws -> any PreparedDetector {
    try context.requireClasses(Self.card)
    let honest = try context.benignAnswers(Self.card, atLeast: 2 * window)
    guard honest.allSatisfy({ !$0.probabilities.isEmpty }) else {
      throw GuardingError.notApplicable(method: Self.card.id, reason: "the model gives no probabilities")
    }
    var watch = Watch(window: window, width: width, threshold: .infinity)
    let largest = honest.reduce(0) { max($0, watch.observe([], $1).score ?? 0) }
    return StreamDetector(Watch(window: window, width: width, threshold: largest + slack))
  }

  private struct Watch: QueryMonitor {
    let window: Int
    let width: Double
    let threshold: Double
    private var recent: [Bool] = []
    private var next = 0
    private var close = 0

    init(window: Int, width: Double, threshold: Double) {
      self.window = window
      self.width = width
      self.threshold = threshold
    }

    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      let sorted = answer.probabilities.sorted(by: >)
      let isClose = sorted.count > 1 && sorted[0] - sorted[1] < width
      if recent.count < window {
        recent.append(isClose)
      } else {
        if recent[next] { close -= 1 }
        recent[next] = isClose
        next = (next + 1) % window
      }
      if isClose { close += 1 }
      guard recent.count == window else { return DetectorReading(score: nil, isAlarm: false) }
      let share = Double(close) / Double(window)
      return DetectorReading(score: share, isAlarm: share > threshold)
    }
  }
}
