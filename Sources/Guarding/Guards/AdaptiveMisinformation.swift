import Learning
import LinearAlgebra
public import Methods
import Querying
import RealModule

/// Adaptive misinformation: unusual queries are answered by a model that was trained to be wrong.
///
/// `ỹ = (1 − a) f(x) + a f̂(x)` with `a = 1 / (1 + exp(−ν (τ − max f(x))))`: a query counts as unusual if the model is less
/// sure than `tau`. `f̂` is a softmax regression on the honest queries with the classes that the model finds least
/// probable. Honest queries below `tau` get misinformation too; ``GuardCost`` measures how many.
///
/// The paper trains `f` to be unsure on outliers. Here `f` is the model as it is, and a linear model is often very sure
/// far from all data, so the guard works only where the most probable class of an attack's queries has less than `tau`.
///
/// - Source: Kariyappa and Qureshi, "Defending Against Model Stealing Attacks with Adaptive Misinformation", CVPR 2020;
///   `ν` 1000 as in the paper (the released code has 10,000).
public struct AdaptiveMisinformation: ResponseGuard {
  public static let card = MethodCard(
    id: "adaptive-misinformation", family: .guard, title: "Adaptive misinformation",
    summary: "Queries of which the model is unsure are answered wrongly.",
    citation:
      "Kariyappa and Qureshi, Defending Against Model Stealing Attacks with Adaptive Misinformation, CVPR 2020",
    needs: "a classifier that gives probabilities; at least 20 queries of honest users",
    taxonomy: .outputObfuscation)

  public static let settings: [Setting<Self>] = [
    .init("tau", \.tau, "probability of the class below which a query is unusual", in: 0...1),
    .init("nu", \.nu, "steepness of the change", in: .above(0)),
  ]
  public static let changesLabels = true

  /// Probability of the class below which a query is unusual.
  public var tau = 0.6
  /// Steepness of the change.
  public var nu = 1000.0

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    try context.requireClasses(Self.card)
    let answers = try context.benignAnswers(Self.card, atLeast: 20)
    let features = StreamFeatures(context.schema)
    let wrong = answers.map { answer in
      answer.probabilities.indices.reduce(0) { answer.probabilities[$1] < answer.probabilities[$0] ? $1 : $0 }
    }
    let data = ClassificationData(
      features: features(context.benign), labels: wrong, classCount: context.classCount)
    var random = context.keyedHash.stream([], for: "adaptive-misinformation")
    let liar = try SoftmaxRegression(penalty: 1).fit(data, using: &random)
    let (tau, nu) = (tau, nu)
    return AnswerwiseGuard(Self.card) { values, query in
      let share = 1 / (1 + Double.exp(-nu * (tau - (values.max() ?? 1))))
      let row = features(query)
      let lie = liar.probabilities(Matrix(rows: 1, columns: row.count, elements: row)).row(0)
      return zip(values, lie).map { (1 - share) * $0 + share * $1 }
    }
  }
}
