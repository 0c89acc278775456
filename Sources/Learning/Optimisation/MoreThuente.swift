/// Searches along a descent direction for a step `a` with sufficient decrease and small slope,
///
/// ```
/// φ(a) ≤ φ(0) + decrease · a · φ′(0) + slack        |φ′(a)| ≤ curvature · |φ′(0)|
/// ```
///
/// where the slack is the rounding error to expect of `φ(0)`: without it no step near the minimum would pass.
/// Values that are not finite count as too far.
///
/// - Source: Moré and Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM Trans. Math. Softw.
///   20 (1994), sections 2 to 4, with the constants of L-BFGS-B; the slack is that of Hager and Zhang, SIAM J. Optim.
///   16 (2005), section 4.
struct MoreThuente {
  /// Value and slope of the objective along the direction, at a step.
  struct Sample {
    var step: Double
    var value: Double
    var slope: Double

    var isFinite: Bool { value.isFinite && slope.isFinite }
  }

  /// Share of the predicted decrease that must be reached.
  var decrease = 1e-3
  /// Share of the first slope that may remain.
  var curvature = 0.9
  /// Width of the interval, as a share of its upper end, at which its best step is taken as it is.
  var width = 0.1
  /// Most evaluations.
  var evaluations = 40

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
    let slack = 1e-14 * abs(origin.value)
    let descent = decrease * origin.slope
    var interval = StepInterval(origin, first: first)
    var (step, isLast, limit) = (first, false, Double.infinity)
    for count in 1...evaluations {
      let sample = try evaluate(step)
      let goal = origin.value + step * descent + slack
      let isLower = sample.isFinite && sample.value <= goal
      if isLast || isLower && abs(sample.slope) <= -curvature * origin.slope { return isLower ? sample : nil }
      if sample.isFinite {
        step = interval.next(after: sample, goal: goal, descent: descent)
      } else {
        limit = step
      }
      let best = interval.best.step
      if step >= limit { step = best + (limit - best) / (best > 0 ? 2 : 10) }
      if count == evaluations - 1 || interval.isSpent(at: step, width: width) {
        guard best > 0 else { return nil }
        (step, isLast) = (best, true)
      }
    }
    return nil
  }
}
