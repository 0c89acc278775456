import RealModule

/// What is known of the target on both sides of a split while rows move from right to left.
protocol SplitStatistics {
  /// All rows of the node stand right.
  mutating func begin()
  /// Takes a row out of the right side for good, because its value is missing.
  mutating func drop(_ row: Int)
  /// Moves a row from right to left.
  mutating func move(_ row: Int)
  /// Makes what is left now the state to which ``restart()`` returns.
  mutating func mark()
  /// Moves what came left since the last mark, or the beginning, back to the right.
  mutating func restart()
  /// What a split must maximise: the negative weighted impurity of both sides, up to a constant of the node.
  var score: Double { get }
  /// What the right side adds to the score.
  var rightScore: Double { get }
}

/// A criterion of classes: how the sum over a side follows from its class weights.
protocol ClassCriterion {
  /// Change of a side's sum when a class grows from `weight` by `change`.
  func change(_ weight: Double, _ change: Double) -> Double
  /// Score of a side with this sum and this total weight.
  func score(_ sum: Double, _ weight: Double) -> Double
}

/// Gini: the sum of squares; a side scores `Σ w² / W`.
struct GiniCriterion: ClassCriterion {
  @inline(__always)
  func change(_ weight: Double, _ change: Double) -> Double { change * (2 * weight + change) }
  @inline(__always)
  func score(_ sum: Double, _ weight: Double) -> Double { sum / weight }
}

/// Entropy: the sum of `w ln w`; a side scores `Σ w ln w − W ln W`.
struct EntropyCriterion: ClassCriterion {
  /// `n ln n` for whole numbers, which all weights are when rows are not weighted.
  let table: UnsafePointer<Double>?
  let count: Int

  @inline(__always)
  func term(_ weight: Double) -> Double {
    if let table {
      let index = Int(weight)
      if index < count { return table[index] }
    }
    return weight > 0 ? weight * Double.log(weight) : 0
  }
  @inline(__always)
  func change(_ weight: Double, _ change: Double) -> Double { term(weight + change) - term(weight) }
  @inline(__always)
  func score(_ sum: Double, _ weight: Double) -> Double { sum - term(weight) }
}

/// Class weights on both sides.
struct ClassStatistics<Criterion: ClassCriterion>: SplitStatistics {
  let criterion: Criterion
  let labels: UnsafePointer<Int32>
  /// Row weights; nil when all are 1.
  let weights: UnsafePointer<Double>?
  let classes: Int
  /// Class weights of the node.
  let total: UnsafePointer<Double>
  /// Room for the class weights of both sides, and of the left one at the mark: `3 · classes` numbers.
  let sides: UnsafeMutablePointer<Double>
  private(set) var leftWeight = 0.0
  private(set) var rightWeight = 0.0
  private(set) var leftSum = 0.0
  private(set) var rightSum = 0.0
  private var markedWeight = 0.0
  private var markedSum = 0.0

  init(
    _ criterion: Criterion, labels: UnsafePointer<Int32>, weights: UnsafePointer<Double>?, classes: Int,
    total: UnsafePointer<Double>, sides: UnsafeMutablePointer<Double>
  ) {
    self.criterion = criterion
    self.labels = labels
    self.weights = weights
    self.classes = classes
    self.total = total
    self.sides = sides
  }

  @inline(__always)
  mutating func begin() {
    (leftWeight, rightWeight, leftSum, rightSum) = (0, 0, 0, 0)
    (markedWeight, markedSum) = (0, 0)
    for index in 0..<classes {
      sides[index] = 0
      sides[2 * classes + index] = 0
      sides[classes + index] = total[index]
      rightWeight += total[index]
      rightSum += criterion.change(0, total[index])
    }
  }

  @inline(__always)
  mutating func drop(_ row: Int) {
    let (label, weight) = (classes + Int(labels[row]), weights.map { $0[row] } ?? 1)
    rightSum += criterion.change(sides[label], -weight)
    sides[label] -= weight
    rightWeight -= weight
  }

  @inline(__always)
  mutating func move(_ row: Int) {
    let label = Int(labels[row])
    let weight = weights.map { $0[row] } ?? 1
    leftSum += criterion.change(sides[label], weight)
    rightSum += criterion.change(sides[classes + label], -weight)
    sides[label] += weight
    sides[classes + label] -= weight
    leftWeight += weight
    rightWeight -= weight
  }

  @inline(__always)
  mutating func mark() {
    for index in 0..<classes { sides[2 * classes + index] = sides[index] }
    (markedWeight, markedSum) = (leftWeight, leftSum)
  }

  @inline(__always)
  mutating func restart() {
    for index in 0..<classes {
      let moved = sides[index] - sides[2 * classes + index]
      rightSum += criterion.change(sides[classes + index], moved)
      sides[classes + index] += moved
      sides[index] = sides[2 * classes + index]
    }
    rightWeight += leftWeight - markedWeight
    (leftWeight, leftSum) = (markedWeight, markedSum)
  }

  @inline(__always)
  var score: Double { criterion.score(leftSum, leftWeight) + criterion.score(rightSum, rightWeight) }

  @inline(__always)
  var rightScore: Double { criterion.score(rightSum, rightWeight) }
}

/// Sums of a numeric target on both sides; a side scores `(Σ w y)² / Σ w`.
struct SumStatistics: SplitStatistics {
  let target: UnsafePointer<Double>
  let weights: UnsafePointer<Double>?
  let totalWeight: Double
  let totalSum: Double
  private var weight = 0.0
  private var sum = 0.0
  private var leftWeight = 0.0
  private var leftSum = 0.0
  private var markedWeight = 0.0
  private var markedSum = 0.0

  init(
    target: UnsafePointer<Double>, weights: UnsafePointer<Double>?, totalWeight: Double, totalSum: Double
  ) {
    self.target = target
    self.weights = weights
    self.totalWeight = totalWeight
    self.totalSum = totalSum
  }

  @inline(__always)
  mutating func begin() {
    (weight, sum, leftWeight, leftSum) = (totalWeight, totalSum, 0, 0)
    (markedWeight, markedSum) = (0, 0)
  }

  @inline(__always)
  mutating func drop(_ row: Int) {
    let share = weights.map { $0[row] } ?? 1
    weight -= share
    sum -= share * target[row]
  }

  @inline(__always)
  mutating func move(_ row: Int) {
    let share = weights.map { $0[row] } ?? 1
    leftWeight += share
    leftSum += share * target[row]
  }

  @inline(__always)
  mutating func mark() { (markedWeight, markedSum) = (leftWeight, leftSum) }

  @inline(__always)
  mutating func restart() { (leftWeight, leftSum) = (markedWeight, markedSum) }

  @inline(__always)
  var score: Double {
    let rightSum = sum - leftSum
    return leftSum * leftSum / leftWeight + rightSum * rightSum / (weight - leftWeight)
  }

  @inline(__always)
  var rightScore: Double {
    let rightSum = sum - leftSum
    return rightSum * rightSum / (weight - leftWeight)
  }
}
