import Learning
public import Methods
import Querying
import RealModule

/// Rounds probabilities and predicted numbers to some decimals, or to multiples of ``step`` where that is not 0.
///
/// The class is always the model's own. Rounded probabilities need not sum to one, and small ones become zero, which
/// breaks equations in their logarithms.
///
/// - Source: Tramèr et al., USENIX Security 2016, section 7 (figure 7): 4 and 5 decimals change nothing, 2 and 3 only
///   weaken the attack. Steps such as 0.05: Fredrikson, Jha, Ristenpart, CCS 2015, section 5.3.
public struct Rounding: ResponseGuard {
  public static let card = MethodCard(
    id: "rounding", family: .guard, title: "Rounding",
    summary: "Probabilities and numbers lose their last digits.",
    citation:
      "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016, section 7",
    needs: "nothing", taxonomy: .outputObfuscation)

  public static let settings: [Setting<Self>] = [
    .init("decimals", \.decimals, "digits after the point", in: 0...15),
    .init("step", \.step, "answers are rounded to multiples of this; 0 to round by decimals", in: 0...1),
  ]

  /// Digits after the point.
  public var decimals = 3
  /// What answers are multiples of; 0 for the decimals.
  public var step = 0.0

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    let factor = step > 0 ? 1 / step : Double.pow(10, decimals)
    let decimals = step > 0 ? Self.decimals(of: step) : decimals
    let round: @Sendable (Double) -> Double = { ($0 * factor).rounded(.toNearestOrEven) / factor }
    return AnswerwiseGuard(
      offer: { $0.decimals = min($0.decimals ?? decimals, decimals) },
      { answer, _ in
        var result = answer
        result.probabilities = answer.probabilities.map(round)
        result.confidence = answer.confidence.map(round)
        result.number = answer.number.map(round)
        return result
      })
  }

  /// The digits after the point that answers are still right to: a client that counts on more would be misled.
  private static func decimals(of step: Double) -> Int {
    max(Int((-Double.log10(step) + 1e-9).rounded(.down)), 0)
  }
}
