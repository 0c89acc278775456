import Privacy
import Experiments
import Inversion
import Testing
import Workbench

@Suite("Accounting and audits as jobs")
struct PrivacyJobTests {
  @Test("Counts give the lower bounds by themselves, and a claim below them is refuted")
  func counts() throws {
    var job = PrivacyAuditJob(.counts([500, 250, 500, 25]))
    let open = try job.run(JobContext())
    #expect(open.isRefuted == nil)
    let bound = try #require(open.metrics["epsilon_clopper_pearson"])
    job.epsilon = bound / 2
    #expect(try job.run(JobContext()).isRefuted == true)
    job.epsilon = bound * 2
    #expect(try job.run(JobContext()).isRefuted == false)
    #expect(open.document.parameters["adjacency"] == "as counted")
    #expect(open.document.outcomes.map(\.metrics) == [open.metrics])
  }

  @Test("An audit with the same seed counts the same on any number of threads")
  func threads() throws {
    var job = PrivacyAuditJob(.mechanism(.laplace), epsilon: 1)
    job.trials = 50
    let metrics = try [1, 2].map { try job.run(JobContext(seed: 3, workers: $0)).metrics }
    #expect(metrics[0] == metrics[1])
  }

  @Test("The noise for a budget keeps the budget by one of the bounds")
  func account() throws {
    let found = try PrivacyAccountJob(.leastNormal(epsilon: 1), delta: 1e-6).run()
    #expect(found.accounts.contains { $0.isBound && $0.epsilon <= 1 })
    let given = try PrivacyAccountJob(.normal(sigma: found.scale), delta: 1e-6).run()
    #expect(given.accounts.map(\.epsilon) == found.accounts.map(\.epsilon))
  }

  @Test("Requests that cannot be are refused")
  func wrongRequests() {
    #expect(throws: WorkbenchError.self) { try PrivacyAccountJob(.normal(sigma: 0), delta: 0.1).run() }
    #expect(throws: WorkbenchError.self) { try PrivacyAccountJob(.normal(sigma: 1), delta: 1).run() }
    var laplace = PrivacyAccountJob(.laplace(scale: 1), delta: 0.1)
    laplace.samplingRate = 0.5
    #expect(throws: WorkbenchError.usage("--rate is for normal noise")) { try laplace.run() }
    #expect(throws: WorkbenchError.self) { try PrivacyAuditJob(.counts([1, 2])).run(JobContext()) }
    #expect(throws: WorkbenchError.self) { try PrivacyAuditJob(.mechanism(.laplace)).run(JobContext()) }
  }
}
