import Learning
import LinearAlgebra
public import Methods
import Querying
import RealModule
import Tabular

/// The boundary differentially private layer: near the boundary of two classes the answer is drawn at random.
///
/// A query is near if moving one feature by ± `zone` changes the class; for a linear model that is
/// `|score| ≤ zone · max |w|`. Its true class is then given with probability
///
/// ```
/// p = 1/2 + √(exp(2ε) − 1) / (2 + 2 exp(ε)),   for which (p² + (1 − p)²) / (2 p (1 − p)) = exp(ε)
/// ```
///
/// so that two queries of the zone, whatever their classes, look alike up to `exp(ε)`. The draw follows from the query
/// and the key; no table of answers is needed. Only classes are given, since a probability tells the distance.
///
/// - Source: Zheng, Ye, Hu, Fang, Shi, "BDPL: A Boundary Differentially Private Layer Against Machine Learning Model
///   Extraction Attacks", ESORICS 2019. Distances are in features scaled to -1...1 and categories are not moved.
public struct BoundaryPrivacy: ResponseGuard {
  public static let card = MethodCard(
    id: "bdpl", family: .guard, title: "Boundary differential privacy",
    summary: "Near the boundary of two classes the answer is drawn at random.",
    citation: "Zheng, Ye, Hu, Fang, Shi, BDPL: A Boundary Differentially Private Layer, ESORICS 2019",
    needs: "a model of two classes with at least one number as input; a key", taxonomy: .outputObfuscation)

  public static let settings: [Setting<Self>] = [
    .init("zone", \.zone, "half width of the zone, in halves of the range of a column", in: 0...),
    .init("epsilon", \.epsilon, "how alike answers in the zone are", in: 0...),
  ]
  public static let changesLabels = true

  /// Half width of the zone, in halves of the range of a column.
  public var zone = 0.05
  /// How alike answers in the zone are.
  public var epsilon = 0.5

  public init() {}

  /// The probability with which the true class is given in the zone.
  var honesty: Double {
    // Both terms grow without bound; divided by exp(ε) they do not.
    let small = Double.exp(-epsilon)
    return 0.5 + (1 - small * small).squareRoot() / (2 * small + 2)
  }

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    let numbers = context.schema.inputs.indices.filter { context.schema.inputs[$0].isNumber }
    guard context.classCount == 2, !numbers.isEmpty else {
      throw GuardingError.notApplicable(
        method: Self.card.id, reason: "it guards the boundary of two classes in the direction of numbers")
    }
    let steps = numbers.map { column -> (column: Int, size: Double) in
      guard case .number(let lower, let upper) = context.schema.inputs[column].kind else {
        return (column, 0)
      }
      return (column, zone * (upper - lower) / 2)
    }
    return PreparedBoundaryPrivacy(
      oracle: try context.oracle, hash: context.keyedHash, steps: steps, honesty: honesty)
  }
}

private struct PreparedBoundaryPrivacy: PreparedGuard {
  let oracle: PipelineOracle
  let hash: KeyedHash
  let steps: [(column: Int, size: Double)]
  let honesty: Double

  func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities {
    var result = offered
    result.content = .label
    result.details = []
    return result
  }

  func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] {
    try answers.enumerated().map { row, answer in
      guard let label = answer.label else { return Answer() }
      let query = queries.row(row)
      guard try isNear(query, label: label) else { return Answer(label: label) }
      var random = hash.stream(query, for: "bdpl")
      return Answer(label: random.bernoulli(honesty) ? label : 1 - label)
    }
  }

  /// Whether a neighbour of the query has the other class.
  private func isNear(_ query: [Double], label: Int) throws -> Bool {
    var neighbours: [[Double]] = []
    for step in steps where step.size > 0 {
      for move in [-step.size, step.size] {
        var neighbour = query
        neighbour[step.column] += move
        neighbours.append(neighbour)
      }
    }
    guard !neighbours.isEmpty else { return false }
    return try oracle.answers(Matrix(neighbours)).contains { $0.label != label }
  }
}
