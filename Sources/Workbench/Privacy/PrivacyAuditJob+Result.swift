import Privacy
public import Experiments
import Inversion
import Learning
import Reporting

extension PrivacyAuditJob {
  /// What the audit found.
  public struct Result: JobResult {
    let job: PrivacyAuditJob
    let seed: UInt64
    /// Counts and lower bounds.
    public let metrics: Metrics
    /// What the test looked at.
    public let test: String

    /// Whether the claimed budget is refuted; nil without a claim.
    public var isRefuted: Bool? {
      let pure = metrics["epsilon_clopper_pearson"] ?? metrics["epsilon_one_run"]
      return job.epsilon.flatMap { claimed in pure.map { $0 > claimed } }
    }

    public var document: ResultsDocument {
      let mechanism = job.mechanism?.rawValue ?? "none"
      return ResultsDocument(
        job: "privacy audit",
        [
          "mechanism": .text(mechanism), "epsilon": job.epsilon.map { .number($0) } ?? .missing,
          "delta": .number(job.delta), "adjacency": .text(neighbours), "trials": .integer(job.trials),
          "error": .number(job.error), "seed": .seed(seed), "test": .text(test),
          "refuted": isRefuted.map { .flag($0) } ?? .missing,
        ],
        outcomes: [
          Outcome(
            dataset: "neighbours", attack: "audit", defence: mechanism, seed: seed,
            metrics: metrics)
        ])
    }

    public var text: [JobText] {
      let title =
        switch job.subject {
        case .command: "a command"
        case .counts, .oneRun: "counts"
        case .mechanism, .canaries: job.mechanism?.rawValue ?? ""
        }
      return [
        .table(
          TextTable(
            title: "Audit of \(title)", columns: [.init("what"), .number("value")],
            rows: metrics.names.map { name in
              let isBound = name.hasPrefix("epsilon_")
              return [
                .init(name), .init(metrics[name]?.significant(6) ?? "–", tone: isBound ? .strong : .plain),
              ]
            }, note: note))
      ]
    }

    /// How the two data sets differ.
    private var neighbours: String {
      switch job.subject {
      case .command: "the two files"
      case .counts: "as counted"
      case .oneRun: NeighbourRelation.addRemove.rawValue
      case .mechanism, .canaries: (job.mechanism?.adjacency ?? .addRemove).rawValue
      }
    }

    private var note: String {
      let verdict =
        switch isRefuted {
        case true?: "The claimed epsilon is refuted. "
        case false?: "The claimed epsilon is not refuted. "
        case nil: ""
        }
      let isOfCounts: Bool =
        switch job.subject {
        case .oneRun, .canaries: false
        default: true
        }
      return verdict
        + "Lower bounds at a confidence of \((1 - job.error).significant(4)); test: \(test); neighbours: \(neighbours)."
        + (isOfCounts && job.delta > 0
          ? " epsilon_gaussian holds for noise whose trade-off is at most as good as normal noise." : "")
    }
  }
}
