#if HTTP
  import Experiments
  import FoundationEssentials
  import LinearAlgebra
  import PredictionAPI
  import Querying
  import Tabular

  extension StealTarget {
    /// The oracle on a service, with what could be found out of it.
    func service(
      _ url: String, _ options: GlobalOptions, data: String?, examples: [ColumnRanges.Example],
      log: QueryRecordFile?, allowance: TheftAllowance?
    ) async throws -> Victim {
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
        let earlier = log.earlier.flatMap { $0.header.target == name ? $0 : nil }
        (settings.earlier, settings.earlierBatch) = (earlier?.header, earlier?.batchLimit)
        if let run = log.run { settings.names = QueryNames(run: run, known: earlier?.exchanges ?? []) }
        settings.narrows = { try log.append(limit: $0) }
      }
      settings.inputs = try ranges.map { try InputDescription($0) }
      let table = try data.map { try format.table($0, options, asksService: true) }
      settings.examples =
        table.map { [.init($0, name: "the rows of \(TableOptions.name(data ?? ""))")] } ?? []
      settings.examples += examples
      let oracle = try await HTTPOracle.connect(url: url, options: settings)
      return Victim(
        oracle: oracle, unguarded: oracle, name: name, isRemote: true, guards: [],
        testRows: try table.map { table in try table.placing { try oracle.schema.rows(of: table) } },
        notes: oracle.notes + ["\(oracle.probedRows) queries were spent on finding that out"],
        probedRows: oracle.probedRows, probes: oracle.probes)
    }
  }
#endif
