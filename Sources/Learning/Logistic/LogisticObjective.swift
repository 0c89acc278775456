import LinearAlgebra

/// The weighted sum of logistic or softmax losses plus a penalty on the squared weights, with its gradient and
/// Hessian, over features scaled as ``FeatureScaling`` says.
///
/// A point holds a row of weights and an intercept for the one output of a binary model, or for each contrast
/// (``ContrastBasis``) of a softmax model. Rows are worked through in blocks that do not depend on the number of
/// workers, and sums of blocks are added in order, so that number does not change a bit of the result.
struct LogisticObjective: CurvedObjective, Sendable {
  let features: ScaledFeatures
  /// The class of every row, from zero and without gaps.
  let labels: [Int]
  /// Weights of the rows; nil if all are one.
  let weights: [Double]?
  /// Strength of the penalty `penalty / 2 · ‖w‖²` on the weights of the raw features.
  let penalty: Double
  /// Nil for a binary model.
  let basis: ContrastBasis?
  let workers: Int
  /// Whether the intercepts are free; otherwise they stay zero, and ``features`` have no shift.
  var hasIntercept = true

  /// Rows whose scores are held at once.
  static let tileRows = 128
  private static let chunkRows = 2048

  /// Rows of scores: one or the number of classes.
  var outputs: Int { basis?.classes ?? 1 }
  /// Rows of parameters: one or the number of contrasts.
  var contrasts: Int { basis?.count ?? 1 }
  var scaling: FeatureScaling { features.scaling }
  /// Number of parameters.
  var order: Int { contrasts * (features.columns + 1) }
  /// The sum of the weights of the rows.
  var totalWeight: Double { weights?.reduce(0, +) ?? Double(labels.count) }

  func value(at point: [Double], gradient: inout [Double]) -> Double {
    let (weights, intercepts) = rawParameters(point)
    let partials = chunks(of: Self.chunkRows) { rows in sums(rows, weights, intercepts) }
    var total = RowSums(outputs: outputs, columns: features.columns)
    for partial in partials { total.add(partial) }
    let full = scaling.gradient(sums: total.sums, totals: total.totals)
    gradient = basis?.contract(full, length: features.columns + 1) ?? full
    if !hasIntercept {
      for contrast in 0..<contrasts { gradient[contrast * (features.columns + 1) + features.columns] = 0 }
    }
    return total.loss + addPenalty(point, &gradient)
  }

  /// Weights and intercepts of the raw features for every output.
  func rawParameters(_ point: [Double]) -> (weights: [Double], intercepts: [Double]) {
    let full = basis?.expand(point, length: features.columns + 1) ?? point
    return scaling.raw(full, outputs: outputs)
  }

  /// The point with the given raw parameters, up to what does not matter to a softmax model.
  func point(weights: [Double], intercepts: [Double]) -> [Double] {
    let full = scaling.scaled(weights: weights, intercepts: intercepts)
    return basis?.contract(full, length: features.columns + 1) ?? full
  }

  /// Applies `body` to blocks of at most `size` rows; results in order.
  func chunks<Value: Sendable>(of size: Int, _ body: @Sendable (Range<Int>) -> Value) -> [Value] {
    let (rows, count) = (labels.count, (labels.count + size - 1) / size)
    // The work cannot fail.
    let results = try? concurrentMap(count, workers: workers) { index in
      body(index * size..<min((index + 1) * size, rows))
    }
    return results ?? []
  }

  private func addPenalty(_ point: [Double], _ gradient: inout [Double]) -> Double {
    guard penalty > 0 else { return 0 }
    let columns = features.columns
    var value = 0.0
    for contrast in 0..<contrasts {
      let start = contrast * (columns + 1)
      for column in 0..<columns {
        let strength = penalty * scaling.inverse[column] * scaling.inverse[column]
        let weight = point[start + column]
        value += strength / 2 * weight * weight
        gradient[start + column] += strength * weight
      }
    }
    return value
  }
}

/// Sums over rows: the loss, and for every output `Σ r x` and `Σ r` of the residuals `r`.
struct RowSums: Sendable {
  var loss = 0.0
  var sums: [Double]
  var totals: [Double]

  init(outputs: Int, columns: Int) {
    sums = [Double](repeating: 0, count: outputs * columns)
    totals = [Double](repeating: 0, count: outputs)
  }

  mutating func add(_ other: RowSums) {
    loss += other.loss
    axpy(1, other.sums, into: &sums)
    axpy(1, other.totals, into: &totals)
  }
}
