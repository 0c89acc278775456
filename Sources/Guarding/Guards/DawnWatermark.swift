import Learning
import LinearAlgebra
public import Methods
import Querying
import Tabular

/// DAWN: a small part of the answers is wrong, by a secret rule, so that a stolen model gives itself away.
///
/// An answer is changed if and only if the first 16 bits of the keyed hash of the quantised query are at most
/// `⌊2¹⁶ · rate⌋`; the wrong class follows from the hash too, and its probability changes places with the true one's.
/// Quantising, to `steps` parts of every column's range, keeps a thief from averaging a mark out with queries that hardly
/// differ. An exact solver that checks its residuals sees the marks as outliers.
///
/// ``DawnVerification`` proves the theft later.
///
/// - Source: Szyller, Atli, Marchal, Asokan, "DAWN: Dynamic Adversarial Watermarking of Neural Networks", ACM MM 2021;
///   the released code, rate 0.005.
public struct DawnWatermark: ResponseGuard {
  public static let card = MethodCard(
    id: "dawn", family: .guard, title: "Watermark (DAWN)",
    summary: "A few answers are wrong by a secret rule that proves a theft.",
    citation:
      "Szyller, Atli, Marchal, Asokan, DAWN: Dynamic Adversarial Watermarking of Neural Networks, ACM MM 2021",
    needs: "a classifier; a cryptographic keyed hash, HMAC-SHA256", taxonomy: .outputObfuscation)

  public static let settings: [Setting<Self>] = [
    .init("rate", \.rate, "part of the answers that is changed", in: 0...1),
    .init("steps", \.steps, "parts of a column's range that count as one value", in: 1...),
  ]
  public static let changesLabels = true

  /// Part of the answers that is changed.
  public var rate = 0.005
  /// Parts of a column's range that count as one value.
  public var steps = 256

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    let rule = try rule(for: context)
    return AnswerwiseGuard { answer, query in
      guard let label = answer.label, let wrong = rule.mark(query, label: label) else { return answer }
      var result = answer
      result.label = wrong
      if !answer.probabilities.isEmpty { result.probabilities.swapAt(label, wrong) }
      return result
    }
  }

  /// The secret rule, by which the owner finds the marks again.
  ///
  /// - Throws: ``GuardingError`` without a cryptographic hash and for a model that predicts a number.
  public func rule(for context: ServiceContext) throws -> DawnRule {
    try context.requireClasses(Self.card)
    guard context.keyedHash.isCryptographic else {
      throw GuardingError.unsafeGuard(
        method: Self.card.id,
        reason:
          "\(context.keyedHash.name) is no cryptographic hash, so a thief could find the marks; use HMAC-SHA256"
      )
    }
    return DawnRule(
      hash: context.keyedHash, schema: context.schema, limit: min(Int(65_536 * rate), 65_535), steps: steps,
      isOn: rate > 0)
  }
}

/// Which answers are changed, and to what.
public struct DawnRule: Sendable {
  let hash: KeyedHash
  let schema: QuerySchema
  let limit: Int
  let steps: Int
  let isOn: Bool

  /// The class that is given instead of `label`; nil for a query without a mark.
  public func mark(_ query: [Double], label: Int) -> Int? {
    let digest = hash.digest(Array("dawn".utf8) + quantised(query))
    guard isOn, Int(digest[0]) << 8 | Int(digest[1]) <= limit else { return nil }
    let draw = digest[2..<8].reduce(0) { $0 << 8 | Int($1) }
    return (label + 1 + draw % (schema.classCount - 1)) % schema.classCount
  }

  /// The bytes of a query after rounding.
  private func quantised(_ query: [Double]) -> [UInt8] {
    zip(query, schema.inputs).flatMap { value, column -> [UInt8] in
      guard case .number(let lower, let upper) = column.kind, upper > lower, value.isFinite else {
        return KeyedHash.bytes([value])
      }
      return KeyedHash.bytes([((value - lower) / (upper - lower) * Double(steps)).rounded()])
    }
  }
}
