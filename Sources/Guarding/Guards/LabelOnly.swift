import Learning
public import Methods
import Querying

/// Gives the class only.
///
/// - Source: Tramèr et al., USENIX Security 2016: attacks need 50 to 100 times more queries.
public struct LabelOnly: ResponseGuard {
  /// What is left of an answer.
  public enum Content: String, Sendable, Codable, CaseIterable {
    case label, confidence
  }

  public static let card = MethodCard(
    id: "label-only", family: .guard, title: "Label only", summary: "The class is given, and no probability.",
    citation:
      "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "a classifier", taxonomy: .outputObfuscation)

  public static let settings: [Setting<Self>] = [
    .init("content", \.content, "what is left: the label, or the label and its confidence")
  ]

  /// What is left of an answer.
  public var content = Content.label

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    try context.requireClasses(Self.card)
    let keepsConfidence = content == .confidence
    return AnswerwiseGuard(
      offer: { $0.content = keepsConfidence && $0.content != .label ? .confidence : .label },
      { answer, _ in Answer(label: answer.label, confidence: keepsConfidence ? answer.confidence : nil) })
  }
}
