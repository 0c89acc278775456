import Learning
import LinearAlgebra
import Methods
import Querying
import RealModule

/// Asks about one column at a time, all others left out.
struct SingleColumnProbe {
  /// What a column of numbers turned out to be.
  enum Number {
    /// Scores `start + slope · value`.
    case line(start: [Double], slope: [Double])
    /// Ends between bins and the scores in every bin.
    case bins(ends: [Double], scores: [[Double]])
  }

  private let session: QuerySession
  private let epsilon: Double
  private let wholeEpsilon: Double
  private let margin: Double

  init(_ session: QuerySession, epsilon: Double, wholeEpsilon: Double, margin: Double) {
    self.session = session
    self.epsilon = epsilon
    self.wholeEpsilon = wholeEpsilon
    self.margin = margin
  }

  /// The scores of the query with one value, or of the empty one.
  func scores(_ place: (column: Int, value: Double)?) async throws -> [Double] {
    try await scores(place?.column ?? 0, [place?.value ?? .nan])[0]
  }

  /// The scores of queries with one value in a column: log-probabilities less their mean over the classes.
  func scores(_ column: Int, _ values: [Double]) async throws -> [[Double]] {
    guard !values.isEmpty else { return [] }
    var queries = Matrix(rows: values.count, columns: session.schema.inputs.count, repeating: .nan)
    for (row, value) in values.enumerated() { queries[row, column] = value }
    let answers = try await session.ask(queries)
    let probabilities = try answers.probabilityMatrix(classCount: session.schema.classCount)
    guard probabilities.elements.allSatisfy({ $0 > 0 }) else {
      throw StealingError.undetermined(
        method: AmazonCase.card.title, reason: "an answer has a probability of zero; use retrain instead")
    }
    let logarithms = probabilities.centredLogarithms()
    return (0..<logarithms.rows).map { logarithms.row($0) }
  }

  /// A value and the scores of the query with it.
  private typealias Point = (value: Double, scores: [Double])
  /// Evenly spaced values, by their number.
  private typealias Grid = (Int) -> Double

  private func points(_ column: Int, _ values: [Double]) async throws -> [Point] {
    Array(zip(values, try await scores(column, values)))
  }

  /// What a column of numbers is.
  func number(_ column: Int, lower: Double, upper: Double) async throws -> Number {
    let (middle, half) = (lower / 2 + upper / 2, upper / 2 - lower / 2)
    guard half > 0 else {
      return .bins(ends: [], scores: [try await scores((column, middle))])
    }
    let reach = max(Int(((1 + margin) / epsilon).rounded()), 1)
    let grid: Grid = { middle + half * (Double($0 - reach) * epsilon) }
    let ends = try await points(column, [grid(0), grid(reach), grid(2 * reach)])
    if !ends[0].scores.equals(ends[1].scores), !ends[1].scores.equals(ends[2].scores),
      ends[1].scores.isMiddle(of: ends[0].scores, ends[2].scores)
    {
      let width = ends[2].value - ends[0].value
      let slope = ends[2].scores.less(ends[0].scores).map { $0 / width }
      let start = zip(ends[1].scores, slope).map { $0 - $1 * ends[1].value }
      return .line(start: start, slope: slope)
    }
    if let bins = try await wholeBins(column, lower: lower, upper: upper) { return bins }
    let steps = try await changes(column, grid, among: [0, reach, 2 * reach], ends)
    return .bins(
      ends: steps.map { Self.shortest(from: $0.below.value, to: $0.above.value) },
      scores: [ends[0].scores] + steps.map { $0.above.scores })
  }

  /// The bins of a column whose bounds are whole numbers, asked about at whole numbers only, so that these fall into the
  /// right bins wherever between them the ends are.
  ///
  /// Nil if the bounds are not whole, are less than ten apart (the plain search takes as few queries there) or beyond 1e12
  /// (where 64ths are lost), if no score changes, and if the first or the last end lies between whole numbers and the plain
  /// search comes closer to it.
  private func wholeBins(_ column: Int, lower: Double, upper: Double) async throws -> Number? {
    guard lower.rounded() == lower, upper.rounded() == upper, upper - lower >= 10,
      max(abs(lower), abs(upper)) <= 1e12
    else { return nil }
    let half = upper / 2 - lower / 2
    let step = max((wholeEpsilon * half).rounded(.down), 1)
    let start = (lower - margin * half).rounded(.down)
    let last = Int(((upper + margin * half - start) / step).rounded(.up))
    let grid: Grid = { start + step * Double($0) }
    let marks = [0, last / 2, last]
    let known = try await points(column, marks.map(grid))
    let steps = try await changes(column, grid, among: marks, known)
    guard let first = steps.first, let final = steps.last else { return nil }
    var ends = steps.map { Self.shortest(from: $0.below.value, to: $0.above.value) }
    let edges = [try await wholeEnd(column, first), try await wholeEnd(column, final)]
    if let one = edges[0], let other = edges[1], one.isBelow == other.isBelow {
      if !one.isBelow { ends = ends.map { ($0 + 1).nextDown } }
      (ends[0], ends[ends.count - 1]) = (one.end, other.end)
    } else if step <= epsilon * half {
      ends = steps.map { $0.below.value / 2 + $0.above.value / 2 }
    } else {
      return nil
    }
    return .bins(ends: ends, scores: [known[0].scores] + steps.map { $0.above.scores })
  }

