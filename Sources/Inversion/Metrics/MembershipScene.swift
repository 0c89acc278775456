public import Learning
public import LinearAlgebra
import Methods
public import Querying
import Tabular

/// What an attack on membership gave.
public struct MembershipResult: Sendable {
  /// Name of the attack.
  public let name: String
  /// The score of every record.
  public let scores: [Double]
  /// How well they tell members apart.
  public let curve: MembershipCurve
  /// Queries that were sent to the target.
  public let queries: Int
}

/// A model trained on half of some records, whose members are known here and not to the attacker.
public struct MembershipScene: Sendable {
  /// The records.
  public let records: ClassificationData
  /// Which of them the model was trained on.
  public let isMember: [Bool]
  /// The model itself; nil where only its answers are known.
  public let model: (any Classifier)?
  /// The model behind an interface.
  public let oracle: any PredictionOracle
  /// Shadow models on halves of the same records.
  public let shadows: ShadowModels?
  /// Accuracy on members.
  public let memberAccuracy: Double
  /// Accuracy on others.
  public let otherAccuracy: Double

  /// Trains a target on a random half, and shadow models where a number of them is given.
  ///
  /// - Parameter logistic: a learner that fits all shadow models at once in place of `training`.
  /// - Throws: errors of the training.
  public init(
    _ records: ClassificationData, shadowCount: Int?, workers: Int, using random: inout RandomStream,
    logistic: LogisticRegression? = nil, training: @escaping ShadowModels.Training
  ) throws {
    let chosen = Set(random.choice(records.count / 2, from: records.count))
    var stream = random.child("target")
    let model = try training(records.rows(at: chosen.sorted()), &stream)
    self.init(
      records, isMember: (0..<records.count).map { chosen.contains($0) }, model: model,
      shadows: try shadowCount.map {
        try ShadowModels.train(
          records, count: $0, workers: workers, using: &random, logistic: logistic, training: training)
      })
  }

  /// A model that was trained on some of the records, on the encoding that they have.
  public init(
    _ records: ClassificationData, isMember: [Bool], model: any Classifier, shadows: ShadowModels?
  ) {
    precondition(isMember.count == records.count, "\(isMember.count) marks for \(records.count) records")
    self.records = records
    self.isMember = isMember
    self.model = model
    oracle = ClassifierOracle(model)
    self.shadows = shadows
    (memberAccuracy, otherAccuracy) = Self.accuracies(
      model.predict(records.features), records.labels, isMember)
  }

  /// A model that is at hand, with records of which it is known whether they are members.
  ///
  /// - Throws: errors of the model.
  public init(
    _ records: ClassificationData, isMember: [Bool], oracle: any PredictionOracle, shadows: ShadowModels?
  ) async throws {
    precondition(isMember.count == records.count, "\(isMember.count) marks for \(records.count) records")
    let labels = try await QuerySession(oracle).ask(records.features).labels
    self.records = records
    self.isMember = isMember
    model = nil
    self.oracle = oracle
    self.shadows = shadows
    (memberAccuracy, otherAccuracy) = Self.accuracies(labels, records.labels, isMember)
  }

  /// The shares of members and of others whose label is right.
  private static func accuracies(
    _ labels: [Int?], _ truths: [Int], _ isMember: [Bool]
  ) -> (members: Double, others: Double) {
    func share(_ member: Bool) -> Double {
      let rows = isMember.indices.filter { isMember[$0] == member }
      return Double(rows.count { labels[$0] == truths[$0] }) / Double(max(rows.count, 1))
    }
    return (share(true), share(false))
  }

  /// Places of the members, or of the others, among the records.
  public func places(members: Bool) -> [Int] { isMember.indices.filter { isMember[$0] == members } }

  /// The same records and shadow models with a model that is asked through another interface.
  ///
  /// - Throws: errors of the interface.
  public func asked(through oracle: any PredictionOracle) async throws -> MembershipScene {
    try await MembershipScene(records, isMember: isMember, oracle: oracle, shadows: shadows)
  }

  /// What an attack lacks here; nil if nothing.
  public func missing(_ attack: any MembershipAttack) -> String? {
    type(of: attack).missing(MembershipTask(target: QuerySession(oracle), records: records, shadows: shadows))
  }

  /// Runs an attack.
  ///
  /// - Throws: ``InversionError/missing(method:need:)`` and errors of the attack.
  public func run(
    _ attack: some MembershipAttack, name: String? = nil, using random: inout RandomStream
  ) async throws -> MembershipResult {
    let session = QuerySession(oracle)
    let task = MembershipTask(target: session, records: records, shadows: shadows)
    if let need = type(of: attack).missing(task) {
      throw InversionError.missing(method: attack.card.id, need: need)
    }
    let scores = try await attack.score(task, using: &random)
    return MembershipResult(
      name: name ?? attack.card.id, scores: scores,
      curve: try MembershipCurve(scores: scores, isMember: isMember), queries: session.ledger.queries)
  }
}

/// A classifier on encoded features as an oracle in the same process.
public struct ClassifierOracle: PredictionOracle {
  public let schema: QuerySchema
  public let capabilities: OracleCapabilities
  private let model: any Classifier

  /// An oracle that gives the probabilities of all classes, or the label only.
  public init(_ model: any Classifier, content: AnswerContent = .probabilities) {
    self.model = model
    schema = QuerySchema(
      inputs: (0..<max(model.featureCount, 1)).map {
        InputColumn(name: "x\($0 + 1)", kind: .number(lower: -1, upper: 1))
      }, target: .classes((0..<model.classCount).map(String.init)))
    capabilities = OracleCapabilities(content: content, batchLimit: 100_000)
  }

  public func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    guard capabilities.content == .probabilities else {
      return model.predict(queries).map { Answer(label: $0) }
    }
    let probabilities = model.probabilities(queries)
    return (0..<probabilities.rows).map { Answer(probabilities: probabilities.row($0)) }
  }
}
