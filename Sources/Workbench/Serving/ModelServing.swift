import Guarding

#if HTTP
  import FoundationEssentials
  import Learning
  import LinearAlgebra
  import Methods
  import PredictionAPI
  import Querying
  import Stealing
  import StealingStudies
  import Tabular

  /// What a server is made of.
  struct ModelServing {
    let request: ServingRequest
    let context: JobContext

    /// The models, and the protocols in which they are asked.
    func models(_ options: ServiceOptions) async throws -> ([ServedModel], dialects: [String]) {
      switch request.subject {
      case .upstream(let upstream): ([try await guarded(upstream)], ["as it is asked itself"])
      case .files(let files):
        (try files.map { try served($0.path, as: $0.name) }, options.dialects.map(\.rawValue))
      }
    }

    /// What the server tells: alarms, faults, and requests in the log.
    func events() throws -> ServiceEvents {
      let context = context
      var events = ServiceEvents()
      events.alarm = { alarm in
        context.note("\(alarm.detector) raises the alarm about client \(alarm.client) of \(alarm.model)")
      }
      events.fault = { context.observer.fault($0 ?? "the ledger can be used again") }
      guard let path = request.accessLog else { return events }
      let log = try AccessLog(path: path, context.observer)
      events.access = { log.add($0) }
      return events
    }

    func options() throws -> ServiceOptions {
      var service = ServiceOptions()
      if !request.dialects.isEmpty {
        service.dialects = try request.dialects.map { text in
          guard let name = DialectName(rawValue: text) else {
            throw WorkbenchError.usage(
              "--dialect must be one of \(DialectName.allCases.map(\.rawValue).joined(separator: ", ")), not '\(text)'"
            )
          }
          return name
        }
      }
      let limits = request.limits
      service.budget = limits.budget
      service.rate = limits.rate
      service.latency = limits.latency
      service.maxBody = limits.maxBody
      service.maxBuffered = limits.maxBuffered
      service.maxBatch = limits.maxBatch
      service.maxConcurrent = limits.maxConcurrent
      service.maxConnectionsPerAddress = limits.maxConnectionsPerAddress
      service.timeout = limits.timeout
      service.keys = try limits.keyFile.map { try APIKeys(path: $0) }
      return service
    }

    /// A model behind its guards, with its detectors.
    private func served(_ path: String, as name: String) throws -> ServedModel {
      let file = try ModelReader.read(path, context)
      let pipeline = file.pipeline
      let isBigML = request.dialects == [DialectName.bigml.rawValue]
      let oracle = PipelineOracle(
        pipeline, inputs: request.inputs, content: request.content ?? (isBigML ? .confidence : nil),
        details: request.details, batchLimit: request.limits.maxBatch)
      let bare = ServedModel(name: name, oracle: oracle)
      func queries(_ name: String) throws -> Matrix {
        let table = try request.reading.table(
          name, self.context, targets: [pipeline.targetName], for: file)
        return try table.placing { try bare.queries(table) }
      }
      let start = ContinuousClock.now
      var context = ServiceContext(
        schema: oracle.schema, pipeline: pipeline, inputs: oracle.inputs,
        benign: try request.benign.map(queries),
        keyedHash: .hmacSHA256(key: try secret()), clock: { (ContinuousClock.now - start) / .seconds(1) })
      context.members = try request.members.map(queries)
      let (guards, detectors) = try prepared(for: context)
      return ServedModel(
        name: name, oracle: oracle, guards: guards, detectors: detectors,
        describesInputs: request.describesInputs)
    }

    /// The guards and the detectors of a model.
    func prepared(
      for service: ServiceContext
    ) throws -> ([any PreparedGuard], [(id: String, detector: any PreparedDetector)]) {
      let detectors = try request.detectors.map {
        let detector = try context.methods.detectors.make(specification: $0)
        context.noteOrigins([detector.entry])
        return (id: detector.card.id, detector: try detector.prepared(for: service))
      }
      return (try context.methods.guards.prepared(request.guards, for: service), detectors)
    }

    func secret() throws -> [UInt8] {
      guard let path = request.secretFile else {
        return (0..<32).map { _ in UInt8.random(in: .min ... .max) }
      }
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    }
  }
#endif
