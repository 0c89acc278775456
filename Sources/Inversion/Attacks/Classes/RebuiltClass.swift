import LinearAlgebra
public import Querying

/// A class as a search from one or several starts rebuilds it: a row that users could send, and what the model says of
/// that very row.
public struct RebuiltClass: Sendable, Hashable {
  /// The class.
  public let label: Int
  /// The row, in the units of the columns: whole numbers where only those may stand, and of every group of 0/1 columns
  /// as many 1 as rows have.
  public let row: [Double]
  /// The confidence of the model in the class at the row.
  public let confidence: Double
  /// Whether the model takes the row for the class: no other is more probable.
  public let isTaken: Bool
  /// Steps of the search that gave it.
  public let steps: Int
  /// Number of the start, 0 for the lower corner, 1 for the middle of the box.
  public let start: Int
  /// Whether the search left its start at all.
  public let hasLeftStart: Bool

  /// A rebuilt class.
  public init(
    label: Int, row: [Double], confidence: Double, isTaken: Bool, steps: Int, start: Int, hasLeftStart: Bool
  ) {
    self.label = label
    self.row = row
    self.confidence = confidence
    self.isTaken = isTaken
    self.steps = steps
    self.start = start
    self.hasLeftStart = hasLeftStart
  }
}

extension MIFace {
  /// Rebuilds a class from the lower corner of a box, as published, and from other points in turn as long as the model
  /// takes the result for another class. Gradients vanish where it is sure of one.
  ///
  /// - Parameters:
  ///   - surface: of points between 0 and 1, which stand for `box`.
  ///   - schema: of the rows of the model.
  ///   - otherStarts: the middle of the box and then random points, at most.
  /// - Returns: of the results that the model takes for the class the most confident one, or of all if there is none.
  /// - Throws: errors of the surface, `CancellationError`.
  public func rebuilt(
    _ label: Int, _ surface: some ClassSurface, schema: QuerySchema, box: UnitBox, otherStarts: Int,
    using random: inout RandomStream
  ) async throws -> RebuiltClass {
    let count = surface.featureCount
    let (lower, upper) = ([Double](repeating: 0, count: count), [Double](repeating: 1, count: count))
    var best: RebuiltClass?
    for start in 0...max(otherStarts, 0) {
      if best?.isTaken == true { break }
      let point: [Double]? =
        start == 0 ? nil : (0..<count).map { _ in start == 1 ? 0.5 : random.uniform() }
      let face = try await face(of: label, surface, lower: lower, upper: upper, from: point)
      let row = schema.nearestRow(box.natural(face.point))
      let probabilities = try await surface.probabilities(row)
      let confidence = probabilities[label]
      let found = RebuiltClass(
        label: label, row: row, confidence: confidence,
        isTaken: probabilities.allSatisfy { $0 <= confidence }, steps: face.steps, start: start,
        hasLeftStart: face.hasLeftStart)
      let isBetter = best.map { ($0.isTaken ? 1 : 0, $0.confidence) < (found.isTaken ? 1 : 0, confidence) }
      if isBetter ?? true { best = found }
    }
    guard let best else { preconditionFailure("no start was tried") }
    return best
  }
}
