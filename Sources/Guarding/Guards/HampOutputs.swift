import Learning
import LinearAlgebra
public import Methods
import Querying
import Tabular

/// HAMP's change of outputs: every answer has the probabilities of an answer to a random query, in the order of the
/// model's own, so that nothing but the ranking of the classes is left.
///
/// The random query is uniform in the public ranges and belongs to the query, so that asking again gives the same
/// answer. HAMP also trains the model to be unsure (`HighEntropyTraining`); a model that was not can be very sure of a random query far from all data.
///
/// - Source: Chen and Pattabiraman, "Overconfidence is a Dangerous Thing: Mitigating Membership Inference Attacks by
///   Enforcing Less Confident Prediction", NDSS 2024; this step as in the released code, whose random queries are bits.
public struct HampOutputs: ResponseGuard {
  public static let card = MethodCard(
    id: "hamp", family: .guard, title: "HAMP outputs",
    summary: "Answers have the probabilities of a random query, ranked as the model's own.",
    citation:
      "Chen and Pattabiraman, Overconfidence is a Dangerous Thing: Mitigating Membership Inference Attacks by "
      + "Enforcing Less Confident Prediction, NDSS 2024",
    needs: "a classifier that gives probabilities; ranges of the columns; a key",
    taxonomy: .membershipObfuscation)

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    try context.requireClasses(Self.card)
    let (inputs, oracle, hash) = (context.schema.inputs, try context.oracle, context.keyedHash)
    return AnswerwiseGuard(Self.card) { values, query in
      var random = hash.stream(query, for: "hamp")
      let row = inputs.map { input -> Double in
        switch input.kind {
        case .number(let lower, let upper): lower + (upper - lower) * random.uniform()
        case .category(let levels): Double(random.integer(below: levels.count))
        }
      }
      let other = try oracle.answers(Matrix([row])).first?.probabilities ?? values
      return Self.ranked(other, like: values)
    }
  }

  /// The numbers of `other` in the order of `values`, the largest of which stays alone at the top.
  static func ranked(_ other: [Double], like values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
    var sorted = other.sorted(by: >)
    if sorted.count > 1, sorted[0] - sorted[1] < 1e-6 {
      sorted[0] += 1e-6
      sorted = sorted.normalised()
    }
    var result = values
    for (place, index) in order.enumerated() { result[index] = sorted[place] }
    return result
  }
}
