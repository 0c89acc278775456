/// The exact interval of a probability after `successes` in `trials`.
///
/// - Source: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
///   binomial", Biometrika 26 (1934).
public struct ClopperPearson: Sendable, Hashable {
  /// The probability is below this with at most the given error.
  public let lower: Double
  /// The probability is above this with at most the given error.
  public let upper: Double

  /// An interval.
  ///
  /// - Parameter error: chance that each of the two ends is wrong.
  public init(successes: Int, trials: Int, error: Double) {
    precondition(trials > 0 && (0...trials).contains(successes), "\(successes) of \(trials)")
    precondition(error > 0 && error < 1, "an error of \(error)")
    let (hits, misses) = (Double(successes), Double(trials - successes))
    lower = successes == 0 ? 0 : betaQuantile(error, a: hits, b: misses + 1)
    upper = misses == 0 ? 1 : betaQuantile(1 - error, a: hits + 1, b: misses)
  }
}
