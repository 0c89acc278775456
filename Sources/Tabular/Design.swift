public import LinearAlgebra

/// A linear change of scale: `natural = offset + scale · scaled`.
public struct Scaling: Sendable, Hashable, Codable {
  /// Natural value at scaled 0.
  public let offset: Double
  /// Natural distance from scaled 0 to scaled 1; never zero.
  public let scale: Double

  /// The scaling with the given offset and scale.
  public init(offset: Double, scale: Double) {
    precondition(scale != 0, "a scale of zero cannot be undone")
    self.offset = offset
    self.scale = scale
  }

  /// The scaling that maps a range to [0, 1].
  public init(_ range: ClosedRange<Double>) {
    self.init(offset: range.lowerBound, scale: range.upperBound - range.lowerBound)
  }

  /// Natural to scaled.
  public func scaled(_ natural: Double) -> Double { (natural - offset) / scale }

  /// Scaled to natural.
  public func natural(_ scaled: Double) -> Double { offset + scale * scaled }
}

/// A table as numbers: what learners, attacks and defences work on.
public struct Design: Sendable {
  /// One row per usable row of the table.
  public let features: Matrix
  /// The scaled target.
  public let target: [Double]
  /// Meaning and feasible range of the columns.
  public let space: FeatureSpace
  /// How the target was scaled.
  public let targetScaling: Scaling
  /// Row of the table behind each row of the matrix.
  public let rowIndex: [Int]
  /// What was done to get here, in sentences for the reader.
  public let notes: [String]
}
