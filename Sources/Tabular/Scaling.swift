/// The relation of a scaled number to the user's own unit: `natural = offset + scale · scaled`.
public struct Scaling: Sendable, Hashable, Codable {
  /// Natural value of a scaled 0.
  public let offset: Double
  /// Natural difference of a scaled difference of 1; not zero.
  public let scale: Double

  /// Scaled and natural values are the same.
  public static let identity = Scaling(offset: 0, scale: 1)

  /// A relation with the given constants; `scale` is finite and not zero.
  public init(offset: Double, scale: Double) {
    precondition(scale != 0 && scale.isFinite && offset.isFinite, "offset \(offset), scale \(scale)")
    self.offset = offset
    self.scale = scale
  }

  /// The scaled form of a value in the user's unit.
  public func scaled(_ natural: Double) -> Double { (natural - offset) / scale }

  /// The value in the user's unit.
  public func natural(_ scaled: Double) -> Double { offset + scale * scaled }

  /// The scaled form of a range, whose ends change places if the scale is negative.
  package func scaled(_ lower: Double, _ upper: Double) -> ClosedRange<Double> {
    let ends = (scaled(lower).nearestFinite, scaled(upper).nearestFinite)
    return min(ends.0, ends.1)...max(ends.0, ends.1)
  }

  /// The range in the user's unit.
  func natural(_ scaled: ClosedRange<Double>) -> ClosedRange<Double> {
    let ends = (natural(scaled.lowerBound).nearestFinite, natural(scaled.upperBound).nearestFinite)
    return min(ends.0, ends.1)...max(ends.0, ends.1)
  }
}

extension Double {
  /// The number itself, or the largest of its sign in the place of an infinite one.
  var nearestFinite: Double {
    isInfinite ? Double(signOf: self, magnitudeOf: .greatestFiniteMagnitude) : self
  }
}
