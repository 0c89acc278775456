import Foundation
import Methods
import Guarding

/// Makes every answer less sure: `p ↦ pᵗ / Σ pᵗ` with `t = 1 / temperature`, the softmax of the scores divided by the
/// temperature. The class stays.
///
/// - Source: Shokri, Stronati, Song, Shmatikov, "Membership Inference Attacks Against Machine Learning Models", IEEE S&P
///   2017, section VIII-A ("increase entropy of the prediction vector").
struct Temperature: ResponseGuard {
  static let card = MethodCard(
    id: "temperature", family: .guard, title: "Temperature",
    summary: "Probabilities are drawn towards one another, and their order stays.",
    citation:
      "Shokri et al., Membership Inference Attacks Against Machine Learning Models, IEEE S&P 2017, section VIII-A",
    needs: "a classifier that gives probabilities", taxonomy: .membershipObfuscation)

  static let settings: [Setting<Self>] = [
    .init("temperature", \.temperature, "what scores are divided by", in: 1...1e6)
  ]

  /// What scores are divided by; 1 changes nothing.
  var temperature = 5.0

  func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    try context.requireClasses(Self.card)
    let exponent = 1 / temperature
    return AnswerwiseGuard(Self.card) { values, _ in values.map { pow($0, exponent) }.normalised() }
  }
}
