import Learning
public import LinearAlgebra
public import Methods
import Tabular

/// Robust regression from trimmed inner products: every entry of the Gram matrix leaves out the products of
/// largest size, as many as there may be poisoned rows.
///
/// The Gram matrix and the cross products of `(x, 1)`, with `x` in shares of the ranges, are computed entry by entry without their `h` largest
/// products, scaled up by `n / (n − h)`; where the result is not positive definite its eigenvalues are lifted. On
/// one-hot columns most products are 0 or 1, so that trimming wipes out rare levels: the method varies widely
/// there, as the authors of the case also found.
///
/// - Source: Chen, Caramanis, Mannor, "Robust sparse regression under adversarial corruption", ICML 2013,
///   section 3 (trimmed inner product); ridge in place of the sparse search.
public struct Chen: PoisoningDefence {
  public static let card = MethodCard(
    id: "chen", family: .trainingDefence, title: "Trimmed inner products",
    summary: "Regression from a Gram matrix that leaves out the largest products of every entry.",
    citation: "Chen, Caramanis, Mannor, Robust Sparse Regression under Adversarial Corruption, ICML 2013",
    needs: "the number of poisoned rows, or a bound on it", taxonomy: .sanitizeTrainingData)

  public static let settings: [Setting<Self>] = [
    .init(
      "penalty", \.penalty, "penalty on the squared weights, the least eigenvalue of the lifted Gram matrix",
      in: .above(0))
  ]

  /// Penalty of the squared weights, and least eigenvalue of the lifted Gram matrix.
  public var penalty = 1.0

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    let keep = try task.keptCount(Self.card.title)
    let trimmed = TrimmedProducts(task.shares.data(task.data), drop: task.data.count - keep)
    var gram = trimmed.gram
    let lowest = try SymmetricEigen(gram).values.first ?? 0
    gram.addToDiagonal(max(0, -lowest) + max(penalty, 1e-9))
    let solution = try Cholesky(gram).solve(trimmed.cross)
    return DefendedFit(
      model: task.shares.restored(
        LinearModel(weights: Array(solution.dropLast()), intercept: solution[solution.count - 1])),
      rejected: [])
  }
}

/// Sums of products of columns without the terms of largest size.
struct TrimmedProducts {
  let gram: Matrix
  let cross: [Double]

  init(_ data: RegressionData, drop: Int) {
    let extended = data.features.withOnes().transposed()
    let order = extended.rows
    let scale = Double(data.count) / Double(max(data.count - drop, 1))
    let support = (0..<order).map { column in
      extended.withRow(column) { values in values.indices.filter { values[$0] != 0 } }
    }
    func product(_ column: Int, _ other: UnsafeBufferPointer<Double>) -> Double {
      extended.withRow(column) { values in
        Self.trimmedSum(support[column].map { values[$0] * other[$0] }, drop: drop) * scale
      }
    }
    var gram = Matrix(rows: order, columns: order)
    for row in 0..<order {
      for column in row..<order {
        let (short, long) = support[row].count <= support[column].count ? (row, column) : (column, row)
        let value = extended.withRow(long) { product(short, $0) }
        gram[row, column] = value
        gram[column, row] = value
      }
    }
    self.gram = gram
    cross = data.target.withUnsafeBufferPointer { target in (0..<order).map { product($0, target) } }
  }

  /// The sum of the terms that remain when the `drop` of largest size are left out.
  static func trimmedSum(_ terms: [Double], drop: Int) -> Double {
    let present = terms.filter { $0 != 0 }
    guard present.count > drop else { return 0 }
    // Indicator columns: all terms alike, so that any of them may go.
    if let first = present.first, present.allSatisfy({ $0 == first }) {
      return first * Double(present.count - drop)
    }
    return present.sorted { abs($0) < abs($1) }.prefix(present.count - drop).reduce(0, +)
  }
}
