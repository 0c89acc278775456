import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// The boundary of a linear model of two classes from labels alone.
///
/// 1. Random rows until both classes are seen.
/// 2. Values of the negative row are put one by one into the positive one; where the label changes, a column and its
///    sign are known. A bisection of this column gives a point on the boundary, from which one step back is taken.
/// 3. For every other column the step that crosses the boundary from there is its weight's inverse. A column that does
///    not matter even for a step of `reach` has the weight zero.
///
/// The weights are known up to a factor, which labels cannot tell. Columns are in units of half their range; queries
/// leave that range. With a budget that ends early the columns not examined have the weight zero.
///
/// - Source: Lowd and Meek, "Adversarial Learning", KDD 2005; Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing
///   Machine Learning Models via Prediction APIs", USENIX Security 2016, section 6.1.
public struct LowdMeek: ExtractionAttack {
  public static let card = MethodCard(
    id: "lowd-meek", family: .extraction, title: "Lowd-Meek line search",
    summary: "The boundary of a linear model of two classes from labels, column by column.",
    citation: "Lowd and Meek, Adversarial Learning, KDD 2005",
    needs: "labels of a linear model of two classes whose columns are numbers without limits",
    taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = [
    .init("precision", \.precision, "relative width at which a bisection ends", in: .above(0, through: 0.1)),
    .init("reach", \.reach, "step that a column without weight survives", in: .above(0)),
  ]

  /// Relative width at which a bisection ends.
  public var precision = 1e-6
  /// The step, in half ranges, that a column without weight survives.
  public var reach = 1e8

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    schema.classCount == 2 && schema.inputs.allSatisfy(\.isNumber)
      ? nil : "two classes and columns that are all numbers"
  }

  public func steal(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> StolenModel {
    let features = FeatureEncoder(inputs: session.schema.inputs)
    var search = BoundarySearch(session: session, precision: precision, reach: reach)
    let isWhole = try await search.run(using: &random)
    let model = LinearClassifier(weights: search.weights, intercept: search.intercept)
    return try StolenModel(
      .linearClassifier(model), features: features, schema: session.schema,
      unknowns: features.space.count + 1,
      gaps: isWhole ? [] : ["the budget ended after \(search.examined) of \(search.weights.count) columns"])
  }
}

/// The search of ``LowdMeek`` in columns scaled to -1...1.
private struct BoundarySearch {
  let session: QuerySession
  let precision: Double
  let reach: Double
  private let middles: [Double]
  private let halves: [Double]
  private(set) var weights: [Double]
  private(set) var intercept = 0.0
  private(set) var examined = 0

  init(session: QuerySession, precision: Double, reach: Double) {
    (self.session, self.precision, self.reach) = (session, precision, reach)
    let bounds = session.schema.inputs.map { input in
      if case .number(let lower, let upper) = input.kind { (lower, upper) } else { (0.0, 0.0) }
    }
    middles = bounds.map { $0.0 / 2 + $0.1 / 2 }
    halves = bounds.map { $0.1 > $0.0 ? $0.1 / 2 - $0.0 / 2 : 1 }
    weights = [Double](repeating: 0, count: bounds.count)
  }

  private func isPositive(_ point: [Double]) async throws -> Bool {
    let query = point.indices.map { middles[$0] + halves[$0] * point[$0] }
    guard let label = try await session.ask(query).label else {
      throw QueryError.answerDamaged("a label is missing")
    }
    return label == 1
  }

  /// Whether all columns were examined before the budget ended.
  mutating func run(using random: inout RandomStream) async throws -> Bool {
    do {
      let (positive, negative) = try await pair(using: &random)
      guard let witness = try await witness(positive, negative) else {
        throw StealingError.undetermined(method: LowdMeek.card.title, reason: "no column changes the label")
      }
      for column in weights.indices {
        if column != witness.column { try await examine(column, from: witness.origin) }
        examined += 1
        setIntercept(boundary: witness.boundary)
      }
      return true
    } catch QueryError.budgetSpent {
      return false
    }
  }

  /// A positive and a negative row.
  private mutating func pair(using random: inout RandomStream) async throws -> ([Double], [Double]) {
    var (positive, negative): ([Double]?, [Double]?)
    for _ in 0..<max(1000, 10 * weights.count) {
      let row = session.rows(1, using: &random).row(0)
      let point = row.indices.map { (row[$0] - middles[$0]) / halves[$0] }
      if try await isPositive(point) { positive = point } else { negative = point }
      // Until more is known the class that was seen is the best guess.
      intercept = positive == nil ? -1 : 1
      if let positive, let negative { return (positive, negative) }
    }
    throw StealingError.undetermined(
      method: LowdMeek.card.title, reason: "all random rows have the same label; use retrain-adaptive instead"
    )
  }

  private struct Witness {
    let column: Int
    /// A point on the boundary.
    let boundary: [Double]
    /// One step back on the negative side.
    let origin: [Double]
  }

  /// The column whose change turns the label, with a point on the boundary.
  private mutating func witness(_ positive: [Double], _ negative: [Double]) async throws -> Witness? {
    var point = positive
    for column in point.indices {
      let old = point[column]
      point[column] = negative[column]
      if point[column] == old { continue }
      if try await isPositive(point) { continue }
      let sign = old > point[column] ? 1.0 : -1.0
      weights[column] = sign
      // From the negative end towards the positive one.
      var (low, high) = (0.0, abs(old - point[column]))
      while high - low > precision * 1e-3 {
        let middle = low + (high - low) / 2
        var trial = point
        trial[column] += sign * middle
        if try await isPositive(trial) { high = middle } else { low = middle }
      }
      point[column] += sign * (low + (high - low) / 2)
      var origin = point
      origin[column] -= sign
      return Witness(column: column, boundary: point, origin: origin)
    }
    return nil
  }

  /// The weight of a column relative to that of the witness, from the step that crosses the boundary.
  private mutating func examine(_ column: Int, from origin: [Double]) async throws {
    func isPositive(_ step: Double) async throws -> Bool {
      var point = origin
      point[column] += step
      return try await self.isPositive(point)
    }
    let sign: Double
    if try await isPositive(reach) {
      sign = 1
    } else if try await isPositive(-reach) {
      sign = -1
    } else {
      return
    }
    var (low, high) = (0.0, 1.0)
    if try await isPositive(sign) {
      while high > 1 / reach, try await isPositive(sign * high / 2) { high /= 2 }
      low = high / 2
    } else {
      repeat {
        (low, high) = (high, high * 2)
        if try await isPositive(sign * high) { break }
      } while high < reach
    }
    while high - low > precision * high {
      let middle = low + (high - low) / 2
      if try await isPositive(sign * middle) { high = middle } else { low = middle }
    }
    weights[column] = sign / (low + (high - low) / 2)
  }

  private mutating func setIntercept(boundary: [Double]) { intercept = -dot(weights, boundary) }
}
