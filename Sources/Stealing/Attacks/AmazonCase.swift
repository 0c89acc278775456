#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import Learning
public import LinearAlgebra
public import Querying
import Tabular

/// The theft of a logistic or softmax model that puts numbers into bins, through queries that leave columns out.
///
/// A column that is left out counts as zero in all its indicators, so the empty query gives the intercepts and a query
/// with one value the weight of the indicator that it falls into. A line search with one column alone finds the ends of
/// the bins, which are quantiles of the training data. A number whose log-ratios lie on a line is not in bins; its
/// slope follows from three answers.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs", USENIX
///   Security 2016, section 5.2.
public struct AmazonCase: ExtractionAttack {
  public static let card = MethodCard(
    id: "amazon", kind: .attack, title: "Bins and weights by incomplete queries",
    summary: "Recovers bins and one-hot columns from queries with one value, and reads the weights off.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "probabilities of all classes of a logistic or softmax model that counts missing columns as zero",
    parameters: [
      .init(
        "epsilon", "width to which bin ends are found, where the bounds of the column are -1 and 1",
        range: "1e-9...1", default: "0.001"),
      .init(
        "margin", "how far beyond the bounds is searched, in the same measure", range: "0...1", default: "0.1"
      ),
    ], taxonomy: .modelExtraction)

  /// Width to which the ends of bins are found, as a share of half the range of the column.
  public var epsilon = 1e-3
  /// How far beyond the bounds is searched, as a share of half the range.
  public var margin = 0.1

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    guard capabilities.content == .probabilities, schema.classCount >= 2 else {
      return "the probabilities of all classes"
    }
    return capabilities.acceptsMissing ? nil : "answers to queries that leave columns out"
  }

  public func steal(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> StolenModel {
    let schema = session.schema
    let asker = SingleColumnProbe(session, epsilon: epsilon, margin: margin)
    let empty = try await asker.scores(nil)
    var (encodings, rows, notes) = ([KnownEncoding](), [[Double]](), [String]())
    for (column, input) in schema.inputs.enumerated() {
      switch input.kind {
      case .category(let levels):
        encodings.append(.indicators)
        rows += try await asker.scores(column, levels.indices.map { Double($0) }).map { $0.less(empty) }
      case .number(let lower, let upper):
        let found = try await asker.number(column, lower: lower, upper: upper)
        switch found {
        case .line(let start, let slope):
          let (zero, scale) = Self.zero(start, slope, empty, lower: lower, upper: upper)
          encodings.append(.number(zero: zero, scale: scale))
          rows.append(slope.map { $0 * scale })
        case .bins(let ends, let scores):
          encodings.append(.bins(ends: ends))
          rows += scores.map { $0.less(empty) }
          notes.append("column '\(input.name)' has \(scores.count) bins")
        }
      }
    }
    let features = FeatureEncoder(inputs: schema.inputs, encodings: encodings)
    let model = classifier(Matrix(rows).transposed(), empty)
    return try StolenModel(
      .linearClassifier(model), features: features, schema: schema,
      unknowns: schema.classCount * (rows.count + 1), notes: notes)
  }

  /// The value of a number that counts as missing does, and half the range.
  private static func zero(
    _ start: [Double], _ slope: [Double], _ empty: [Double], lower: Double, upper: Double
  ) -> (zero: Double, scale: Double) {
    let square = slope.reduce(0) { $0 + $1 * $1 }
    let product = zip(slope, empty.less(start)).reduce(0) { $0 + $1.0 * $1.1 }
    let half = upper / 2 - lower / 2
    return (square > 0 ? product / square : lower / 2 + upper / 2, half > 0 ? half : 1)
  }

  private func classifier(_ weights: Matrix, _ intercepts: [Double]) -> LinearClassifier {
    guard intercepts.count == 2 else {
      return LinearClassifier(weights: weights, intercepts: intercepts, link: .softmax)
    }
    return LinearClassifier(
      weights: weights.row(1).less(weights.row(0)), intercept: intercepts[1] - intercepts[0])
  }
}

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
  private let margin: Double

  init(_ session: QuerySession, epsilon: Double, margin: Double) {
    self.session = session
    self.epsilon = epsilon
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

  private typealias Point = (multiple: Int, scores: [Double])

  /// What a column of numbers is.
  func number(_ column: Int, lower: Double, upper: Double) async throws -> Number {
    let (middle, half) = (lower / 2 + upper / 2, upper / 2 - lower / 2)
    guard half > 0 else {
      return .bins(ends: [], scores: [try await scores((column, middle))])
    }
    func value(_ multiple: Int) -> Double { middle + half * (Double(multiple) * epsilon) }
    func points(_ multiples: [Int]) async throws -> [Point] {
      Array(zip(multiples, try await scores(column, multiples.map(value)))).map { ($0.0, $0.1) }
    }
    let reach = max(Int(((1 + margin) / epsilon).rounded()), 1)
    let ends = try await points([-reach, 0, reach])
    if !ends[0].scores.equals(ends[1].scores), !ends[1].scores.equals(ends[2].scores),
      ends[1].scores.isMiddle(of: ends[0].scores, ends[2].scores)
    {
      let width = value(reach) - value(-reach)
      let slope = ends[2].scores.less(ends[0].scores).map { $0 / width }
      let start = zip(ends[1].scores, slope).map { $0 - $1 * value(0) }
      return .line(start: start, slope: slope)
    }
    let steps = try await changes(between: ends, points)
    return .bins(
      ends: steps.map { Self.shortest(from: value($0.below.multiple), to: value($0.above.multiple)) },
      scores: [ends[0].scores] + steps.map { $0.above.scores })
  }

  /// All neighbours on the grid with different scores, ascending. Where both ends of a piece have the same scores its
  /// middle is asked about before it is given up.
  private func changes(
    between points: [Point], _ ask: ([Int]) async throws -> [Point]
  ) async throws -> [(below: Point, above: Point)] {
    var (found, open) = (
      [(below: Point, above: Point)](), Array(zip(points, points.dropFirst())).map { (low: $0.0, high: $0.1) }
    )
    while !open.isEmpty {
      for piece in open where piece.high.multiple - piece.low.multiple <= 1 {
        if !piece.low.scores.equals(piece.high.scores) { found.append((piece.low, piece.high)) }
      }
      open.removeAll { $0.high.multiple - $0.low.multiple <= 1 }
      let middles = try await ask(open.map { ($0.low.multiple + $0.high.multiple) >> 1 })
      var next: [(low: Point, high: Point)] = []
      for (piece, middle) in zip(open, middles) {
        let isFlat = piece.low.scores.equals(middle.scores) && middle.scores.equals(piece.high.scores)
        if !isFlat { next += [(piece.low, middle), (middle, piece.high)] }
      }
      open = next
    }
    return found.sorted { $0.below.multiple < $1.below.multiple }
  }

  /// The number of fewest digits that is at least `low` and below `high`: ends of bins are values of the data.
  static func shortest(from low: Double, to high: Double) -> Double {
    for exponent in stride(from: Int(log10(high - low).rounded(.up)), through: -15, by: -1) {
      let power = pow(10, Double(abs(exponent)))
      let candidate =
        exponent < 0 ? (low * power).rounded(.up) / power : (low / power).rounded(.up) * power
      if candidate >= low, candidate < high { return candidate }
    }
    return low
  }
}

extension [Double] {
  /// The difference to another vector.
  fileprivate func less(_ other: [Double]) -> [Double] { zip(self, other).map { $0 - $1 } }

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
