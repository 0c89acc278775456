import Privacy
import Testing

/// Figures of the papers named in the sources, and of the code that their authors released.
@Suite("Privacy audits")
struct AuditTests {
  @Test(
    "A perfect attack cannot show more than its trials allow",
    arguments: [
      (50, 2.5696), (100, 3.2813), (200, 3.9838), (500, 4.9056), (1000, 5.6006), (5000, 7.2115),
    ])
  func ceiling(trials: Int, expected: Double) throws {
    let counts = try AuditCounts(trialsWith: trials, hits: trials, trialsWithout: trials, falseAlarms: 0)
    #expect(abs(counts.epsilonLowerBound() - expected) < 1e-4)
  }

  @Test("Imperfect attacks, pure and Gaussian")
  func imperfect() throws {
    let weak = try AuditCounts(trialsWith: 500, hits: 250, trialsWithout: 500, falseAlarms: 25)
    #expect(abs(weak.epsilonLowerBound() - 1.83146) < 1e-5)
    let gaussian = weak.gaussianLowerBound(delta: 1e-5)
    #expect(abs(gaussian.mu - 1.34201) < 1e-5 && abs(gaussian.epsilon - 6.17651) < 1e-5)
    let strong = try AuditCounts(trialsWith: 1000, hits: 900, trialsWithout: 1000, falseAlarms: 100)
    let bound = strong.gaussianLowerBound(delta: 1e-5)
    #expect(abs(bound.mu - 2.34710) < 1e-5 && abs(bound.epsilon - 12.19756) < 1e-5)
    let blind = try AuditCounts(trialsWith: 100, hits: 50, trialsWithout: 100, falseAlarms: 50)
    #expect(blind.epsilonLowerBound() == 0)
  }

  @Test(
    "Audits by one run give the reference bounds",
    arguments: [
      (1000, 100, 75, 1e-4, 0.672985), (100_000, 1510, 1439, 1e-5, 2.675851), (1000, 100, 75, 0, 0.702214),
      (1000, 1000, 600, 0, 0.297468), (5000, 100, 100, 1e-5, 3.352420), (1000, 50, 50, 0, 2.784727),
    ])
  func oneRun(canaries: Int, guesses: Int, correct: Int, delta: Double, expected: Double) throws {
    let found = try OneRunAudit.epsilonLowerBound(
      canaries: canaries, guesses: guesses, correct: correct, delta: delta)
    #expect(abs(found - expected) < 1e-5)
  }

  /// The documented examples of the epsilon bounds in TensorFlow Privacy.
  @Test(
    "Approximate bounds on ratios are those of TensorFlow Privacy",
    arguments: [
      (100, 10, RatioBound.bailey, 4.61953896), (90, 5, .bailey, 6.87647915), (100, 10, .katzLog, 4.45958661),
      (90, 5, .katzLog, 6.39712581),
    ])
  func ratios(hits: Int, falseAlarms: Int, method: RatioBound, expected: Double) throws {
    let counts = try AuditCounts(
      trialsWith: 110, hits: hits, trialsWithout: 80, falseAlarms: falseAlarms)
    #expect(abs(method.lower(counts) - expected) < 1e-8)
  }

  @Test("A delta is taken off the hits")
  func delta() throws {
    let counts = try AuditCounts(trialsWith: 1000, hits: 100, trialsWithout: 1000, falseAlarms: 0)
    let (pure, less) = (counts.epsilonLowerBound(), counts.epsilonLowerBound(delta: 0.05))
    #expect(less < pure && less > 0)
    #expect(counts.epsilonLowerBound(delta: 0.2) == 0)
  }

  @Test("Impossible counts are refused")
  func mistakes() {
    #expect(throws: PrivacyError.self) {
      try AuditCounts(trialsWith: 10, hits: 11, trialsWithout: 10, falseAlarms: 0)
    }
    #expect(throws: PrivacyError.self) {
      try AuditCounts(trialsWith: 0, hits: 0, trialsWithout: 10, falseAlarms: 0)
    }
    #expect(throws: PrivacyError.self) {
      try OneRunAudit.epsilonLowerBound(canaries: 10, guesses: 11, correct: 0, delta: 0)
    }
  }
}
