/// Searches along a descent direction for a step `a` with sufficient decrease and small slope,
///
/// ```
/// φ(a) ≤ φ(0) + decrease · a · φ′(0) + slack        |φ′(a)| ≤ curvature · |φ′(0)|
/// ```
///
/// where the slack is the rounding error to expect of `φ(0)`: without it no step near the minimum would pass.
/// Values that are not finite count as too far.
///
/// - Source: Nocedal and Wright, "Numerical Optimization", 2nd ed. (2006), algorithms 3.5 and 3.6; the slack is
///   that of Hager and Zhang, SIAM J. Optim. 16 (2005), section 4.
struct StrongWolfe {
  /// Value and slope of the objective along the direction, at a step.
  struct Sample {
    let step: Double
    let value: Double
    let slope: Double

    var isFinite: Bool { value.isFinite && slope.isFinite }
  }

  /// Share of the predicted decrease that must be reached.
  var decrease = 1e-4
  /// Share of the first slope that may remain.
  var curvature = 0.9
  /// Most evaluations while the step grows, and again while the interval shrinks.
  var evaluations = 30

  /// The accepted sample, which is always the last one evaluated; nil if no step was found that is better
  /// than none.
  ///
  /// - Parameters:
  ///   - origin: the sample at step zero, with a negative slope.
  ///   - first: the step to try first.
  ///   - evaluate: the sample at a step.
  func search(
    from origin: Sample, first: Double, evaluate: (Double) throws -> Sample
  ) rethrows -> Sample? {
    var (previous, step) = (origin, first)
    for _ in 0..<evaluations {
      let sample = try evaluate(step)
      let hasRisen = previous.step > 0 && sample.value >= previous.value + slack(origin)
      if !sample.isFinite || !isLower(sample, origin) || hasRisen {
        return try zoom(previous, sample, origin, evaluate)
      }
      if abs(sample.slope) <= -curvature * origin.slope { return sample }
      if sample.slope >= 0 { return try zoom(sample, previous, origin, evaluate) }
      (previous, step) = (sample, 2 * step)
    }
    return previous.step > 0 ? try evaluate(previous.step) : nil
  }

  /// Shrinks the interval between `low`, the best sample with sufficient decrease, and `high`.
  private func zoom(
    _ low: Sample, _ high: Sample, _ origin: Sample, _ evaluate: (Double) throws -> Sample
  ) rethrows -> Sample? {
    var (low, high) = (low, high)
    for _ in 0..<evaluations {
      let sample = try evaluate(Self.between(low, high))
      if !sample.isFinite || !isLower(sample, origin) || sample.value >= low.value + slack(origin) {
        high = sample
        continue
      }
      if abs(sample.slope) <= -curvature * origin.slope { return sample }
      if sample.slope * (high.step - low.step) >= 0 { high = low }
      low = sample
    }
    return low.step > 0 ? try evaluate(low.step) : nil
  }

  private func slack(_ origin: Sample) -> Double { 1e-14 * abs(origin.value) }

  private func isLower(_ sample: Sample, _ origin: Sample) -> Bool {
    sample.value <= origin.value + decrease * sample.step * origin.slope + slack(origin)
  }

  /// The minimum of the cubic through both samples, kept away from the ends; the middle if there is none.
  private static func between(_ low: Sample, _ high: Sample) -> Double {
    let width = high.step - low.step
    let middle = low.step + width / 2
    guard high.isFinite else { return low.step + width / 10 }
    let base = low.slope + high.slope - 3 * (high.value - low.value) / width
    let square = base * base - low.slope * high.slope
    guard square >= 0 else { return middle }
    let root = width < 0 ? -square.squareRoot() : square.squareRoot()
    let step = high.step - width * (high.slope + root - base) / (high.slope - low.slope + 2 * root)
    let (near, far) = (low.step + 0.1 * width, low.step + 0.9 * width)
    guard step.isFinite else { return middle }
    return min(max(step, min(near, far)), max(near, far))
  }
}
