import BezoarTesting
import Datasets
import External
import Foundation
import Guarding
import Inversion
import Learning
import LinearAlgebra
import Methods
import Poisoning
import PredictionAPI
import Privacy
import Querying
import Stealing
import StealingStudies
import Tabular
import TestSupport
import Testing

@Suite("Examples of attacks and defences")
struct AttackExamples {
  @Test("Poisoning: an attack harms a model, and TRIM finds its rows")
  func poisoning() throws {
    let design = try Encoder.fit(WarfarinCohort.table(rows: 200, seed: 1), target: "dose")
      .design(WarfarinCohort.table(rows: 200, seed: 1))
    // Example: Poisoning
    let rows = RegressionData(features: design.features, target: design.target)
    let (training, validation) = (rows.rows(at: Array(0..<100)), rows.rows(at: Array(100..<200)))
    let scenario = PoisoningScenario(
      training: training, validation: validation, space: design.space, targetRange: 0...1,
      victim: .ridge(penalty: 1))
    var random = RandomStream(seed: 1)
    let count = poisonCount(cleanRows: training.count, rate: 0.1)
    let poison = try PoisoningAttacks.builtIn.make("optp").poison(scenario, count: count, using: &random)
    let task = DefenceTask(
      data: training.appending(poison), learner: .ridge(penalty: 1), space: design.space,
      assumedRate: 0.1)
    let defended = try TrainingDefences.builtIn.make("trim").fit(task, using: &random)
    print(defended.rejected)
    // End
    #expect(poison.count == count && count == 11)
    #expect(defended.rejected.count == count)
  }

  @Test("Querying: a session sends no row twice")
  func querying() async throws {
    let pipeline = try SmallModel.softmax()
    let rows = SmallModel.rows(5)
    // Example: Querying
    let session = QuerySession(PipelineOracle(pipeline), budget: 10)
    let answers = try await session.ask(rows)
    let again = try await session.ask(rows)
    print(answers[0].probabilities, session.ledger.queries)
    // End
    #expect(answers == again && session.ledger.billed == 5)
  }

  @Test("Stealing: a copy by four queries, and its check")
  func stealing() async throws {
    let model = try SmallModel.softmax()
    // Example: Stealing
    let oracle = PipelineOracle(model)
    let session = QuerySession(oracle, budget: 1000)
    var random = RandomStream(seed: 1)
    let stolen = try await LogRatio().steal(session, using: &random)
    print(session.ledger.queries)
    // End
    // Example: Stealing
    let report = try await FidelityReport.measure(oracle, stolen, ledger: session.ledger, using: &random)
    print(stolen.checked(report.check).isComplete)
    // End
    #expect(stolen.checked(report.check).isComplete)
  }

  @Test("Guarding: a guard before a model, and a detector that watches")
  func guarding() async throws {
    let model = try SmallModel.softmax()
    let oracle = PipelineOracle(model)
    let (rows, key, query) = (SmallModel.rows(200), [UInt8](1...32), [1.0, 2, 3])
    // Example: Guarding
    let context = ServiceContext(
      schema: oracle.schema, pipeline: model, benign: rows, keyedHash: .hmacSHA256(key: key))
    let rounding = try ResponseGuards.builtIn.make(specification: "rounding:decimals=3")
      .prepared(for: context)
    let guarded = GuardedOracle(oracle, guards: [rounding])
    let answer = try await guarded.answer(Matrix([query]), details: [])[0]
    var monitor = try QueryDetectors.builtIn.make("mmd").prepared(for: context).monitor()
    let reading = monitor.observe(query, answer)
    // End
    #expect(answer.probabilities.count == 3 && !reading.isAlarm)
  }

  @Test("PredictionAPI: a server and an oracle that asks it")
  func predictionAPI() async throws {
    let pipeline = try SmallModel.softmax()
    let rows = SmallModel.rows(3)
    // Example: PredictionAPI
    let model = ServedModel(name: "digits", oracle: PipelineOracle(pipeline))
    let server = try await PredictionServer.start(PredictionService(models: [model]))
    let oracle = try await HTTPOracle.connect(url: "http://127.0.0.1:\(server.port)")
    let answers = try await oracle.answer(rows, details: [])
    try await server.stop()
    // End
    #expect(answers.count == 3)
  }

