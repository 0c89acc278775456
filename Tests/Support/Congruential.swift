/// Numbers in 0..<1 of a linear congruential generator, which every language makes alike.
package struct Congruential {
  private var state: Int

  package init(seed: Int) { state = seed }

  package mutating func next() -> Double {
    state = (state * 1_103_515_245 + 12_345) % (1 << 31)
    return Double(state) / Double(1 << 31)
  }
}
