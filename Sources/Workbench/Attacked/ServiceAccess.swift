import Learning
import LinearAlgebra
public import Querying
import Tabular

#if HTTP
  import PredictionAPI
#endif

/// A service that is attacked.
public struct ServiceAccess: Sendable {
  /// Its address.
  public var address: String
  /// How it is reached and asked.
  public var connection: ServiceConnection
  /// What its answers are taken for; nil to find out.
  public var content: AnswerContent?
  /// The record of the attack, with what an interrupted one found out of the service; nil for none.
  public var log: QueryRecordFile?
  /// What may be sent; nil for no limit.
  public var allowance: TheftAllowance?

  /// A service without a record or a limit.
  public init(_ address: String, _ connection: ServiceConnection = .init()) {
    (self.address, self.connection) = (address, connection)
  }
}

extension ModelUnderAttack {
  /// A service, with what could be found out of it.
  static func service(
    _ access: ServiceAccess, _ ranges: String?, _ context: JobContext,
    _ rows: (ModelFile?) throws -> KnownRows
  ) async throws -> ModelUnderAttack {
    #if HTTP
      var settings = try access.settings(context)
      let name = HTTPConnection.withoutSecrets(access.address)
      if let log = access.log {
        try log.check(target: name)
        (settings.earlier, settings.earlierBatch) = (log.earlier?.header, log.earlier?.batchLimit)
        if let run = log.run { settings.names = QueryNames(run: run, known: log.earlier?.exchanges ?? []) }
        settings.narrows = { try log.append(limit: $0) }
      }
      settings.inputs = try ranges.map { try InputDescription($0) }
      let known = try rows(nil)
      settings.examples = known.examples
      let oracle = try await HTTPOracle.connect(url: access.address, options: settings)
      return ModelUnderAttack(
        oracle, name: name, isRemote: true,
        testRows: try known.table.map { table in try table.placing { try oracle.schema.rows(of: table) } },
        notes: oracle.notes + ["\(oracle.probedRows) queries were spent on finding that out"],
        probedRows: oracle.probedRows, probes: oracle.probes)
    #else
      throw WorkbenchError.withoutHTTP
    #endif
  }
}

#if HTTP
  extension ServiceAccess {
    /// How the service is asked, before anything is known of it.
    fileprivate func settings(_ context: JobContext) throws -> HTTPOracleOptions {
      var settings = HTTPOracleOptions()
      settings.limit = allowance?.limit
      settings.probes = allowance?.probes ?? settings.probes
      settings.timeout = connection.timeout
      settings.batchLimit = connection.batch
      settings.template = try connection.template()
      settings.connection = try connection.connection()
      settings.content = content
      settings.waits = { wait in
        context.note(
          "the service asks to wait \(wait.inWords); ctrl-C stops, and the same command goes on from there")
        context.observer.begin("waiting for the service")
      }
      return settings
    }
  }
#endif
