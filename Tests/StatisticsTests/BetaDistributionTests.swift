import Statistics
import Testing

@Suite("The beta distribution and Student's")
struct BetaDistributionTests {
  @Test("Half of a symmetric distribution lies below one half", arguments: [0.5, 1, 5, 250])
  func symmetric(a: Double) {
    #expect(abs(betaCDF(0.5, a: a, b: a) - 0.5) < 1e-12)
    #expect(abs(betaQuantile(0.5, a: a, b: a) - 0.5) < 1e-12)
  }

  /// scipy.stats.beta.cdf, SciPy 1.16, on both sides of the mean.
  @Test(
    "Values on both sides of the mean",
    arguments: [(0.1, 2.0, 3.0, 0.0523), (0.9, 2, 3, 0.9963), (0.6, 5, 5, 0.73343232)])
  func values(x: Double, a: Double, b: Double, probability: Double) {
    #expect(abs(betaCDF(x, a: a, b: b) - probability) < 1e-10)
  }

  /// scipy.stats.t.ppf, SciPy 1.16.
  @Test(
    "Student's quantiles are those of the tables",
    arguments: [
      (0.975, 1, 12.706204736), (0.975, 4, 2.776445105), (0.975, 9, 2.262157163), (0.9, 30, 1.310415025),
    ])
  func student(probability: Double, degrees: Int, quantile: Double) {
    #expect(abs(studentQuantile(probability, degrees: degrees) - quantile) < 1e-8)
  }
}
