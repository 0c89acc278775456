extension Moments {
  /// The moments of the same rows about zero in place of their means, for models without an intercept: `scatter` is
  /// `Σ wᵢ xᵢxᵢᵀ`, and all means are zero. Sets of rows can be added and removed as before.
  ///
  /// - Complexity: O(*d*²).
  public var aboutZero: Moments {
    guard weight > 0, targetMean != 0 || means.contains(where: { $0 != 0 }) else { return self }
    var result = self
    result.scatter.addOuterProduct(weight, means, means)
    for index in means.indices {
      result.crossProducts[index] += weight * means[index] * targetMean
      result.means[index] = 0
    }
    result.targetScatter += weight * targetMean * targetMean
    result.targetMean = 0
    return result
  }
}
