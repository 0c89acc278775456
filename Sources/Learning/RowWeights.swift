/// Checks sample weights, where there are any.
///
/// - Throws: ``LearningError/invalidWeight(row:value:)`` for one that is negative or not finite, and
///   ``LearningError/allWeightsZero``.
func checkRowWeights(_ weights: [Double]?) throws(LearningError) {
  guard let weights else { return }
  if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
    throw .invalidWeight(row: row, value: weights[row])
  }
  if !weights.isEmpty, weights.allSatisfy({ $0 == 0 }) { throw .allWeightsZero }
}
