import Learning

/// The encoded columns that trees test.
struct ImportedColumns {
  /// One encoded column of the graph and where it stands here.
  enum Column {
    /// A scaled number.
    case number(ImportedNumber, place: Int)
    /// An indicator, which is 0 or 1 here and `off` or `on` in the graph.
    case indicator(on: Double, off: Double, place: Int)
    /// The number of a level, whose values in the graph ascend; any other text has the value `other` there and is missing
    /// here.
    case codes([Double], other: Double, place: Int)
  }

  /// How many there are here.
  let count: Int
  /// Those of the graph.
  let columns: [Column]
  let file: String

  /// A test of a tree here.
  struct Test {
    var test = DecisionTree.Test.leaf
    var feature = 0
    /// Whether rows that pass the test of the graph go right.
    var isSwapped = false
    var missingGoesLeft = false
  }

  /// The test of a node on the columns as they are here.
  func test(_ node: ImportedTree.Node) throws -> Test {
    guard node.mode != .leaf else { return Test() }
    var (test, isSwapped) = node.test
    switch columns[node.feature] {
    case .number(let number, let place):
      let missingGoesLeft = test != .isPresent && node.missingIsTrue != isSwapped
      if case .atMost(let value) = test { test = .atMost(number.threshold(value)) }
      return Test(test: test, feature: place, isSwapped: isSwapped, missingGoesLeft: missingGoesLeft)
    case .indicator(let on, let off, let place):
      let (onPasses, offPasses) = (node.passes(on), node.passes(off))
      guard onPasses != offPasses else {
        return Test(test: .atMost(.greatestFiniteMagnitude), feature: place, isSwapped: !onPasses)
      }
      return Test(test: .atMost(0.5), feature: place, isSwapped: onPasses)
    case .codes(let values, let other, let place):
      let range = range(test, values)
      if range.lowerBound == 0 {
        test = .atMost(Double(range.upperBound) - 0.5)
      } else if range.count == 1 {
        test = .equals(Double(range.lowerBound))
      } else if range.upperBound == values.count {
        test = .atMost(Double(range.lowerBound) - 0.5)
        isSwapped.toggle()
      } else {
        throw ModelExchangeError.unsupported(
          file: file, reason: "a tree asks for one of several categories that have the same number")
      }
      return Test(
        test: test, feature: place, isSwapped: isSwapped, missingGoesLeft: node.passes(other) != isSwapped)
    }
  }

  /// The levels that a test sends left, by the places of their values, which ascend.
  private func range(_ test: DecisionTree.Test, _ values: [Double]) -> Range<Int> {
    func count(_ isBelow: (Double) -> Bool) -> Int {
      var (low, high) = (0, values.count)
      while low < high {
        let middle = (low + high) / 2
        if isBelow(values[middle]) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    switch test {
    case .leaf, .isPresent: return 0..<values.count
    case .atMost(let threshold): return 0..<count { $0 <= threshold }
    case .equals(let value):
      let (first, end) = (count { $0 < value }, count { $0 <= value })
      return first < end ? first..<end : 0..<0
    }
  }
}

extension ImportedTree.Node {
  /// Whether a number passes the test.
  func passes(_ value: Double) -> Bool {
    if value.isNaN { return missingIsTrue }
    return switch mode {
    case .leaf: false
    case .atMost: value <= operand
    case .below: value < operand
    case .atLeast: value >= operand
    case .above: value > operand
    case .equal: value == operand
    case .unequal: value != operand
    }
  }
}
