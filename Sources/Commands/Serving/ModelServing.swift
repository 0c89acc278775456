import Methods
import Workbench
#if HTTP
  import ArgumentParser
  import Experiments
  import FoundationEssentials
  import Learning
  import LinearAlgebra
  import PredictionAPI
  import Querying
  import Stealing
  import StealingStudies
  import Tabular

  /// A server with its models, guards and detectors, from the start to the end.
  struct ModelServing {
    let choices: ServeOptions
    let options: GlobalOptions

    init(_ choices: ServeOptions, _ options: GlobalOptions) {
      self.choices = choices
      self.options = options
    }

    /// Serves until the user or the system wishes that it stop.
    func run() async throws {
      BLASRuntime.setThreads(1)
      let console = options.console
      let ledger = try choices.ledger.map { try LedgerStore(path: $0) }
      let service = try serviceOptions()
      let models: [ServedModel]
      if let url = choices.upstream.upstream {
        models = [try await guarded(url)]
      } else {
        models = try choices.models.map { try served($0) }
      }
      let prediction = try PredictionService(
        models: models, options: service, ledger: ledger, events: try events())
      try Interruption.check()
      // A task of its own: a start that is cancelled half-way would never end.
      let starting = Task.detached { [choices] in
        try await PredictionServer.start(prediction, host: choices.host, port: choices.port)
      }
      let server = try await starting.value
      announce(
        server.port, models,
        choices.upstream.upstream == nil ? service.dialects.map(\.rawValue) : ["as it is asked itself"],
        console)
      Activity.end()
      await Self.wish()
      console.note("stopping: no more requests are taken, those under way are answered")
      if try await Self.stops(server) {
        try ledger?.close()
      } else {
        // What the ledger counts is on the disk already.
        console.note("requests that were still under way after a second were cut off")
      }
      let (requests, rows) = prediction.answered
      console.note("served \(requests) requests about \(rows) rows")
    }

    /// What the server tells: alarms and faults on standard error, requests in the log.
    private func events() throws -> ServiceEvents {
      let console = options.console
      var events = ServiceEvents()
      events.alarm = { alarm in
        console.note("\(alarm.detector) raises the alarm about client \(alarm.client) of \(alarm.model)")
      }
      events.fault = { console.fail($0 ?? "the ledger can be used again") }
      guard let path = choices.accessLog else { return events }
      let log = try AccessLog(path: path, console)
      events.access = { log.add($0) }
      return events
    }

    /// Waits for the wish that the program stop.
    private static func wish() async {
      let (wishes, continuation) = AsyncStream<Void>.makeStream()
      Interruption.onRequest { continuation.finish() }
      for await _ in wishes {}
    }

    /// Ends the server; false if requests are still under way after a second.
    private static func stops(_ server: PredictionServer) async throws -> Bool {
      let (ends, continuation) = AsyncStream<Result<Bool, any Error>>.makeStream()
      // Tasks of their own: that of the command is cancelled by the wish.
      Task.detached {
        do {
          try await server.stop()
          continuation.yield(.success(true))
        } catch {
          continuation.yield(.failure(error))
        }
      }
      Task.detached {
        try? await Task.sleep(for: .seconds(1))
        continuation.yield(.success(false))
      }
      let waiting = Task.detached {
        for await end in ends { return try end.get() }
        return false
      }
      return try await waiting.value
    }

    private func announce(
      _ port: Int, _ models: [ServedModel], _ dialects: [String], _ console: Console
    ) {
      let url = "http://\(choices.host):\(port)"
      if options.json {
        console.write("{\"url\":\"\(url)\",\"port\":\(port)}\n")
      } else {
        console.write("\(url)\n")
      }
      for model in models {
        console.note(
          "\(model.name) gives \(model.capabilities.sentence) (\(dialects.joined(separator: ", ")))"
        )
      }
    }

    private func serviceOptions() throws -> ServiceOptions {
      var service = ServiceOptions()
      if !choices.dialects.isEmpty {
        service.dialects = try choices.dialects.map { text in
          guard let name = DialectName(rawValue: text) else {
            throw ValidationError(
              "--dialect must be one of \(DialectName.allCases.map(\.rawValue).joined(separator: ", ")), not '\(text)'"
            )
          }
          return name
        }
      }
      service.budget = choices.budget?.rows
      service.rate = choices.rate?.perSecond
      service.latency = choices.latency.duration
      service.maxBody = choices.maxBody.bytes
      service.maxBuffered = choices.maxBuffered.bytes
      service.maxBatch = choices.maxBatch
      service.maxConcurrent = choices.maxConcurrent
      service.maxConnectionsPerAddress = choices.maxConnectionsPerAddress
      service.timeout = choices.timeout.duration
      service.keys = try choices.apiKeyFile.map { try APIKeys(path: $0) }
      return service
    }

    /// A model behind its guards, with its detectors.
    private func served(_ choice: ModelChoice) throws -> ServedModel {
      let file = try ModelReader.read(choice.path, console: options.console)
      let pipeline = file.pipeline
      let isBigML = choices.dialects == [DialectName.bigml.rawValue]
      let oracle = PipelineOracle(
        pipeline, inputs: PipelineOracle.Inputs(rawValue: choices.inputs) ?? .columns,
        content: choices.content.flatMap(AnswerContent.init(rawValue:)) ?? (isBigML ? .confidence : nil),
        details: try AnswerDetails(names: choices.details), batchLimit: choices.maxBatch)
      let bare = ServedModel(name: choice.name, oracle: oracle)
      func queries(_ name: String) throws -> Matrix {
        let table = try choices.format.table(name, options, targets: [pipeline.targetName], for: file)
        return try table.placing { try bare.queries(table) }
      }
      let start = ContinuousClock.now
      var context = ServiceContext(
        schema: oracle.schema, pipeline: pipeline, inputs: oracle.inputs,
        benign: try choices.benign.map(queries),
        keyedHash: .hmacSHA256(key: try secret()), clock: { (ContinuousClock.now - start) / .seconds(1) })
      context.members = try choices.members.map(queries)
      let (guards, detectors) = try prepared(for: context)
      return ServedModel(
        name: choice.name, oracle: oracle, guards: guards, detectors: detectors,
        describesInputs: !choices.undescribed)
    }

    /// The guards and the detectors of a model.
    func prepared(
      for context: ServiceContext
    ) throws -> ([any PreparedGuard], [(id: String, detector: any PreparedDetector)]) {
      let detectors = try choices.detectors.map {
        let detector = try MethodRegistry.current.detectors.make(specification: $0)
        return (id: type(of: detector).card.id, detector: try detector.prepared(for: context))
      }
      return (try MethodRegistry.current.guards.prepared(choices.guards, for: context), detectors)
    }

    func secret() throws -> [UInt8] {
      guard let path = choices.secretFile else {
        return (0..<32).map { _ in UInt8.random(in: .min ... .max) }
      }
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    }
  }
#endif
