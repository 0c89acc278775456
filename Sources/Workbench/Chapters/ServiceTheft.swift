#if HTTP
  import Experiments
  import Learning
  import LinearAlgebra
  import Methods
  import PredictionAPI
  import Querying
  import Reporting
  import Stealing
  import StealingStudies

  /// A theft from a server of this process over HTTP.
  struct ServiceTheft: Sendable {
    let lab: ServiceLab
    /// Queries of the theft, and those spent before it to find out how to ask.
    let queries: Int
    let probed: Int
    /// Unknowns of the copy, where it has a fixed number.
    let unknowns: Int?
    /// Share of labels that differ, on test and on uniform rows.
    let testError: Double
    let uniformError: Double
    /// The same of a copy that always gives the commonest label.
    let constantTestError: Double
    let constantUniformError: Double
    /// Seconds of the theft from the first query to the copy.
    let seconds: Double
    let seed: UInt64

    /// Seconds at the latency of the paper's services.
    var publishedPace: Double { Double(queries) * lab.latency }

    /// Most seconds that a request may take where the server waits.
    private static let patience = 10.0

    /// Serves the model on a free port and steals it.
    static func run(
      _ lab: ServiceLab, waits: Bool, in context: JobContext
    ) async throws -> ServiceTheft {
      let model = PipelineOracle(
        lab.pipeline, inputs: lab.takesEncoded ? .encoded : .columns, content: lab.content,
        details: lab.content == .confidence ? [.nodes] : [])
      var service = ServiceOptions()
      service.dialects = DialectName(rawValue: lab.dialect).map { [$0] } ?? service.dialects
      if waits { service.latency = .seconds(lab.latency) }
      service.timeout = .seconds(4 * patience)
      return try await PredictionServer.serving(
        [ServedModel(name: lab.id, oracle: model)], options: service
      ) { port in
        try await steal(lab, model, port: port, waits: waits, in: context)
      }
    }

    private static func steal(
      _ lab: ServiceLab, _ model: PipelineOracle, port: Int, waits: Bool, in context: JobContext
    ) async throws -> ServiceTheft {
      var asking = HTTPOracleOptions()
      if waits { asking.batchLimit = max(1, Int(patience / lab.latency)) }
      let oracle = try await HTTPOracle.connect(url: "http://127.0.0.1:\(port)", options: asking)
      let attack = try context.methods.extractionAttacks.make(
        lab.attack.id, settings: MethodSettings(lab.attack.settings))
      try context.methods.extractionAttacks.check(
        type(of: attack), on: oracle.schema, oracle.capabilities)
      let progress = context.observer.queries(budget: lab.attack.budget)
      let session = QuerySession(oracle, budget: lab.attack.budget, progress: { progress.show($0) })
      var random = RandomStream(seed: context.seed).child("service").child(lab.id)
      let started = ContinuousClock.now
      let stolen = try await attack.steal(session, using: &random)
      let seconds = (ContinuousClock.now - started).seconds
      progress.finish()
      // Compared with the model itself, so that the comparison costs no queries.
      let report = try await FidelityReport.measure(
        model, stolen, ledger: session.ledger, testRows: lab.testRows, using: &random)
      let uniform = model.schema.uniformRows(10_000, using: &random)
      return ServiceTheft(
        lab: lab, queries: session.ledger.queries, probed: oracle.probedRows, unknowns: report.unknowns,
        testError: 1 - (report.test?.fidelity ?? 0), uniformError: 1 - (report.uniform.fidelity ?? 0),
        constantTestError: 1 - (try model.answers(lab.testRows).shareOfCommonest),
        constantUniformError: 1 - (try model.answers(uniform).shareOfCommonest), seconds: seconds,
        seed: context.seed)
    }

    /// What was measured and does not depend on the machine.
    var outcome: Outcome {
      Outcome(
        dataset: lab.title.split(separator: " ").last?.lowercased() ?? "", model: lab.id,
        attack: lab.attack.id, defence: "none", seed: seed,
        metrics: [
          "queries": Double(queries), "probed_queries": Double(probed), "r_test": testError,
          "r_unif": uniformError, "r_test_constant": constantTestError,
          "r_unif_constant": constantUniformError, "unknowns": unknowns.map(Double.init),
          "seconds_at_published_latency": publishedPace,
        ])
    }

    /// The quoted numbers beside those measured, with what the paper really says.
    var claims: [Claim] { lab.quotation.statements.map { $0.claim([outcome]) } }

    /// Quoted and measured.
    static func table(_ thefts: [ServiceTheft], waits: Bool) -> TextTable {
      var table = TextTable(
        title: "Thefts over HTTP on this machine",
        columns: [
          .init("model"), .number("quoted"), .number("queries"), .number("labels that differ"),
          .number(waits ? "time with waiting" : "time"), .number("at published latency"),
        ],
        note:
          "Quoted by surveys: queries, seconds. What the paper says of them is in 'bezoar reproduce stealing'."
      )
      for theft in thefts {
        table.append([
          .init(theft.lab.title),
          .init("\(theft.lab.quotation.quoted.queries), \(theft.lab.quotation.quoted.seconds) s"),
          .init("\(theft.queries)"), .init(max(theft.testError, theft.uniformError).percent(3)),
          .init("\(theft.seconds.fixed(2)) s"), .init("\(theft.publishedPace.fixed(0)) s"),
        ])
      }
      return table
    }
  }
#endif
