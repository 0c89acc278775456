#if HTTP
  import Experiments
  import PredictionAPI
  import Querying

  extension PredictionServer {
    /// Serves models on a free port of this machine for the length of `work`.
    static func serving<Result>(
      _ models: [ServedModel], options: ServiceOptions, _ work: (_ port: Int) async throws -> Result
    ) async throws -> Result {
      let server = try await start(PredictionService(models: models, options: options))
      do {
        let result = try await work(server.port)
        try await server.stop()
        return result
      } catch {
        try? await server.stop()
        throw error
      }
    }

    /// Serves a model and gives work an oracle that asks over HTTP.
    @Sendable static func host(
      _ model: PipelineOracle, _ work: @Sendable (any PredictionOracle) async throws -> [Outcome]
    ) async throws -> [Outcome] {
      try await serving([ServedModel(name: "model", oracle: model)], options: ServiceOptions()) { port in
        try await work(try await HTTPOracle.connect(url: "http://127.0.0.1:\(port)"))
      }
    }
  }
#endif
