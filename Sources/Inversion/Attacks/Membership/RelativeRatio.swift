import Learning
public import LinearAlgebra
public import Methods

/// RMIA: the share of other records `z` against which a record `x` stands out,
/// `Pr_z[(p(x | θ) / p(x)) / (p(z | θ) / p(z)) ≥ γ]`.
///
/// `p(x | θ)` is the target's probability of the true class and `p(x)` its mean over reference models: all shadow models
/// online; offline those that did not see `x`, stretched to `((1 + a) p_out + 1 − a) / 2`. The other records are those of
/// the task.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``threshold`` | 2 | `1...` | `γ` |
/// | ``isOffline`` | false | | Whether reference models did not see the record |
/// | ``stretch`` | 0.3 | `0...1` | `a`, offline |
///
/// - Source: Zarifzadeh, Liu, Shokri, "Low-Cost High-Power Membership Inference Attacks", ICML 2024, section 3.
public struct RelativeRatio: MembershipAttack, Hashable {
  public static let card = MethodCard(
    id: "rmia", family: .membershipInference, title: "Relative ratio (RMIA)",
    summary: "The share of other records against which a record stands out.",
    citation: "Zarifzadeh, Liu, Shokri, Low-Cost High-Power Membership Inference Attacks, ICML 2024",
    needs: "the probabilities of all classes; a few shadow models", taxonomy: .membershipInference)

  public static let settings: [Setting<Self>] = [
    .init("threshold", \.threshold, "ratio that counts as standing out", in: 1...),
    .init("isOffline", \.isOffline, "reference models did not see the record"),
    .init("stretch", \.stretch, "correction of the offline mean, the a of the paper", in: 0...1),
  ]
  public static let needsShadows = true

  /// The ratio that counts as standing out.
  public var threshold = 2.0
  /// Whether reference models are those that did not see the record.
  public var isOffline = false
  /// How far the offline mean is stretched towards one.
  public var stretch = 0.3

  /// The attack with its default parameters.
  public init() {}

  public func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double] {
    guard let shadows = task.shadows else {
      throw InversionError.missing(method: Self.card.id, need: "shadow models")
    }
    let probabilities = try await task.probabilities()
    let labels = task.records.labels
    let ratios = labels.indices.map { record in
      var (sum, count) = (0.0, 0.0)
      for model in 0..<shadows.count where !isOffline || !shadows.isMember[model][record] {
        sum += shadows.probabilities[model][record, labels[record]]
        count += 1
      }
      let mean = count > 0 ? sum / count : 1
      let whole = isOffline ? ((1 + stretch) * mean + 1 - stretch) / 2 : mean
      return probabilities[record, labels[record]] / max(whole, 1e-30)
    }
    let sorted = ratios.sorted()
    return ratios.map { ratio in
      // Records z with ratio(x) >= γ ratio(z).
      let limit = ratio / threshold
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] <= limit { low = middle + 1 } else { high = middle }
      }
      return Double(low) / Double(max(sorted.count, 1))
    }
  }
}
