import LinearAlgebra

extension RandomStream {
  /// `size` different numbers of `0 ..< count` in ascending order, every set equally likely.
  ///
  /// - Source: Floyd in Bentley and Floyd, "A sample of brilliance", Commun. ACM 30 (1987).
  mutating func subset(of count: Int, size: Int) -> [Int] {
    precondition(size <= count, "\(size) of \(count) numbers")
    var chosen = [Int]()
    chosen.reserveCapacity(size)
    for candidate in (count - size)..<count {
      let drawn = integer(below: candidate + 1)
      chosen.append(chosen.contains(drawn) ? candidate : drawn)
    }
    return chosen.sorted()
  }
}
