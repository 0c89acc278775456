import Workbench

#if HTTP
  import ArgumentParser
  import LinearAlgebra
  import PredictionAPI
  import Querying
  import Stealing
  import StealingStudies
  import Tabular

  extension ModelServing {
    /// The model behind another service, with guards and detectors before it.
    func guarded(_ url: String) async throws -> ServedModel {
      let (own, console) = (choices.upstream, options.console)
      var settings = HTTPOracleOptions()
      settings.timeout = (own.upstreamTimeout ?? UpstreamOptions.usualTimeout).duration
      settings.template = try own.asking.template()
      settings.connection = try own.asking.connection(
        headers: choices.format.requestHeaders, keyFile: own.upstreamKeyFile)
      settings.content = choices.content.flatMap(AnswerContent.init(rawValue:))
      settings.inputs = try own.ranges.map { try InputDescription($0) }
      settings.examples =
        try own.data.map { name in
          let table = try choices.format.table(name, options, asksService: true)
          return [.init(table, name: "the rows of \(TableOptions.name(name))")]
        } ?? []
      Activity.now("finding out how to ask")
      let service = try await UpstreamService.connect(url: url, options: settings, passes: own.allPasses) {
        console.note($0)
      }
      let oracle = service.oracle
      for note in oracle.notes { console.note(note) }
      console.note("\(oracle.probedRows) queries were spent on finding that out")
      if oracle.capabilities.content == .label, own.ranges == nil,
        !choices.guards.isEmpty || !choices.detectors.isEmpty
      {
        console.note(
          "a class that did not show goes past the guards as it is; --ranges FILE names all classes")
      }
      let context = try await context(service)
      let (guards, detectors) = try prepared(for: context)
      let name = HTTPConnection.withoutSecrets(url)
      return ServedModel(
        name: name.firstRange(of: "://").map { String(name[$0.upperBound...]) } ?? name, upstream: service,
        guards: guards, detectors: detectors)
    }

    /// What is known of the service: honest queries and training rows with its answers, if there are guards or detectors
    /// that may compare with them.
    private func context(_ service: UpstreamService) async throws -> ServiceContext {
      let (oracle, console) = (service.oracle, options.console)
      func answered(_ name: String?) async throws -> (rows: Matrix, answers: [Answer])? {
        guard let name, !choices.guards.isEmpty || !choices.detectors.isEmpty else { return nil }
        let table = try choices.format.table(name, options, asksService: true)
        let rows = try table.placing { try oracle.schema.rows(of: table) }
        Activity.now("asking about the rows of \(TableOptions.name(name))")
        let answers = try await oracle.answer(rows, details: [])
        console.note("\(rows.rows) queries were spent on the rows of \(TableOptions.name(name))")
        return (rows, answers)
      }
      let start = ContinuousClock.now
      return ServiceContext(
        schema: oracle.schema, benign: try await answered(choices.benign),
        members: try await answered(choices.members), keyedHash: .hmacSHA256(key: try secret()),
        clock: { (ContinuousClock.now - start) / .seconds(1) })
    }
  }
#endif
