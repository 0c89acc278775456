import Experiments
import Learning
import LinearAlgebra
import Querying
import Tabular
import Workbench

#if HTTP
  import PredictionAPI
#endif

/// How a model behind an address is reached, and what is known of its inputs, the same for every command that asks one.
struct ServiceAccess {
  let connection: ConnectionOptions
  let format: TableFormat
  /// Ranges of inputs as on the command line; nil for none.
  let ranges: String?
  /// What the answers are taken for; nil to find out.
  let content: AnswerContent?

  /// Whether a text is an address and no file.
  static func isAddress(_ text: String) -> Bool { text.hasPrefix("http://") || text.hasPrefix("https://") }

  /// The oracle on a service, with what could be found out of it.
  ///
  /// - Parameters: as ``StealTarget/oracle(_:data:examples:log:allowance:)``.
  func victim(
    _ url: String, _ options: GlobalOptions, data: String?, examples: [ColumnRanges.Example] = [],
    log: QueryRecordFile? = nil, allowance: TheftAllowance?
  ) async throws -> StealTarget.Victim {
    #if HTTP
      var settings = HTTPOracleOptions()
      settings.limit = allowance?.limit
      settings.probes = allowance?.probes ?? settings.probes
      settings.timeout = connection.timeout.duration
      settings.batchLimit = connection.batch
      settings.template = try connection.template()
      settings.connection = try connection.connection(headers: format.requestHeaders)
      settings.content = content
      let console = options.console
      settings.waits = { wait in
        let span = Progress.duration(wait / .seconds(1))
        console.note(
          "the service asks to wait \(span); ctrl-C stops, and the same command goes on from there")
        Activity.now("waiting for the service")
      }
      let name = HTTPConnection.withoutSecrets(url)
      if let log {
        try log.check(target: name)
        (settings.earlier, settings.earlierBatch) = (log.earlier?.header, log.earlier?.batchLimit)
        if let run = log.run { settings.names = QueryNames(run: run, known: log.earlier?.exchanges ?? []) }
        settings.narrows = { try log.append(limit: $0) }
      }
      settings.inputs = try ranges.map { try InputDescription($0) }
      let table = try data.map { try format.table($0, options, asksService: true) }
      settings.examples =
        table.map { [.init($0, name: "the rows of \(TableOptions.name(data ?? ""))")] } ?? []
      settings.examples += examples
      let oracle = try await HTTPOracle.connect(url: url, options: settings)
      return StealTarget.Victim(
        oracle: oracle, unguarded: oracle, name: name, isRemote: true, guards: [],
        testRows: try table.map { table in try table.placing { try oracle.schema.rows(of: table) } },
        notes: oracle.notes + ["\(oracle.probedRows) queries were spent on finding that out"],
        probedRows: oracle.probedRows, probes: oracle.probes)
    #else
      throw WithoutHTTP()
    #endif
  }
}
