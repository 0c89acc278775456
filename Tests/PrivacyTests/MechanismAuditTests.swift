import Privacy
import LinearAlgebra
import Testing

/// The setting in which diffprivlib 0.6.6 was audited: 500 fits of each side choose the threshold, 500 are counted.
@Suite("Audits of whole mechanisms")
struct MechanismAuditTests {
  private func bound(_ mechanism: OneFeatureRegression) throws -> Double {
    try MechanismAudit(trials: 500).run(seed: 7, workers: 2) { isWith, random in
      abs(mechanism.weight(OneFeatureRegression.auditRows(isWith), using: &random))
    }.epsilonLowerBound
  }

  @Test("A sensitivity of 0 is found, at the ceiling of 500 trials", arguments: [0.5, 1.0, 2.0])
  func fault(epsilon: Double) throws {
    let broken = try bound(OneFeatureRegression(epsilon: epsilon, isFaulty: true))
    #expect(broken >= 4.9 && abs(broken - 4.9056) < 1e-3)
    // Where no lower bound is 0 the fault does not show, and neither does the right mechanism.
    let hidden = OneFeatureRegression(epsilon: epsilon, feature: -1...1, target: -1...1, isFaulty: true)
    #expect(try bound(hidden) <= epsilon)
    #expect(try bound(OneFeatureRegression(epsilon: epsilon)) <= epsilon)
  }

  @Test("Laplace noise is audited close to its epsilon and not beyond")
  func laplace() throws {
    let result = try MechanismAudit(trials: 4000).run(seed: 1, workers: 2) { isWith, random in
      (isWith ? 1 : 0) + random.laplace(scale: 1)
    }
    #expect(result.epsilonLowerBound <= 1 && result.epsilonLowerBound > 0.75)
  }

  @Test("The number of threads does not change an audit")
  func threads() throws {
    func run(_ workers: Int) throws -> MechanismAudit.Result {
      try MechanismAudit(trials: 50).run(seed: 3, workers: workers) { isWith, random in
        (isWith ? 1 : 0) + random.normal()
      }
    }
    #expect(try run(1) == run(2))
  }

  @Test("No trials is a mistake")
  func mistake() {
    #expect(throws: PrivacyError.self) { try MechanismAudit(trials: 0).run(seed: 1) { _, _ in 0 } }
  }
}
