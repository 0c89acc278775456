/// Whether answers are what their oracle claims: the one place through which all answers go that an attack sees, those
/// of an earlier run and of a record included.
///
/// Predicted numbers, confidences and probabilities are finite; labels are classes of the model; there is a probability
/// for every class, none is below 0 or above 1, and they add up to 1 as far as their digits allow. So the total variation
/// of two answers is never above 1.
public struct AnswerCheck: Sendable, Hashable {
  /// What single precision and a sum of it may be off.
  private static let slack = 1e-3

  private let classCount: Int
  private let decimals: Int?

  /// A check of the answers of an oracle.
  public init(_ schema: QuerySchema, _ capabilities: OracleCapabilities) {
    classCount = schema.classCount
    decimals = capabilities.decimals
  }

  /// - Throws: ``QueryError/answerDamaged(_:)``.
  public func verify(_ answer: Answer) throws(QueryError) {
    if let fault = fault(answer) { throw .answerDamaged(fault) }
  }

  /// What is wrong with an answer; nil if nothing is.
  public func fault(_ answer: Answer) -> String? {
    if let number = answer.number, !number.isFinite { return "the predicted number is \(number)" }
    if let label = answer.label, !(0..<classCount).contains(label) {
      return "the label \(label) is none of \(classCount) classes"
    }
    let values = answer.probabilities
    if values.isEmpty {
      guard let confidence = answer.confidence, !(-Self.slack...1 + Self.slack).contains(confidence) else {
        return nil
      }
      return "the confidence \(confidence) is not between 0 and 1"
    }
    guard values.count == classCount else {
      return "\(values.count) probabilities came for \(classCount) classes"
    }
    if let value = values.first(where: { !$0.isFinite }) { return "a probability is \(value)" }
    let sum = values.reduce(0, +)
    if abs(sum - 100) <= 1, values.allSatisfy({ $0 >= 0 }) {
      return "its probabilities add up to \(sum); they seem to be percentages in this answer only"
    }
    if let value = values.first(where: { !(-Self.slack...1 + Self.slack).contains($0) }) {
      return "the probability \(value) is not between 0 and 1; these are scores of another kind"
    }
    guard abs(sum - 1) <= Self.slack + roundingError(of: values) else {
      return "its probabilities add up to \(sum) and not to 1"
    }
    return nil
  }

  /// Most that rounding takes from or adds to the sum: half a unit of the last digit for every class. Where the number of
  /// digits is not known, that of the numbers themselves counts, and two of them may be steps such as 0.05.
  private func roundingError(of values: [Double]) -> Double {
    var unit = 1.0
    if let decimals {
      for _ in 0..<decimals { unit /= 10 }
      return Double(values.count) * unit / 2
    }
    for digits in 0...6 {
      if values.allSatisfy({ abs(($0 / unit).rounded() * unit - $0) < 1e-12 }) {
        return digits == 0 ? 0 : Double(values.count) * (digits == 2 ? 2.5 : 0.5) * unit
      }
      unit /= 10
    }
    return 0
  }
}
