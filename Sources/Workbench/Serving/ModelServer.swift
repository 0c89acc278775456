#if HTTP
  import LinearAlgebra
  import PredictionAPI
  import Querying
  import Stealing

  /// A server that listens, with its models, guards and detectors.
  public struct ModelServer: Sendable {
    /// Where it listens.
    public let url: String
    /// The port.
    public let port: Int
    /// What every model gives and how it is asked, one sentence each.
    public let sentences: [String]
    private let server: PredictionServer
    private let service: PredictionService
    private let ledger: LedgerStore?

    /// Starts a server.
    ///
    /// - Throws: errors of the models, the tables, the guards and detectors, the files and the network.
    public static func start(_ request: ServingRequest, in context: JobContext) async throws -> ModelServer {
      BLASRuntime.setThreads(1)
      let serving = ModelServing(request: request, context: context)
      let ledger = try request.ledger.map { try LedgerStore(path: $0) }
      let options = try serving.options()
      let (models, dialects) = try await serving.models(options)
      let service = try PredictionService(
        models: models, options: options, ledger: ledger, events: try serving.events())
      try context.observer.check()
      // A task of its own: a start that is cancelled half-way would never end.
      let starting = Task.detached { [request] in
        try await PredictionServer.start(service, host: request.host, port: request.port)
      }
      let server = try await starting.value
      return ModelServer(
        url: "http://\(request.host):\(server.port)", port: server.port,
        sentences: models.map {
          "\($0.name) gives \($0.capabilities.sentence) (\(dialects.joined(separator: ", ")))"
        }, server: server, service: service, ledger: ledger)
    }

    /// Ends the server: no more requests are taken, those under way get a second to be answered.
    ///
    /// - Returns: whether all of them were.
    public func stop() async throws -> Bool {
      let (ends, continuation) = AsyncStream<Result<Bool, any Error>>.makeStream()
      // Tasks of their own: that of the job is cancelled by the wish that it stop.
      Task.detached { [server] in
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
      // What the ledger counts is on the disk already where requests are cut off.
      let isWhole = try await waiting.value
      if isWhole { try ledger?.close() }
      return isWhole
    }

    /// Requests that were answered, and the rows in them.
    public var answered: (requests: Int, rows: Int) {
      let (requests, rows) = service.answered
      return (requests, rows)
    }
  }
#endif
