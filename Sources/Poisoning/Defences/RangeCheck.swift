import Learning
public import LinearAlgebra
public import Methods
import Tabular

/// Rejects rows whose target or features lie where no plausible row lies, then fits the rest.
///
/// With audited reference rows the target must lie in their 1 to 99 % range. Without them the fences are those of
/// Tukey's far-out points, three interquartile ranges beyond the quartiles of the data itself, which poison
/// below a quarter of the rows cannot move far.
///
/// - Source: Tukey, "Exploratory Data Analysis", 1977, section 2D.
public struct RangeCheck: PoisoningDefence {
  public static let card = MethodCard(
    id: "range", family: .trainingDefence, title: "Range check",
    summary: "Rejects rows with an implausible target or a feature outside its range.",
    citation: "Tukey, Exploratory Data Analysis, 1977", needs: "nothing; audited rows make it sharper",
    taxonomy: .sanitizeTrainingData)

  public static let settings: [Setting<Self>] = [
    .init("tail", \.tail, "share of reference targets cut off at each end", in: 0..<0.5),
    .init("fence", \.fence, "interquartile ranges beyond the quartiles, without reference", in: .above(0)),
  ]

  /// Share of reference targets cut off at each end.
  public var tail = 0.01
  /// Interquartile ranges beyond the quartiles, without reference.
  public var fence = 3.0

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    _ = try task.keptCount(Self.card.title)
    let range = accepted(task)
    let data = task.data
    let kept = (0..<data.count).filter { row in
      range.contains(data.target[row])
        && data.features.withRow(row) { features in
          features.indices.allSatisfy {
            features[$0] >= task.space.lower[$0] && features[$0] <= task.space.upper[$0]
          }
        }
    }
    return DefendedFit(
      model: try task.learner.fit(data.rows(at: kept)), rejected: task.others(than: kept))
  }

  private func accepted(_ task: DefenceTask) -> ClosedRange<Double> {
    if let reference = task.reference, reference.count > 0 {
      let sorted = reference.target.sorted()
      return quantile(sorted, tail)...quantile(sorted, 1 - tail)
    }
    let sorted = task.data.target.sorted()
    let (first, third) = (quantile(sorted, 0.25), quantile(sorted, 0.75))
    return (first - fence * (third - first))...(third + fence * (third - first))
  }
}
