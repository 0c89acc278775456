import Files
import Datasets
import ArgumentParser
import Experiments
import Privacy
import Learning
import LinearAlgebra
import Methods
import Reporting
import Tabular

/// `bezoar train --privacy`: nothing that is written or printed depends on the rows but the private model.
extension TrainCommand {
  /// Checks the command line of a private training.
  func checkPrivate() throws {
    _ = try privateTraining()
    let learned = [
      ("--set", settings.isEmpty), ("--weights", weights == nil), ("--class-weights", classWeights == nil),
      ("--ignore", encoding.ignore == nil), ("--kinds", format.kinds.isEmpty),
      ("--decimal", format.decimal == nil), ("--thousands", format.thousands == nil),
      ("--scale", encoding.scale == nil), ("--bins", encoding.bins == nil),
      ("--missing", encoding.missing == nil), ("--one-hot", !encoding.oneHot),
    ]
    if let option = learned.first(where: { !$0.1 }) {
      throw ValidationError(
        "\(option.0) cannot go with --privacy, where only --bounds and --levels say what columns are")
    }
    guard (givenTest ?? 0) == 0 else {
      throw ValidationError(
        "--test cannot go with --privacy: figures on private rows are not private; train on all rows and use "
          + "'bezoar evaluate' on public ones")
    }
  }

  private func privateTraining() throws -> PrivateTraining {
    try PrivateTraining(
      schema: privacy.schema(), target: target, model: model, settings: privacy.settings())
  }

  /// Trains, writes the model and says what it guarantees.
  func runPrivate() throws {
    let console = options.console
    let training = try privateTraining()
    let source = DataSource(data, searchPath: options.searchPath)
    let table = try PrivateTraining.table(named: data, source.table, training.schema, reader: format.reader())
    try Interruption.check()
    var random = privateStream()
    if options.givenSeed != nil {
      console.note("with --seed the noise can be drawn again and taken away; use it for experiments only")
    }
    let result = try training.run(table, using: &random)
    let privacy =
      options.givenSeed == nil
      ? result.privacy
      : result.privacy.adding(assumptions: [
        "THE NOISE WAS DRAWN FROM A GIVEN SEED: whoever guesses it takes the noise away, and then nothing is promised"
      ])
    try Interruption.check()
    let file = ModelFile(
      pipeline: result.pipeline,
      provenance: .init(
        tool: "bezoar \(Bezoar.version)", recipe: model, settings: training.settings.pairs,
        dataset: TableOptions.name(data), sha256: "", rows: result.publicRows ?? 0, seed: 0,
        reading: try format.completed(by: nil), privacy: privacy))
    try AtomicFile.write(file.bytes(), to: output)
    if options.json {
      console.write(try document(privacy, training).json())
    } else {
      console.write(Self.table(privacy))
    }
    console.note("model: \(output)")
  }

  /// Random numbers from the system, or from the seed that was given.
  private func privateStream() -> RandomStream {
    if let seed = options.givenSeed { return RandomStream(seed: seed).child("private training") }
    var system = SystemRandomNumberGenerator()
    return RandomStream(seed: system.next(), path: system.next())
  }

  /// A guarantee as a table.
  static func table(_ privacy: PrivacyStatement) -> TextTable {
    var table = TextTable(title: "Privacy of the model", columns: [.init("what"), .init("value")])
    table.append([.init("mechanism"), .init(privacy.mechanism)])
    table.append([.init("epsilon"), .init(privacy.epsilon.significant(6))])
    table.append([.init("delta"), .init(privacy.delta.significant(6))])
    table.append([.init("neighbours"), .init(privacy.adjacency.rawValue)])
    table.append([.init("noise"), .init("\(privacy.noiseScale.significant(6)): \(privacy.noise)")])
    for bound in privacy.bounds { table.append([.init("public"), .init(bound)]) }
    for assumption in privacy.assumptions { table.append([.init("assumed"), .init(assumption)]) }
    return table
  }

  private func document(_ privacy: PrivacyStatement, _ training: PrivateTraining) -> ResultsDocument {
    ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "train", "data": .text(TableOptions.name(data)), "target": .text(target),
        "model": .text(model), "settings": .list(training.settings.pairs.map { .text($0) }),
        "privacy": .group([
          "mechanism": .text(privacy.mechanism), "epsilon": .number(privacy.epsilon),
          "delta": .number(privacy.delta), "adjacency": .text(privacy.adjacency.rawValue),
          "noise_scale": .number(privacy.noiseScale), "noise": .text(privacy.noise),
          "bounds": .list(privacy.bounds.map { .text($0) }),
          "assumptions": .list(privacy.assumptions.map { .text($0) }),
        ]),
      ],
      methods: [type(of: training.settings.mechanism).entry], outcomes: [], claims: [])
  }
}
