import LinearAlgebra

/// The rows that a victim is trained on, 70 % of all, and those that its training does not see.
struct HeldOutSplit {
  /// Places of the rows of the training.
  let training: [Int]
  /// Places of the others.
  let test: [Int]

  /// A split of `count` rows, drawn by the seed of the victim.
  init(_ count: Int, of name: String, seed: UInt64) {
    var random = Self.stream(name, "split", seed: seed)
    let order = random.permutation(count)
    training = Array(order.prefix(count * 7 / 10))
    test = Array(order.dropFirst(count * 7 / 10))
  }

  /// A split of these rows, drawn by the seed of the victim.
  init(_ rows: [Int], of name: String, seed: UInt64) {
    let places = HeldOutSplit(rows.count, of: name, seed: seed)
    training = places.training.map { rows[$0] }
    test = places.test.map { rows[$0] }
  }

  /// Random numbers of one use in the making of a victim.
  static func stream(_ name: String, _ use: String, seed: UInt64) -> RandomStream {
    RandomStream(seed: seed).child("victim").child(name).child(use)
  }
}