  @Test("Inversion: a class is rebuilt by answers alone")
  func inversion() async throws {
    let model = try SmallModel.softmax()
    var random = RandomStream(seed: 1)
    // Example: Inversion
    let box = UnitBox(lower: [0, 0, 0], upper: [10, 10, 10])
    let task = ClassTask(
      label: 1, session: QuerySession(PipelineOracle(model)), held: nil, box: box, otherStarts: 4)
    let attack = try ClassReconstructionAttacks.builtIn.make("mi-face")
    let rebuilt = try await attack.rebuilt(task, using: &random)
    print(rebuilt.row, rebuilt.confidence, rebuilt.isTaken)
    // End
    #expect(rebuilt.label == 1 && rebuilt.row.count == 3)
  }

  @Test("Privacy: a private fit, and accountants side by side")
  func privacy() throws {
    var random = RandomStream(seed: 1)
    let features = Matrix(rows: 200, columns: 2, elements: (0..<400).map { _ in random.uniform(-1, 1) })
    let data = RegressionData(features: features, target: (0..<200).map { 5 + features[$0, 0] })
    // Example: Privacy
    let bounds = PublicBounds(norm: 2, target: 0...10)
    let fit = try AdaSSP().fit(data, bounds: bounds, publicRows: 1000, using: &random)
    print(fit.model.weights)
    let accounts = try PrivacyAccount.sampledGaussian(
      samplingRate: 0.01, sigma: 1, steps: 1000, delta: 1e-5)
    for account in accounts { print(account.id, account.epsilon) }
    // End
    #expect(fit.model.weights.count == 2)
    #expect(accounts.count > 2 && accounts.allSatisfy { $0.epsilon > 0 })
  }

  @Test("External: a program by its path, with the digest of its file")
  func external() throws {
    let program = PackageFiles.path("Labs/extensions/python/far_corners.py")
    // Example: External
    let attacks = PoisoningAttacks.builtIn.takingPrograms
    let attack = try attacks.make("exec:\(program) --fast")
    print(attack.card.id, attack.entry.program?.files.map(\.sha256) ?? [])
    // End
    #expect(attack.card.id.hasPrefix("exec:") && attack.entry.program?.files.count == 1)
  }

  @Test("A mechanism of one's own is trained by its id")
  func privateTraining() throws {
    let schema = try PublicSchema(bounds: ["age=0:100", "dose=0:50"], levels: [])
    // Example: PrivateTraining
    var mechanisms = PrivateMechanisms.builtIn
    mechanisms.add(NoisyMean.self)
    let settings = try PrivateSettings("mechanism=noisy-mean,epsilon=1,rows=1000", from: mechanisms)
    let training = try PrivateTraining(schema: schema, target: "dose", model: "mean", settings: settings)
    // End
    #expect(training.model == "mean")
  }

  @Test("BezoarTesting: a built-in attack keeps to its protocol")
  func conformance() throws {
    // Example: BezoarTesting
    let problems = try Conformance.problems(of: FarthestFlip.self)
    #expect(problems == [])
    // End
  }
}

/// The mean of a target with Laplace noise.
private struct NoisyMean: PrivateMechanism {
  static let card = MethodCard(
    id: "noisy-mean", family: .mechanism, title: "Noisy mean", summary: "The mean with noise.",
    citation: "an example", needs: "the public range of the target")
  static let models = [PrivateModel("mean", predicts: .number)]
  static let settings: [Setting<Self>] = [.epsilon(\.budget), .publicRows(\.rows)]

  var budget: Double?
  var rows: Int?

  func train(_ task: PrivateTask, using random: inout RandomStream) throws -> PrivateFit<FittedModel> {
    let (data, epsilon, rows) = (
      try task.numbers(), try given("epsilon", budget), Double(try given("rows", rows))
    )
    let mean = (data.target.reduce(0, +) + random.laplace() * 50 / epsilon) / rows
    let weights = task.encoder.inputOfColumn.map { _ in 0.0 }
    return PrivateFit(
      model: .linear(LinearModel(weights: weights, intercept: mean)),
      privacy: PrivacyStatement(
        mechanism: Self.card.id, epsilon: epsilon, delta: 0, adjacency: .addRemove, bounds: [],
        noiseScale: 50 / epsilon, noise: "of the sum", assumptions: []))
  }
}
