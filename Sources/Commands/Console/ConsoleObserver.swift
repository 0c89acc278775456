import LinearAlgebra
import Synchronization
import Workbench

/// The console as the observer of a job: remarks and progress on standard error, an end by ctrl-C.
struct ConsoleObserver: JobObserver {
  private let console: Console

  /// Findings that were told in this run.
  private static let told = Mutex<Set<String>>([])

  /// An observer that speaks on `console`.
  init(_ console: Console) { self.console = console }

  func note(_ note: JobNote) {
    if note.isFinding, !Self.told.withLock({ $0.insert(note.text).inserted }) { return }
    console.note(note.text)
  }

  func fault(_ sentence: String) { console.fail(sentence) }

  func begin(_ step: String) { Activity.now(step) }

  func progress(_ label: String, total: Int) -> any JobProgress {
    Progress(label, total: total, console: console)
  }

  func queries(budget: Int?) -> any QueryWatch { QueryProgress(budget: budget, console: console) }

  func check() throws { try Interruption.check() }

  func keeps(_ clause: @escaping @Sendable () -> String) { Interruption.keeps(clause) }
}

extension Progress: JobProgress {}

extension GlobalOptions {
  /// What a job of this command gets beside its request; BLAS has one thread from now on.
  var context: JobContext {
    BLASRuntime.setThreads(1)
    return JobContext(
      methods: .current, searchPath: searchPath, seed: seed, workers: threadCount,
      observer: ConsoleObserver(console))
  }

  /// Shows a result as a document or as text.
  func show(_ result: some JobOutput) throws {
    guard !json else { return console.write(try result.json()) }
    for text in result.text {
      switch text {
      case .lines(let lines): console.write(lines)
      case .table(let table): console.write(table)
      }
    }
  }
}
