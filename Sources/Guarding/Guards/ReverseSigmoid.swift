import Learning
public import Methods
import Querying
import RealModule

/// Takes a reverse sigmoid from every probability: `ỹ = α (y − β (σ(γ σ⁻¹(y)) − ½))`, cut to 0...1, with `α` such that
/// the sum is one.
///
/// With `β = γ = 1` every class gets the same, and larger `γ` turns their order around. So the guard tries its settings on the honest
/// queries and refuses those that change a class, unless `allowsLabelFlips`. A thief who knows the guard still reads
/// the class.
///
/// - Source: Lee, Edwards, Molloy, Su, "Defending Against Model Stealing Attacks Using Deceptive Perturbations"
///   (2018), arXiv 1806.00054; defaults of the Adversarial Robustness Toolbox.
public struct ReverseSigmoid: ResponseGuard {
  public static let card = MethodCard(
    id: "reverse-sigmoid", family: .guard, title: "Reverse sigmoid",
    summary: "A deceptive perturbation that grows away from one half.",
    citation:
      "Lee, Edwards, Molloy, Su, Defending Against Model Stealing Attacks Using Deceptive Perturbations, 2018",
    needs: "a classifier that gives probabilities; honest queries to try its settings on",
    taxonomy: .outputObfuscation)

  public static let settings: [Setting<Self>] = [
    .init("beta", \.beta, "size of the perturbation", in: 0...),
    .init("gamma", \.gamma, "steepness of the perturbation", in: .above(0)),
    .init("allowsLabelFlips", \.allowsLabelFlips, "whether settings that change classes are accepted"),
  ]
  public static let changesLabels = true

  /// Size of the perturbation.
  public var beta = 1.0
  /// Steepness of the perturbation.
  public var gamma = 0.1
  /// Whether settings that change classes of honest queries are accepted.
  public var allowsLabelFlips = false

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    try context.requireClasses(Self.card)
    let (beta, gamma) = (beta, gamma)
    if !allowsLabelFlips {
      let answers = try context.benignAnswers(Self.card)
      let flips = answers.count { answer in
        Answer(probabilities: Self.perturbed(answer.probabilities, beta, gamma)).label
          != answer.label
      }
      guard flips == 0 else {
        throw GuardingError.unsafeGuard(
          method: Self.card.id,
          reason:
            "with beta=\(beta) and gamma=\(gamma) it changes the class of \(flips) of \(answers.count) honest "
            + "queries; lower gamma or beta, or set allowsLabelFlips=true")
      }
    }
    return AnswerwiseGuard(Self.card) { values, _ in Self.perturbed(values, beta, gamma) }
  }

  /// The perturbed probabilities.
  static func perturbed(_ values: [Double], _ beta: Double, _ gamma: Double) -> [Double] {
    func sigmoid(_ z: Double) -> Double { 1 / (1 + Double.exp(-z)) }
    return values.map { value in
      let inner = min(max(value, 1e-9), 1 - 1e-9)
      let logit = Double.log(inner / (1 - inner))
      return min(max(value - beta * (sigmoid(gamma * logit) - 0.5), 0), 1)
    }.normalised()
  }
}
