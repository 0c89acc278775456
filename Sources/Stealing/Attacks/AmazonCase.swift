import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// The theft of a logistic or softmax model that puts numbers into bins, through queries that leave columns out.
///
/// A column that is left out counts as zero in all its indicators, so the empty query gives the intercepts and a query
/// with one value the weight of the indicator that it falls into. A line search with one column alone finds the ends of
/// the bins, which are quantiles of the training data. Where the bounds of a column are whole numbers its search asks
/// about whole numbers. A number whose log-ratios lie on a line is not in bins; its slope follows
/// from three answers.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs", USENIX
///   Security 2016, section 5.2.
public struct AmazonCase: ExtractionAttack {
  public static let card = MethodCard(
    id: "amazon", family: .extraction, title: "Bins and weights by incomplete queries",
    summary: "Recovers bins and one-hot columns from queries with one value, and reads the weights off.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "probabilities of all classes of a logistic or softmax model that counts missing columns as zero",
    taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = [
    .init(
      "epsilon", \.epsilon, "width to which bin ends are found, where the bounds of the column are -1 and 1",
      in: 1e-9...1),
    .init(
      "wholeEpsilon", \.wholeEpsilon, "the same for columns of whole numbers; never below 1 number",
      in: 1e-12...1),
    .init("margin", \.margin, "how far beyond the bounds is searched, in the same measure", in: 0...1),
  ]

  /// Width to which the ends of bins are found, as a share of half the range of the column.
  public var epsilon = 1e-3
  /// The same for columns of whole numbers, whose ends are found to one number at best.
  public var wholeEpsilon = 1e-5
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
    let asker = SingleColumnProbe(
      session, epsilon: epsilon, wholeEpsilon: wholeEpsilon, margin: margin)
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
      unknowns: schema.classCount * (rows.count + 1), remarks: notes)
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

extension [Double] {
  /// The difference to another vector.
  func less(_ other: [Double]) -> [Double] { zip(self, other).map { $0 - $1 } }
}
