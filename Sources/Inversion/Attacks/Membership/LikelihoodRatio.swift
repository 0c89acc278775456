import Learning
public import LinearAlgebra
public import Methods
import RealModule

/// LiRA: the score of a record under the target against the normal distributions of its scores under shadow models that
/// saw it and that did not.
///
/// The centres are means as in the algorithm of the paper or, as in the released code, medians. Online: `log N(φ; in) − log N(φ; out)`. Offline, with models that did not see
/// the record alone: `Φ((φ − μ) / σ)` as in the paper (``sides`` one), or `−log N(φ; out)` as in the released code (two).
/// A fixed deviation is that of all scores around the medians of their records, the same for both distributions, so
/// that it orders records as the released code does, whose fixed deviation is the same for both too.
///
/// | Parameter | Default | Meaning |
/// | --- | --- | --- |
/// | ``mode`` | online | Whether shadow models saw the attacked records |
/// | ``variance`` | fixed | A deviation per record, or one for all |
/// | ``sides`` | one | Of the offline test |
/// | ``centre`` | mean | Of a distribution; medians tell little apart where a model answers 0 or 1 |
///
/// - Source: Carlini, Chien, Nasr, Song, Terzis, Tramèr, "Membership Inference Attacks From First Principles", IEEE S&P
///   2022, algorithm 1; released code `mi_lira_2021`.
public struct LikelihoodRatio: MembershipAttack, Hashable {
  public static let card = MethodCard(
    id: "lira", family: .membershipInference, title: "Likelihood ratio (LiRA)",
    summary: "Compares the likelihood of a record's score under models trained with it and without it.",
    citation:
      "Carlini et al., Membership Inference Attacks From First Principles, IEEE S&P 2022, algorithm 1",
    needs: "the probabilities of all classes; shadow models", taxonomy: .membershipInference)

  public static let settings: [Setting<Self>] = [
    .init("mode", \.mode, "whether shadow models saw the records"),
    .init("variance", \.variance, "a deviation per record, or one for all"),
    .init("sides", \.sides, "sides of the offline test; the paper has one, the released code two"),
    .init("centre", \.centre, "centre of the scores; the paper takes the mean, the released code the median"),
  ]
  public static let needsShadows = true

  /// Whether shadow models saw the attacked records.
  public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
    case online, offline
  }

  /// Whose deviation is used.
  public enum Variance: String, Sendable, Hashable, Codable, CaseIterable {
    /// That of the scores of the record.
    case record
    /// One for all records.
    case fixed
  }

  /// Sides of the offline test.
  public enum Sides: String, Sendable, Hashable, Codable, CaseIterable {
    case one, two
  }

  /// What stands in the middle of a distribution.
  public enum Centre: String, Sendable, Hashable, Codable, CaseIterable {
    case mean, median
  }

  /// Whether shadow models saw the attacked records.
  public var mode = Mode.online
  /// Whose deviation is used.
  public var variance = Variance.fixed
  /// Sides of the offline test.
  public var sides = Sides.one
  /// What stands in the middle of a distribution.
  public var centre = Centre.mean

  /// The attack with its default parameters.
  public init() {}

  /// The attack in one of its forms.
  public init(_ mode: Mode, _ variance: Variance, sides: Sides = .one, centre: Centre = .mean) {
    (self.mode, self.variance, self.sides, self.centre) = (mode, variance, sides, centre)
  }

  public func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double] {
    guard let shadows = task.shadows else {
      throw InversionError.missing(method: Self.card.id, need: "shadow models")
    }
    return scores(try await task.confidences(), shadows)
  }

  /// The scores of records with these scores under the target.
  public func scores(_ observed: [Double], _ shadows: ShadowModels) -> [Double] {
    let splits = observed.indices.map { shadows.split($0) }
    let fixed = variance == .fixed ? commonDeviation(splits.flatMap { [$0.seen, $0.unseen] }) : nil
    return observed.indices.map { record in
      let unseen = Spread(splits[record].unseen, centre, deviation: fixed)
      guard mode == .online else {
        return sides == .one
          ? (observed[record] - unseen.centre) / unseen.deviation : -unseen.logDensity(observed[record])
      }
      let seen = Spread(splits[record].seen, centre, deviation: fixed)
      return seen.logDensity(observed[record]) - unseen.logDensity(observed[record])
    }
  }

  /// The root of the mean squared distance of all scores from the centres of their groups.
  private func commonDeviation(_ groups: [[Double]]) -> Double {
    var (sum, count) = (0.0, 0)
    for group in groups where !group.isEmpty {
      let middle = Spread(group, centre, deviation: 0).centre
      for value in group { sum += (value - middle) * (value - middle) }
      count += group.count
    }
    return (sum / Double(max(count, 1))).squareRoot()
  }
}

/// A normal distribution around the centre of some values.
private struct Spread {
  let centre: Double
  let deviation: Double

  /// - Parameter deviation: a given deviation; nil for that of the values, with divisor *n*.
  init(_ values: [Double], _ kind: LikelihoodRatio.Centre, deviation given: Double?) {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    centre = kind == .mean ? mean : Self.median(values)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(values.count, 1))
    // So much is added in the released code too.
    deviation = (given ?? variance.squareRoot()) + 1e-30
  }

  func logDensity(_ value: Double) -> Double {
    let distance = (value - centre) / deviation
    return -distance * distance / 2 - Double.log(deviation)
  }

  private static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
