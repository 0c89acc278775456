import Learning
import LinearAlgebra

/// A number that a graph computes of features.
enum ImportedScore {
  /// A weighted sum of the encoded columns.
  case linear(weights: [Double], intercept: Double)
  /// `factor · z + offset` of a unit `z` of the last layer of a network, before its activation.
  case unit(Int, of: ImportedNetwork, factor: Double, offset: Double)
  /// `factor · z + offset` of the sum `z` that trees give one target.
  case trees(ImportedEnsemble, target: Int, factor: Double, offset: Double)

  /// The score times a factor, plus a number.
  func scaled(by factor: Double, adding offset: Double) -> ImportedScore {
    switch self {
    case .linear(let weights, let intercept):
      .linear(
        weights: factor == 1 ? weights : weights.map { $0 * factor }, intercept: intercept * factor + offset)
    case .unit(let unit, let network, let own, let shift):
      .unit(unit, of: network, factor: own * factor, offset: shift * factor + offset)
    case .trees(let ensemble, let target, let own, let shift):
      .trees(ensemble, target: target, factor: own * factor, offset: shift * factor + offset)
    }
  }

  /// Whether this is `total` less the other score.
  func complements(_ other: ImportedScore, to total: Double) -> Bool {
    switch (self, other) {
    case (.linear(let one, let intercept), .linear(let two, let second)):
      return zip(one, two).allSatisfy { $0 == -$1 } && intercept + second == total
    case (.unit(let one, let network, let factor, let offset), .unit(let two, let same, let minus, let shift)):
      return one == two && network.id == same.id && factor == -minus && offset + shift == total
    case (
      .trees(let ensemble, let one, let factor, let offset), .trees(let same, let two, let minus, let shift)
    ):
      guard ensemble.id == same.id else { return false }
      if one == two { return factor == -minus && offset + shift == total }
      // Both targets of a forest whose leaves hold the shares of two classes.
      return total == 1 && ensemble.holdsShares && factor == 1 && minus == 1 && offset == 0 && shift == 0
    default: return false
    }
  }

  /// Bytes of memory of a changed copy.
  var memory: Int {
    guard case .linear(let weights, _) = self else { return 64 }
    return 64 + weights.count * MemoryLayout<Double>.stride
  }
}

/// Columns of numbers that a model gives.
struct ImportedAnswers {
  /// How a score becomes the number of a column.
  enum Link {
    case identity, exponential, onePlusExponential, logistic
    /// The score is a probability already.
    case share
  }

  /// What was done to a row of columns.
  enum Norm {
    case none, softmax
    /// Every column was divided by their sum.
    case divided
  }

  /// One column.
  struct Column {
    var score: ImportedScore
    var link: Link
  }

  /// What was computed; kept by everything after which the same class has the largest number.
  let id: Int
  let features: [FeaturePiece]
  /// All columns.
  var columns: [Column]
  var norm = Norm.none
  /// The columns that are meant, by their places; nil for all of them.
  var selection: [Int]?
  /// The labels of the classes, if a node named them.
  var labels: [String]?

  /// How many columns are meant.
  var width: Int { selection?.count ?? columns.count }

  /// The columns that are meant, if no row of more of them was normalised; nil otherwise.
  var plainColumns: [Column]? {
    guard norm == .none else { return nil }
    return selection.map { $0.map { columns[$0] } } ?? columns
  }

  /// Bytes of memory of a changed copy.
  var memory: Int { columns.reduce(0) { $0 + MemoryLayout<Column>.stride + $1.score.memory } }
}
