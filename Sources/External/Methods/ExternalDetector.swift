import Experiments
import Learning
import LinearAlgebra
public import Methods
import Querying
public import Guarding
import Synchronization
import Tabular

/// A detector that is a program: it is started once with a folder as others are, says that it is ready, and then reads a
/// line of JSON for every query and writes one.
///
/// A program that ends, is late or says something else raises no alarm by itself: ``PreparedDetector/failure`` says so,
/// and the server answers nobody any more.
public struct ExternalDetector: QueryDetector, ExternalMethod {
  static let family = MethodFamily.queryDetector
  static let taxonomy = MethodCard.Taxonomy.queryDetection
  public static let card = externalCard(ExternalProgram.none.id)

  /// The program.
  public let program: ExternalProgram
  public var card: MethodCard { ownEntry.card }
  public var entry: MethodEntry { ownEntry }

  /// A detector without a program, which cannot run.
  public init() { self.init(.none) }

  /// The detector of a program.
  public init(_ program: ExternalProgram) { self.program = program }

  public func prepared(for context: ServiceContext) throws -> any PreparedDetector {
    let names = Scenario.names(of: context.schema)
    var files = Scenario(program, family: Self.family, seed: 1)
    files["columns"] = Scenario.columns(of: context.schema)
    files["classes"] = JSONValue(context.schema.classes)
    files.add("honest", Scenario.numbered(context.benign.rows, Scenario.columns(context.benign, names)))
    let folder = try ScratchFolder()
    try files.write(to: folder)
    return Prepared(session: try DetectorSession(program, folder))
  }

  private final class Prepared: PreparedDetector {
    let poolsClients = false
    private let session: DetectorSession
    private let clients = Mutex(0)

    init(session: DetectorSession) { self.session = session }

    var failure: (any Error)? { session.failure }

    func monitor() -> any QueryMonitor {
      let client = clients.withLock { count in
        count += 1
        return count
      }
      return Monitor(session: session, client: client)
    }
  }

  private struct Monitor: QueryMonitor {
    let session: DetectorSession
    let client: Int

    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      session.reading(client: client, query, answer) ?? DetectorReading(score: nil, isAlarm: false)
    }
  }
}
