import Datasets
import Privacy
public import Experiments
public import Learning
import LinearAlgebra
import Methods
public import Reporting
import Tabular

/// Trains a model under differential privacy: nothing that it gives or tells depends on the rows but the private model.
public struct PrivateTrainingJob: Sendable {
  /// Path of a table, or id of a data set.
  public var data: String
  /// Column that the model predicts.
  public var target: String
  /// Id of the kind of model.
  public var model: String
  /// The mechanism with its settings.
  public var settings: PrivateSettings
  /// What is public of the columns.
  public var schema: PublicSchema
  /// How the table is read.
  public var reading = ReadingChoices()
  /// Seed of the noise, for experiments; nil for numbers of the system, which nobody can draw again.
  public var noiseSeed: UInt64?

  /// A private training with noise of the system.
  public init(data: String, target: String, model: String, settings: PrivateSettings, schema: PublicSchema) {
    self.data = data
    self.target = target
    self.model = model
    self.settings = settings
    self.schema = schema
  }

  /// Checks the request without a look at the data.
  ///
  /// - Throws: `PrivateTrainingError`.
  public func check() throws { _ = try training() }

  private func training() throws -> PrivateTraining {
    try PrivateTraining(schema: schema, target: target, model: model, settings: settings)
  }

  /// Reads and trains.
  ///
  /// - Throws: `PrivateTrainingError`, `CatalogueError`, `TabularError` and `LearningError`.
  public func run(_ context: JobContext) throws -> Result {
    let training = try training()
    let source = DataSource(data, searchPath: context.searchPath)
    let table = try PrivateTraining.table(
      named: data, source.table, training.schema, reader: reading.reader())
    try context.observer.check()
    var random = stream()
    if noiseSeed != nil {
      context.note(["with --seed the noise can be drawn again and taken away; use it for experiments only"])
    }
    let result = try training.run(table, using: &random)
    let privacy =
      noiseSeed == nil
      ? result.privacy
      : result.privacy.adding(assumptions: [
        "THE NOISE WAS DRAWN FROM A GIVEN SEED: whoever guesses it takes the noise away, and then nothing is promised"
      ])
    try context.observer.check()
    let file = ModelFile(
      pipeline: result.pipeline,
      provenance: .init(
        tool: Package.tool, recipe: model, settings: training.settings.pairs,
        dataset: Table.shortName(data), sha256: "", rows: result.publicRows ?? 0, seed: 0,
        reading: reading.completed(by: nil), privacy: privacy))
    return Result(job: self, settings: training.settings, privacy: privacy, file: file)
  }

  private func stream() -> RandomStream {
    if let noiseSeed { return RandomStream(seed: noiseSeed).child("private training") }
    var system = SystemRandomNumberGenerator()
    return RandomStream(seed: system.next(), path: system.next())
  }

  /// What training gave.
  public struct Result: JobResult {
    private let job: PrivateTrainingJob
    private let settings: PrivateSettings
    /// What the model guarantees, and under which assumptions.
    public let privacy: PrivacyStatement
    /// The model with its guarantee.
    public let file: ModelFile

    fileprivate init(
      job: PrivateTrainingJob, settings: PrivateSettings, privacy: PrivacyStatement, file: ModelFile
    ) {
      self.job = job
      self.settings = settings
      self.privacy = privacy
      self.file = file
    }

    public var text: [JobText] { [.table(privacy.table)] }

    public var document: ResultsDocument {
      ResultsDocument(
        job: "train",
        [
          "data": .text(Table.shortName(job.data)), "target": .text(job.target), "model": .text(job.model),
          "settings": .texts(settings.pairs),
          "privacy": .group([
            "mechanism": .text(privacy.mechanism), "epsilon": .number(privacy.epsilon),
            "delta": .number(privacy.delta), "adjacency": .text(privacy.adjacency.rawValue),
            "noise_scale": .number(privacy.noiseScale), "noise": .text(privacy.noise),
            "bounds": .texts(privacy.bounds), "assumptions": .texts(privacy.assumptions),
          ]),
        ],
        methods: [type(of: settings.mechanism).entry])
    }
  }
}

extension PrivacyStatement {
  /// The guarantee as a table.
  public var table: TextTable {
    var table = TextTable(title: "Privacy of the model", columns: [.init("what"), .init("value")])
    table.append([.init("mechanism"), .init(mechanism)])
    table.append([.init("epsilon"), .init(epsilon.significant(6))])
    table.append([.init("delta"), .init(delta.significant(6))])
    table.append([.init("neighbours"), .init(adjacency.rawValue)])
    table.append([.init("noise"), .init("\(noiseScale.significant(6)): \(noise)")])
    for bound in bounds { table.append([.init("public"), .init(bound)]) }
    for assumption in assumptions { table.append([.init("assumed"), .init(assumption)]) }
    return table
  }
}
