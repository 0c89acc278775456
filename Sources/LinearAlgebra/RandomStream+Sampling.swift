extension RandomStream {
  /// A double in [0, 1) with 53 random bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A double in (0, 1), neither end included: the midpoints of 2⁵² equal intervals.
  public mutating func openUniform() -> Double {
    (Double(next() >> 12) + 0.5) * 0x1p-52
  }

  /// A double in [`lower`, `upper`): `lower + (upper − lower) · u` with `u` from ``uniform()``.
  public mutating func uniform(_ lower: Double, _ upper: Double) -> Double {
    lower + (upper - lower) * uniform()
  }

  /// An integer in `0 ..< bound`, without bias (Lemire 2019, "Fast random integer generation in an interval").
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "no integer below \(bound)")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// True with the given probability: `u < probability` with `u` from ``uniform()``.
  public mutating func bernoulli(_ probability: Double) -> Bool { uniform() < probability }

  /// The numbers `0 ..< count` in random order (Fisher and Yates, from the last place down).
  public mutating func permutation(_ count: Int) -> [Int] {
    var result = Array(0..<count)
    guard count > 1 else { return result }
    for index in stride(from: count - 1, to: 0, by: -1) {
      result.swapAt(index, integer(below: index + 1))
    }
    return result
  }

  /// The elements in random order: `elements[i]` for `i` in ``permutation(_:)``.
  public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    permutation(elements.count).map { elements[$0] }
  }
}
