extension RandomStream {
  /// `count` numbers from `0 ..< population`, each drawn from all of them: independent calls of
  /// ``integer(below:)``.
  public mutating func choiceWithReplacement(_ count: Int, from population: Int) -> [Int] {
    precondition(count >= 0, "cannot draw \(count) numbers")
    return (0..<count).map { _ in integer(below: population) }
  }

  /// `count` different numbers from `0 ..< population` in random order: the first `count` steps of a
  /// Fisher-Yates shuffle from the first place up.
  public mutating func choice(_ count: Int, from population: Int) -> [Int] {
    precondition(count >= 0 && count <= population, "cannot draw \(count) different of \(population)")
    var items = Array(0..<population)
    for index in 0..<count { items.swapAt(index, index + integer(below: population - index)) }
    return Array(items[0..<count])
  }

  /// `count` indices of `weights`, each drawn with probability proportional to its weight: the first index
  /// whose cumulative weight exceeds `u` times the total, `u` from ``uniform()``.
  ///
  /// - Parameter weights: finite, at least zero, not all zero.
  public mutating func weightedChoiceWithReplacement(_ count: Int, weights: [Double]) -> [Int] {
    let sums = cumulative(weights)
    guard let total = sums.last, let last = weights.lastIndex(where: { $0 > 0 }) else { return [] }
    return (0..<count).map { _ in
      let level = uniform() * total
      var (low, high) = (0, last)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] > level { high = middle } else { low = middle + 1 }
      }
      return low
    }
  }

  /// One index of `weights`, drawn with probability proportional to its weight.
  public mutating func weightedChoice(weights: [Double]) -> Int {
    weightedChoiceWithReplacement(1, weights: weights)[0]
  }

  /// `count` different indices of `weights`, drawn one after the other with probability proportional to
  /// the weights that are left: the smallest keys `E / w`, with one ``exponential(rate:)`` `E` for each
  /// positive weight in order.
  ///
  /// - Source: Efraimidis and Spirakis, "Weighted random sampling with a reservoir", Inf. Process. Lett. 97
  ///   (2006), in its exponential form.
  public mutating func weightedChoice(_ count: Int, weights: [Double]) -> [Int] {
    _ = cumulative(weights)
    let candidates = weights.indices.filter { weights[$0] > 0 }
    precondition(count >= 0 && count <= candidates.count, "\(count) of \(candidates.count) positive weights")
    let keys = candidates.map { (key: exponential() / weights[$0], index: $0) }
    return keys.sorted { ($0.key, $0.index) < ($1.key, $1.index) }.prefix(count).map(\.index)
  }

  private func cumulative(_ weights: [Double]) -> [Double] {
    var sum = 0.0
    let sums = weights.map { weight in
      precondition(weight >= 0, "a weight of \(weight)")
      sum += weight
      return sum
    }
    precondition(sum > 0 && sum.isFinite, "weights with a sum of \(sum)")
    return sums
  }
}
