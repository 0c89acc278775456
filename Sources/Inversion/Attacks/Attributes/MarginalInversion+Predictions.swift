import LinearAlgebra
import RealModule

extension MarginalInversion {
  /// The guesses of the attack where all attributes but the sensitive one are known and the predictions for every
  /// candidate are at hand: `score(v) = π(y, f(v)) · p(v)` with normal errors.
  ///
  /// - Parameters:
  ///   - predictions: one list per candidate, one number per person.
  ///   - truths: the response of every person.
  ///   - prior: the distribution of the sensitive attribute, whose values are the candidates in their order.
  ///   - deviation: standard deviation of the model's errors, positive.
  public static func guesses(
    predictions: [[Double]], truths: [Double], prior: Marginal, deviation: Double
  ) -> AttributeGuesses {
    precondition(predictions.count == prior.values.count, "one list of predictions per candidate")
    precondition(predictions.allSatisfy { $0.count == truths.count }, "one prediction per person")
    precondition(deviation > 0, "a deviation of \(deviation)")
    let errors = ErrorModel.gaussian(deviation: deviation)
    var scores = Matrix(rows: truths.count, columns: predictions.count)
    for (place, share) in prior.shares.enumerated() {
      let weight = Double.log(share)
      for (row, truth) in truths.enumerated() {
        scores[row, place] = weight + errors.logDensity(truth: truth, prediction: predictions[place][row])
      }
    }
    return AttributeGuesses(candidates: prior.values, logWeights: scores)
  }
}
