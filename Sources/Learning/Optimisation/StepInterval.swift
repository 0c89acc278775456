/// The steps among which a line search looks on, between the best sample so far and another, or beyond the best one
/// while no minimum is enclosed.
///
/// - Source: Moré and Thuente, ACM Trans. Math. Softw. 20 (1994), sections 2 to 4.
struct StepInterval {
  typealias Sample = MoreThuente.Sample

  /// The sample with the lowest value, or at first with the lowest modified value.
  private(set) var best: Sample
  private var other: Sample
  /// Whether a minimum lies between the two samples.
  private var isBracketed = false
  /// Whether steps are still judged by the modified function `φ(a) - φ(0) - decrease · a · φ′(0)`.
  private var isFirstStage = true
  private var (lower, upper): (Double, Double)
  private var (width, widthBefore) = (Double.infinity, Double.infinity)

  init(_ origin: Sample, first: Double) {
    (best, other) = (origin, origin)
    (lower, upper) = (0, 5 * first)
  }

  /// Whether no step inside is worth a try: rounding allows none, or the interval is narrow.
  func isSpent(at step: Double, width: Double) -> Bool {
    isBracketed && (step <= lower || step >= upper || upper - lower <= width * upper)
  }

  /// Takes up a sample and says which step to try next.
  ///
  /// - Parameters:
  ///   - goal: the highest value with sufficient decrease at the step of the sample.
  ///   - descent: slope of the line of sufficient decrease.
  mutating func next(after sample: Sample, goal: Double, descent: Double) -> Double {
    if sample.value <= goal && sample.slope >= 0 { isFirstStage = false }
    let isModified = isFirstStage && sample.value <= best.value && sample.value > goal
    if isModified {
      tilt(by: -descent)
      let tilted = Self.tilted(sample, by: -descent)
      let step = trial(tilted)
      keep(tilted)
      tilt(by: descent)
      return bounded(step)
    }
    let step = trial(sample)
    keep(sample)
    return bounded(step)
  }

  private mutating func tilt(by slope: Double) {
    best = Self.tilted(best, by: slope)
    other = Self.tilted(other, by: slope)
  }

  private static func tilted(_ sample: Sample, by slope: Double) -> Sample {
    Sample(step: sample.step, value: sample.value + sample.step * slope, slope: sample.slope + slope)
  }

  /// Replaces an end of the interval by a sample.
  private mutating func keep(_ sample: Sample) {
    if sample.value > best.value {
      (other, isBracketed) = (sample, true)
      return
    }
    if sample.slope * best.slope < 0 { (other, isBracketed) = (best, true) }
    best = sample
  }

  /// Halves an interval that shrinks too slowly, and sets the bounds of the next step.
  private mutating func bounded(_ step: Double) -> Double {
    var step = step
    // Values near the largest numbers have no cubic.
    if !step.isFinite { step = isBracketed ? best.step + (other.step - best.step) / 2 : 2 * best.step }
    if isBracketed {
      let now = abs(other.step - best.step)
      if now >= 0.66 * widthBefore { step = best.step + (other.step - best.step) / 2 }
      (widthBefore, width) = (width, now)
      (lower, upper) = (min(best.step, other.step), max(best.step, other.step))
    } else {
      lower = step + 1.1 * (step - best.step)
      upper = step + 4 * (step - best.step)
    }
    return max(step, 0)
  }

  /// The next step by interpolation (section 4 of the source).
  private func trial(_ sample: Sample) -> Double {
    let (near, far) = (best.step, sample.step)
    let secant = far + sample.slope / (sample.slope - best.slope) * (near - far)
    if sample.value > best.value {
      let cubic = Self.cubicMinimum(best, sample)
      let slope = (best.value - sample.value) / (far - near) + best.slope
      let quadratic = near + best.slope / slope / 2 * (far - near)
      return abs(cubic - near) < abs(quadratic - near) ? cubic : cubic + (quadratic - cubic) / 2
    }
    if sample.slope * best.slope < 0 {
      let cubic = Self.cubicMinimum(sample, best)
      return abs(cubic - far) > abs(secant - far) ? cubic : secant
    }
    if abs(sample.slope) < abs(best.slope) {
      let cubic = beyond(sample)
      if isBracketed {
        let step = abs(cubic - far) < abs(secant - far) ? cubic : secant
        let end = far + 0.66 * (other.step - far)
        return far > near ? min(end, step) : max(end, step)
      }
      let step = abs(cubic - far) > abs(secant - far) ? cubic : secant
      return min(max(step, lower), upper)
    }
    if isBracketed { return Self.cubicMinimum(sample, other) }
    return far > near ? upper : lower
  }

  /// The cubic through two samples with values and slopes: its minimum as a share of the way from the first to the
  /// second, and the root of its discriminant, zero where it has none.
  private static func cubic(_ one: Sample, _ two: Sample) -> (share: Double, root: Double) {
    let theta = 3 * (one.value - two.value) / (two.step - one.step) + one.slope + two.slope
    let scale = max(abs(theta), abs(one.slope), abs(two.slope))
    let square = (theta / scale) * (theta / scale) - one.slope / scale * (two.slope / scale)
    let root = (two.step < one.step ? -scale : scale) * max(square, 0).squareRoot()
    return (((root - one.slope) + theta) / ((root + (two.slope - one.slope)) + root), root)
  }

  private static func cubicMinimum(_ one: Sample, _ two: Sample) -> Double {
    one.step + cubic(one, two).share * (two.step - one.step)
  }

  /// Minimum of the cubic beyond the sample if it has one there, else the bound on that side.
  private func beyond(_ sample: Sample) -> Double {
    let (share, root) = Self.cubic(sample, best)
    if share < 0 && root != 0 { return sample.step + share * (best.step - sample.step) }
    return sample.step > best.step ? upper : lower
  }
}
