import Tabular

extension Float {
  /// The largest number of single precision that is at most `value`, so that `x <= value` and `x <= result` are the
  /// same for every `x` of single precision.
  init(roundedDown value: Double) {
    let nearest = Float(value)
    self = Double(nearest) > value ? nearest.nextDown : nearest
  }

  /// The largest number of single precision whose scaled form is at most `threshold`; minus infinity if there is none.
  ///
  /// A tree that asks `x <= result` of the natural number decides as one that asks `scaled(x) <= threshold` in double
  /// precision.
  ///
  /// - Parameter scaling: with a positive scale, so that scaled forms grow with the number.
  init(naturalThreshold threshold: Double, _ scaling: Scaling) {
    self.init(largestWhere: { scaling.scaled(Double($0)) <= threshold })
  }

  /// The largest finite number for which a claim is true that is true for all smaller ones; minus infinity if there is
  /// none.
  init(largestWhere isTrue: (Float) -> Bool) {
    // A bisection over all numbers in their order, of which there are 2³².
    var (low, high) = (Self.order(-.infinity), Self.order(.greatestFiniteMagnitude))
    while low < high {
      let middle = low + (high - low + 1) / 2
      if isTrue(Self.value(order: middle)) { low = middle } else { high = middle - 1 }
    }
    self = Self.value(order: low)
  }

  /// The largest number of double precision that is rounded to this one or a smaller one.
  ///
  /// Halfway between two neighbours the even one is taken; an infinite number stands where the next finite one would.
  var largestRoundedToAtMost: Double {
    func place(_ value: Float) -> Double {
      value.isInfinite ? Double(signOf: Double(value), magnitudeOf: 0x1p128) : Double(value)
    }
    // Halves of two numbers of single precision and their sum are exact.
    let edge = place(self) / 2 + place(nextUp) / 2
    return bitPattern & 1 == 0 ? edge : edge.nextDown
  }

  /// The place of a number among all, around zero.
  private static func order(_ value: Float) -> Int64 {
    let magnitude = Int64(value.magnitude.bitPattern)
    return value.sign == .minus ? -magnitude : magnitude
  }

  private static func value(order: Int64) -> Float {
    let magnitude = Float(bitPattern: UInt32(truncatingIfNeeded: order.magnitude))
    return order < 0 ? -magnitude : magnitude
  }
}
