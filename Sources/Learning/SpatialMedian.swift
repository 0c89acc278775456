import LinearAlgebra

/// The point with the smallest sum of Euclidean distances to given points.
///
/// - Source: Vardi and Zhang, "The multivariate L1-median and associated data depth", PNAS 97 (2000).
struct SpatialMedian {
  /// The median.
  private(set) var point: [Double]
  /// Whether the last step was below the tolerance.
  private(set) var isConverged = false

  /// Iterates from the mean until a step is shorter than `tolerance` times the point.
  init(_ points: [[Double]], tolerance: Double = 1e-10, limit: Int = 10_000) {
    precondition(!points.isEmpty, "the median of nothing")
    point = [Double](repeating: 0, count: points[0].count)
    for other in points { axpy(1 / Double(points.count), other, into: &point) }
    guard point.count > 1 else {
      point = [median(points.map { $0[0] })]
      isConverged = true
      return
    }
    for _ in 0..<limit where !isConverged {
      let next = Self.step(points, point)
      let change = norm2(zip(next, point).map { $0 - $1 })
      isConverged = change <= tolerance * norm2(next)
      point = next
    }
  }

  /// The modified Weiszfeld step, which is not caught by a data point that is not the median: points at the centre
  /// hold it back with the strength of their number.
  private static func step(_ points: [[Double]], _ centre: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: centre.count)
    var difference = sum
    var pull = sum
    var (total, coinciding) = (0.0, 0)
    for point in points {
      for index in centre.indices { difference[index] = point[index] - centre[index] }
      let distance = norm2(difference)
      if distance < 1e-14 {
        coinciding += 1
        continue
      }
      axpy(1 / distance, point, into: &sum)
      axpy(1 / distance, difference, into: &pull)
      total += 1 / distance
    }
    guard total > 0 else { return centre }
    let strength = norm2(pull)
    let stay = coinciding == 0 ? 0 : strength > 0 ? Swift.min(1, Double(coinciding) / strength) : 1
    return zip(sum, centre).map { (1 - stay) * $0 / total + stay * $1 }
  }
}
