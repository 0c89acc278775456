import Guarding

#if HTTP
  import LinearAlgebra
  import PredictionAPI
  import Querying
  import Stealing
  import StealingStudies
  import Tabular

  extension ModelServing {
    /// The model behind another service, with guards and detectors before it.
    func guarded(_ own: UpstreamRequest) async throws -> ServedModel {
      let context = context
      var settings = HTTPOracleOptions()
      settings.timeout = own.connection.timeout
      settings.template = try own.connection.template()
      settings.connection = try own.connection.connection()
      settings.content = request.content
      settings.inputs = try own.ranges.map { try InputDescription($0) }
      settings.examples =
        try own.data.map { name in
          [.init(try request.reading.table(name, context), of: name)]
        } ?? []
      context.observer.begin("finding out how to ask")
      let service = try await UpstreamService.connect(
        url: own.address, options: settings, passes: own.passes
      ) { context.note($0) }
      let oracle = service.oracle
      for note in oracle.notes { context.note(note) }
      context.note("\(oracle.probedRows) queries were spent on finding that out")
      if oracle.capabilities.content == .label, own.ranges == nil, watches {
        context.note(
          "a class that did not show goes past the guards as it is; --ranges FILE names all classes")
      }
      let (guards, detectors) = try prepared(for: try await serviceContext(service))
      let name = HTTPConnection.withoutSecrets(own.address)
      return ServedModel(
        name: name.firstRange(of: "://").map { String(name[$0.upperBound...]) } ?? name, upstream: service,
        guards: guards, detectors: detectors)
    }

    /// Whether there are guards or detectors.
    private var watches: Bool { !request.guards.isEmpty || !request.detectors.isEmpty }

    /// What is known of the service: honest queries and training rows with its answers, if there are guards or detectors
    /// that may compare with them.
    private func serviceContext(_ service: UpstreamService) async throws -> ServiceContext {
      let (oracle, context) = (service.oracle, context)
      func answered(_ name: String?) async throws -> (rows: Matrix, answers: [Answer])? {
        guard let name, watches else { return nil }
        let table = try request.reading.table(name, context)
        let rows = try table.placing { try oracle.schema.rows(of: table) }
        context.observer.begin("asking about the rows of \(Table.shortName(name))")
        let answers = try await oracle.answer(rows, details: [])
        context.note("\(rows.rows) queries were spent on the rows of \(Table.shortName(name))")
        return (rows, answers)
      }
      let start = ContinuousClock.now
      return ServiceContext(
        schema: oracle.schema, benign: try await answered(request.benign),
        members: try await answered(request.members), keyedHash: .hmacSHA256(key: try secret()),
        clock: { (ContinuousClock.now - start) / .seconds(1) })
    }
  }
#endif
