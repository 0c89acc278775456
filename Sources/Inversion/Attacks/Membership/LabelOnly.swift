import Learning
public import LinearAlgebra
public import Methods
import Querying

/// Membership from predicted classes alone: members lie farther from where the prediction changes.
///
/// ``Method/noise`` counts the noisy copies of a record that keep the true class; ``Method/boundary`` looks along random
/// directions for the nearest change by halving. A record that is predicted wrong has distance 0.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``method`` | noise | | How the distance is felt for |
/// | ``copies`` | 50 | `1...` | Copies or directions for a record |
/// | ``radius`` | 0.5 | `> 0` | Deviation of the noise, or farthest distance, in units of the features |
/// | ``halvings`` | 8 | `1...` | Steps on one direction |
///
/// - Source: Choquette-Choo, Tramèr, Carlini, Papernot, "Label-Only Membership Inference Attacks", ICML 2021, sections
///   3.3 (noise) and 3.4 (boundary); the walk of the source is replaced by random directions.
public struct LabelOnly: MembershipAttack, Hashable {
  public static let card = MethodCard(
    id: "label-only", family: .membershipInference, title: "Label only",
    summary: "Calls a record a member if it keeps its class under noise, or lies far from the boundary.",
    citation: "Choquette-Choo et al., Label-Only Membership Inference Attacks, ICML 2021",
    needs: "predicted classes; numeric columns of comparable scale", taxonomy: .membershipInference)

  public static let settings: [Setting<Self>] = [
    .init("method", \.method, "how the distance from the boundary is measured"),
    .init("copies", \.copies, "copies or directions for a record", in: 1...),
    .init("radius", \.radius, "deviation of the noise, or farthest distance", in: .above(0)),
    .init("halvings", \.halvings, "steps on one direction", in: 1...),
  ]

  /// How the distance to the boundary is felt for.
  public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
    case noise, boundary
  }

  /// How the distance to the boundary is felt for.
  public var method = Method.noise
  /// Copies or directions for a record.
  public var copies = 50
  /// Deviation of the noise, or farthest distance.
  public var radius = 0.5
  /// Steps on one direction.
  public var halvings = 8

  /// The attack with its default parameters.
  public init() {}

  public static func missing(_ task: MembershipTask) -> String? { GapAttack.missing(task) }

  public func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double] {
    let right = try await GapAttack().score(task, using: &random)
    var scores = [Double](repeating: 0, count: task.records.count)
    for record in 0..<task.records.count where right[record] == 1 {
      let (row, label) = (task.records.features.row(record), task.records.labels[record])
      scores[record] =
        method == .noise
        ? try await kept(row, label, task.target, using: &random)
        : try await distance(row, label, task.target, using: &random)
    }
    return scores
  }

  /// Share of noisy copies in the class, above one so that it counts more than no copy of a wrong record.
  private func kept(
    _ row: [Double], _ label: Int, _ target: QuerySession, using random: inout RandomStream
  ) async throws -> Double {
    var elements: [Double] = []
    for _ in 0..<copies { for value in row { elements.append(value + radius * random.normal()) } }
    let answers = try await target.ask(Matrix(rows: copies, columns: row.count, elements: elements))
    return 1 + Double(answers.labels.count { $0 == label }) / Double(copies)
  }

  /// The nearest change of the class on random directions; the farthest distance where there is none.
  private func distance(
    _ row: [Double], _ label: Int, _ target: QuerySession, using random: inout RandomStream
  ) async throws -> Double {
    let directions = (0..<copies).map { _ -> [Double] in
      let values = row.map { _ in random.normal() }
      let length = max(norm2(values), 1e-300)
      return values.map { $0 / length }
    }
    var (near, far) = ([Double](repeating: 0, count: copies), [Double](repeating: radius, count: copies))
    var open = Array(0..<copies)
    for step in 0...halvings {
      let reach = open.map { step == 0 ? far[$0] : (near[$0] + far[$0]) / 2 }
      let elements = zip(open, reach).flatMap { index, length in
        zip(row, directions[index]).map { $0 + length * $1 }
      }
      let labels = try await target.ask(
        Matrix(rows: open.count, columns: row.count, elements: elements)
      ).labels
      var changed: [Int] = []
      for (place, index) in open.enumerated() {
        let isChanged = labels[place] != label
        if step == 0 {
          if isChanged { changed.append(index) }
        } else {
          if isChanged { far[index] = reach[place] } else { near[index] = reach[place] }
        }
      }
      if step == 0 { open = changed }
      if open.isEmpty { break }
    }
    return max(far.min() ?? radius, 1e-12)
  }
}
