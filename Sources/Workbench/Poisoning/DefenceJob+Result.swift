public import Experiments
import Learning
import LinearAlgebra
import Methods
import Poisoning
import Reporting
import Tabular

extension DefenceJob {
  /// What the defence gave.
  public struct Result: JobResult {
    let job: DefenceJob
    let method: MethodEntry
    let user: UserTable
    let methods: MethodRegistry
    let seed: UInt64
    /// Whether the flags of the rows are known.
    public let isScored: Bool
    /// The defended learner.
    public let learner: UserLearner
    /// Rows of the table, from 0, ascending.
    public let rejected: [Int]
    /// Errors without and with the defence.
    public let lines: [Line]
    /// The numbers.
    public let metrics: Metrics
    /// What the reader must know of the numbers.
    public let note: String

    /// The rows that were kept, as they stand in the file.
    public var keptFile: [UInt8] {
      let isRejected = Set(rejected)
      return user.text.file((0..<user.table.rowCount).filter { !isRejected.contains($0) }.map { .record($0) })
    }

    /// The rows that were rejected, as they stand in the file, with their numbers and lines in front.
    public var rejectedFile: [UInt8] {
      let taken = Set(user.table.columns.map(\.name))
      func free(_ word: String) -> String {
        [word, "\(word)_number"].first { !taken.contains($0) } ?? "\(word)_number_in_\(user.name)"
      }
      return user.text.file(
        rejected.map { .record($0) },
        firstFields: [
          (free("row"), rejected.map { "\($0 + 1)" }), (free("line"), rejectedLines.map { "\($0)" }),
        ])
    }

    /// Whether the file has no fields in which the numbers of rejected rows could stand.
    public var isSparse: Bool { user.text.isSparse }

    /// The lines of the file on which rejected rows begin.
    public var rejectedLines: [Int] { rejected.compactMap { user.table.reading?.line(ofRow: $0) } }

    public var document: ResultsDocument {
      ResultsDocument(
        job: "defend",
        job.table.parameters(user, learner, job.model).merging([
          "defence": .text(job.defence), "rate": .number(job.rate), "settings": .texts(job.settings),
          "reference": .flag(job.reference != nil), "scored": .flag(isScored), "seed": .seed(seed),
          "rows": .integer(user.design.count),
          "rejected_rows": .list(rejected.map { .integer($0 + 1) }),
          "rejected_lines": .list(rejectedLines.map { .integer($0) }),
        ]) { $1 },
        methods: methods.trainingDefences.entries.filter { $0.id == job.defence }
          + [method].filter { $0.program != nil } + methods.learners.entries.filter { $0.id == job.model.id },
        outcomes: [
          Outcome(
            dataset: user.name, model: job.model.id, attack: isScored ? "flagged" : "unknown",
            defence: method.id, rate: job.rate, seed: seed, metrics: metrics)
        ])
    }

    public var text: [JobText] {
      let head =
        "\(job.model.id)\(learner.description), defended by \(job.defence): \(rejected.count) of "
        + "\(user.design.count) rows rejected\n"
      let numbers = rejected.prefix(20).map { "\($0 + 1)" }.joined(separator: ", ")
      let list =
        rejected.isEmpty ? [] : ["rejected rows: \(numbers)\(rejected.count > 20 ? ", ..." : "")\n"]
      return ([head] + list).map { .lines($0) } + [.table(errors)] + (score.map { [.table($0)] } ?? [])
    }

    private var errors: TextTable {
      func text(_ error: Double?) -> String {
        error.map { user.inUnit(meanSquaredError: $0).significant(4) } ?? "n/a"
      }
      return TextTable(
        title: "Root mean square error (\(job.table.target))",
        columns: [.init("Measured on"), .number("no defence"), .number(job.defence)],
        rows: lines.map { [.init($0.title), .init(text($0.before)), .init(text($0.after))] }, note: note)
    }

    /// The rejected rows against the flags; nil without flags.
    private var score: TextTable? {
      guard let recall = metrics["recall"] else { return nil }
      return TextTable(
        title: "Rejected rows against the flags", columns: [.init("Score"), .number("")],
        rows: [
          ["precision", .init(metrics["precision"]?.percent(1) ?? "n/a")],
          ["recall", .init(recall.percent(1))],
          ["clean rows rejected", .init(metrics["clean_rejected"]?.percent(1) ?? "n/a")],
        ])
    }
  }
}