  /// An end between two whole numbers, to a 64th: a whole number that belongs to the bin below, or all that is less than
  /// one; nil if it is neither.
  private func wholeEnd(
    _ column: Int, _ step: (below: Point, above: Point)
  ) async throws -> (end: Double, isBelow: Bool)? {
    let width = Int(step.above.value - step.below.value)
    let grid: Grid = { step.below.value + Double($0) }
    let found = try await changes(column, grid, among: [0, width], [step.below, step.above])
    guard let (below, above) = found.first else { return nil }
    let beside = try await scores(column, [below.value + 1 / 64, above.value - 1 / 64])
    if beside[0].equals(above.scores) { return (below.value, true) }
    return beside[1].equals(below.scores) ? (above.value.nextDown, false) : nil
  }

  /// All neighbours on a grid with different scores, ascending. Where both ends of a piece have the same scores its
  /// middle is asked about before it is given up.
  private func changes(
    _ column: Int, _ grid: Grid, among marks: [Int], _ known: [Point]
  ) async throws -> [(below: Point, above: Point)] {
    typealias Mark = (number: Int, point: Point)
    let first = Array(zip(marks, known)).map { (number: $0.0, point: $0.1) }
    var open: [(low: Mark, high: Mark)] = zip(first, first.dropFirst()).map { ($0.0, $0.1) }
    var found: [(below: Point, above: Point)] = []
    while !open.isEmpty {
      for piece in open where piece.high.number - piece.low.number <= 1 {
        if !piece.low.point.scores.equals(piece.high.point.scores) {
          found.append((piece.low.point, piece.high.point))
        }
      }
      open.removeAll { $0.high.number - $0.low.number <= 1 }
      let numbers = open.map { ($0.low.number + $0.high.number) >> 1 }
      let middles = zip(numbers, try await points(column, numbers.map(grid))).map {
        (number: $0.0, point: $0.1)
      }
      var next: [(low: Mark, high: Mark)] = []
      for (piece, middle) in zip(open, middles) {
        let isFlat =
          piece.low.point.scores.equals(middle.point.scores)
          && middle.point.scores.equals(piece.high.point.scores)
        if !isFlat { next += [(piece.low, middle), (middle, piece.high)] }
      }
      open = next
    }
    return found.sorted { $0.below.value < $1.below.value }
  }

  /// The number of fewest digits that is at least `low` and below `high`, of several the one nearest to the middle:
  /// ends of bins are values of the data.
  static func shortest(from low: Double, to high: Double) -> Double {
    let middle = low / 2 + high / 2
    for exponent in stride(from: Int(Double.log10(high - low).rounded(.up)), through: -15, by: -1) {
      let power = Double.pow(10, abs(exponent))
      func near(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
        exponent < 0 ? (value * power).rounded(rule) / power : (value / power).rounded(rule) * power
      }
      for candidate in [near(middle, .toNearestOrEven), near(low, .up)]
      where candidate >= low && candidate < high { return candidate }
    }
    return low
  }
}

extension [Double] {
  /// Whether two vectors of scores are the same up to the rounding of sums.
  fileprivate func equals(_ other: [Double]) -> Bool {
    zip(self, other).allSatisfy { abs($0 - $1) <= 1e-10 * Swift.max(1, abs($0)) }
  }

  /// Whether this lies in the middle between two others, up to rounding.
  fileprivate func isMiddle(of left: [Double], _ right: [Double]) -> Bool {
    let span = zip(left, right).reduce(0) { Swift.max($0, abs($1.0 - $1.1)) }
    return zip(self, zip(left, right)).allSatisfy {
      abs($0 - ($1.0 / 2 + $1.1 / 2)) <= 1e-7 * Swift.max(span, 1e-3)
    }
  }
}
