import Learning
import Methods
import Querying
import Tabular

/// How finely a tree attack looks, and when it stops; common to the attacks on trees.
struct TreeSearch: Sendable, Hashable {
  /// Digits after the point from which numbers are taken as they are.
  static let allDecimals = 15

  /// Width to which thresholds are found, in the unit of the column.
  var epsilon: Double
  /// Whether leaves are told apart by node names where the model gives them.
  var usesNodeNames: Bool
  /// Digits after the point that count in the name of a leaf.
  var decimals: Int
  /// Most queries in a session without a budget.
  var queryLimit: Int
  /// Width to which thresholds are found as a share of the range of the column; zero for `epsilon`.
  var share = 0.0
  /// Whether a line search asks first at thresholds of its column that were found on other lines.
  var reusesThresholds = false
  /// Most queries of the session, whatever its budget; nil for no such limit.
  var trialLimit: Int?

  /// What is missing to tell leaves apart.
  static func missing(_ capabilities: OracleCapabilities) -> String? {
    capabilities.content == .label && !capabilities.details.contains(.nodes)
      ? "a confidence, probabilities, a number or node names, which tell leaves apart" : nil
  }
}

/// An attack on trees that looks for thresholds.
protocol TreeSearching: ExtractionAttack {
  /// Width to which thresholds are found, in the unit of the column.
  var epsilon: Double { get set }
  /// Whether leaves are told apart by node names where the model gives them.
  var usesNodeNames: Bool { get set }
  /// Digits after the point that count in the name of a leaf.
  var decimals: Int { get set }
  /// Most queries in a session without a budget.
  var queryLimit: Int { get set }
}

extension TreeSearching {
  /// The settings that these attacks share.
  static var searchSettings: [Setting<Self>] {
    [
      .init(
        "epsilon", \.epsilon, "width to which thresholds are found, in the unit of the column", in: 1e-12...),
      .init("usesNodeNames", \.usesNodeNames, "tell leaves apart by node names if given"),
      .init(
        "decimals", \.decimals, "digits after the point that count in the name of a leaf", in: 0...15),
      .init("queryLimit", \.queryLimit, "most queries if no budget is set", in: 1...),
    ]
  }
}

/// The multiples of a step on every column of numbers, on which thresholds are looked for.
struct SearchGrid: Sendable {
  let inputs: [InputColumn]
  private let steps: [Double]

  /// Multiples of `epsilon`, or of a share of the range if that is not zero; of more where the bounds are so large that
  /// multiples would run out of digits.
  init(_ inputs: [InputColumn], epsilon: Double, share: Double = 0) {
    self.inputs = inputs
    steps = inputs.map { input in
      guard case .number(let lower, let upper) = input.kind else { return epsilon }
      let step = share > 0 && upper > lower ? share * (upper - lower) : epsilon
      return max(step, max(abs(lower), abs(upper)) * 0x1p-50)
    }
  }

  /// The number at a multiple; exact decimals where the step is one over a whole number.
  func value(_ multiple: Int, column: Int) -> Double {
    let inverse = (1 / steps[column]).rounded()
    return inverse >= 1 && 1 / inverse == steps[column]
      ? Double(multiple) / inverse : Double(multiple) * steps[column]
  }

  /// The smallest and largest multiple that a column may hold in a region: those next to its bounds, and above the
  /// lower and up to the upper end of the region.
  func multiples(_ column: Int, in region: QueryRegion) -> (low: Int, high: Int)? {
    guard case .number(let least, let most) = inputs[column].kind,
      case .interval(let lower, let upper) = region.sides[column]
    else { return nil }
    var (low, high) = (multiple(least, column), multiple(most, column))
    if lower.isFinite { low = max(low, multiple(lower, column) + 1) }
    if upper.isFinite { high = min(high, multiple(upper, column)) }
    return low <= high ? (low, high) : nil
  }

  private func multiple(_ value: Double, _ column: Int) -> Int { Int((value / steps[column]).rounded()) }
}
