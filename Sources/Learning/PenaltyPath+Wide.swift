import LinearAlgebra

/// Paths on fewer rows than features, for which moments are more than the rows.
extension PenaltyPath {
  /// Chooses the penalty on the given folds and fits all rows with it, as from moments.
  func fitWide(_ data: RegressionData, folds: Folds, workers: Int) throws -> PathFit {
    precondition(folds.rows.reduce(0) { $0 + $1.count } == data.count, "the folds are of other data")
    let path = try resolvedPenalties(largestPenalty(WideProblem(data, intercept: intercept)))
    let errors = try concurrentMap(folds.count, workers: workers) { fold in
      let held = Set(folds.rows[fold])
      let part = data.rows(at: folds.rows[fold])
      let training = data.rows(at: (0..<data.count).filter { !held.contains($0) })
      guard part.weights?.contains(where: { $0 > 0 }) ?? true else { throw LearningError.allWeightsZero }
      return try foldErrors(WideProblem(training, intercept: intercept), path, on: part)
    }
    let curve = PathFit.Curve(penalties: path, foldErrors: errors)
    let chosen = curve.index(by: rule)
    let model = try learner(path[chosen]).fit(data, workers: workers)
    return PathFit(learner: learner(path[chosen]), model: model, curve: curve, chosen: chosen)
  }

  private func largestPenalty(_ problem: WideProblem) throws -> Double {
    switch family {
    case .ridge:
      try SymmetricEigen(problem.rows.timesTransposed(problem.rows)).values.last ?? 0
    case .elasticNet(let mixing):
      problem.rows.transposedTimes(problem.target).reduce(0) { max($0, abs($1)) } / (problem.weight * mixing)
    }
  }

  /// The error of the model of every penalty on the rows of a fold; no more than one model is kept at a time.
  private func foldErrors(_ problem: WideProblem, _ path: [Double], on part: RegressionData) throws
    -> [Double]
  {
    func error(_ weights: [Double]) -> Double {
      let model = LinearModel(weights: weights, intercept: problem.targetMean - dot(problem.means, weights))
      var (sum, total) = (0.0, 0.0)
      for (row, prediction) in model.predict(part.features).enumerated() {
        let (share, miss) = (part.weights?[row] ?? 1, prediction - part.target[row])
        sum += share * miss * miss
        total += share
      }
      return sum / total
    }
    switch family {
    case .ridge:
      let eigen = try SymmetricEigen(problem.rows.timesTransposed(problem.rows))
      let rotated = eigen.vectors.transposedTimes(problem.target)
      return path.map { penalty in
        let duals = eigen.vectors.times(zip(rotated, eigen.values).map { $0 / (max($1, 0) + penalty) })
        return error(problem.rows.transposedTimes(duals))
      }
    case .elasticNet(let mixing):
      var descent = CoordinateDescent(
        RowLoss(problem, scales: nil), varying: problem.varying, total: problem.weight, scales: nil)
      return path.map { penalty in
        descent.setPenalties(absolute: penalty * mixing, square: penalty * (1 - mixing))
        descent.run(from: nil, tolerance: tolerance, sweeps: 1000)
        return error(descent.weights)
      }
    }
  }
}
