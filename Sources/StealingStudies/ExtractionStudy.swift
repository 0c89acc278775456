public import Datasets
public import Experiments
import Learning
import LinearAlgebra
import Methods
public import Querying
public import Stealing
import Tabular

/// One theft: a victim, an attack with its settings, what the answers hold, a budget and a seed.
public struct ExtractionCell: Sendable, Hashable, Codable {
  /// Data of the victim.
  public var data: VictimData
  /// Kind of the victim.
  public var model: VictimModel
  /// Id of the attack.
  public var attack: String
  /// Its settings, as `name=value`.
  public var settings: [String]
  /// Most queries; nil for as many as the attack wants.
  public var budget: Int?
  /// What an answer holds.
  public var content: AnswerContent
  /// Digits behind the point; nil for all.
  public var decimals: Int?
  /// Seed of the victim and of the attack.
  public var seed: UInt64

  /// A cell.
  public init(
    _ data: VictimData, _ model: VictimModel? = nil, attack: String, settings: [String] = [],
    budget: Int? = nil,
    content: AnswerContent = .probabilities, decimals: Int? = nil, seed: UInt64 = 1
  ) {
    self.data = data
    self.model = model ?? .linear(data)
    self.attack = attack
    self.settings = settings
    self.budget = budget
    self.content = content
    self.decimals = decimals
    self.seed = seed
  }

  /// What the owner does against the theft, as it stands in results.
  public var defence: String {
    if content == .label { return "label-only" }
    return decimals.map { "rounding-\($0)" } ?? "none"
  }

  /// The axes of the theft; settings of the attack and the content of an answer stand beside them.
  public var experiment: Experiment {
    var others = ["content": content.rawValue]
    if !settings.isEmpty { others["attack settings"] = settings.joined(separator: ",") }
    if let decimals { others["decimals"] = "\(decimals)" }
    return Experiment(
      dataset: data.rawValue, model: model.id, attack: attack, defence: defence, budget: budget,
      settings: others, seed: seed)
  }
}

/// What a theft gave.
public struct ExtractionResult: Sendable {
  /// The theft.
  public let cell: ExtractionCell
  /// How close the copy is and what it cost.
  public let report: FidelityReport
  /// The copy.
  public let stolen: StolenModel
  /// Numbers that only some attacks have: see ``ExtractionStudy/run(_:)``.
  public let extras: Metrics
  /// Seconds that the attack took, answers included; not part of the results.
  public let seconds: Double

  /// The numbers as an outcome: `r_test`, `r_unif`, `tv_test`, `tv_unif`, `accuracy`, `victim_accuracy`, `queries`,
  /// `requests`, `unknowns`, `complete` and the extras.
  public var outcome: Outcome {
    var metrics: Metrics = [
      "r_test": report.test?.labels, "r_unif": report.uniform.labels, "tv_test": report.test?.totalVariation,
      "tv_unif": report.uniform.totalVariation, "accuracy": report.accuracy,
      "victim_accuracy": report.modelAccuracy, "queries": Double(report.queries),
      "requests": Double(report.ledger.requests), "unknowns": report.unknowns.map(Double.init),
      "complete": stolen.isComplete ? 1 : 0,
    ]
    metrics.merge(extras)
    return Outcome(cell.experiment, metrics: metrics)
  }
}

/// Runs thefts of models of the literature; a victim is trained once for each seed, and again only if many others were
/// used since.
public actor ExtractionStudy {
  private struct Key: Hashable {
    let data: VictimData
    let model: VictimModel
    let seed: UInt64
  }

  /// Where data are looked for.
  nonisolated let dataSearchPath: DataSearchPath
  private let uniformRows: Int
  private var victims: [Key: StealingVictim] = [:]
  /// The victims that are kept, the one that was used last at the end.
  private var recent: [Key] = []
  /// Most numbers in the rows of the victims that are kept, about 400 MB.
  private static let mostNumbers = 50_000_000

  /// A study on data found along a path.
  public init(searchPath: DataSearchPath, uniformRows: Int = FidelityReport.uniformRows) {
    dataSearchPath = searchPath
    self.uniformRows = uniformRows
  }

  /// The victim of this kind.
  ///
  /// - Throws: as ``StealingVictim``.
  public func victim(_ data: VictimData, _ model: VictimModel, seed: UInt64) throws -> StealingVictim {
    let key = Key(data: data, model: model, seed: seed)
    recent.removeAll { $0 == key }
    let victim =
      try victims[key] ?? StealingVictim(data, model, searchPath: dataSearchPath, seed: seed)
    victims[key] = victim
    recent.append(key)
    while recent.count > 1, victims.values.reduce(0, { $0 + $1.numbers }) > Self.mostNumbers {
      victims[recent.removeFirst()] = nil
    }
    return victim
  }

  /// Makes one theft and measures the copy on the rows that the victim's training did not see and on uniform rows.
  ///
  /// Extras are `r_test_constant` and `r_unif_constant`, what a copy gets wrong that always gives the commonest class;
  /// `tv_test_flat` and `tv_unif_flat`, the total variation of one that holds all classes for equally likely;
  /// `hidden_width_found`, one or zero, where singular values were looked at; `hidden_width`, and `layer_rms` beside `layer_rms_by_chance` (of normal numbers), where a last layer was found;
  /// and `representer_l1` beside `representer_l1_by_chance` (of rows drawn uniformly) where training rows were.
  ///
  /// - Throws: errors of the data, the attack and the oracle.
  public func run(_ cell: ExtractionCell) async throws -> ExtractionResult {
    let victim = try victim(cell.data, cell.model, seed: cell.seed)
    let oracle = try victim.oracle(content: cell.content, decimals: cell.decimals)
    let attack = try ExtractionAttacks.builtIn.make(cell.attack, settings: MethodSettings(cell.settings))
    try ExtractionAttacks.builtIn.check(type(of: attack), on: oracle.schema, oracle.capabilities)
    let session = QuerySession(oracle, budget: cell.budget)
    let root = RandomStream(seed: cell.seed).child("stealing").child(cell.data.rawValue)
    var random = root.child("attack")
    let start = ContinuousClock.now
    let stolen = try await attack.steal(session, using: &random)
    let time = (ContinuousClock.now - start).components
    random = root.child("uniform")
    let report = try await FidelityReport.measure(
      try victim.oracle(), stolen, ledger: session.ledger, testRows: victim.testRows,
      labels: victim.testLabels,
      uniformCount: uniformRows, seen: cell.content, using: &random)
    var extras = try blindCopies(victim, root.child("uniform"))
    extras.merge(try findings(stolen, victim, using: &random))
    return ExtractionResult(
      cell: cell, report: report, stolen: stolen.checked(report.check), extras: extras,
      seconds: Double(time.seconds) + Double(time.attoseconds) * 1e-18)
  }

  /// What copies get wrong that know nothing, on the same rows as the copy.
  private func blindCopies(_ victim: StealingVictim, _ stream: RandomStream) throws -> Metrics {
    var (result, random) = (Metrics(), stream)
    let oracle = victim.plain()
    let uniform = oracle.schema.uniformRows(uniformRows, using: &random)
    for (part, rows) in [("test", victim.testRows), ("unif", uniform)] {
      let answers = try oracle.answers(rows)
      result["r_\(part)_constant"] = 1 - answers.shareOfCommonest
      let flat = [Double](repeating: 1 / Double(oracle.schema.classCount), count: oracle.schema.classCount)
      result["tv_\(part)_flat"] =
        answers.map { totalVariation($0.probabilities, flat) }.reduce(0, +) / Double(max(answers.count, 1))
    }
    return result
  }

  private func findings(
    _ stolen: StolenModel, _ victim: StealingVictim, using random: inout RandomStream
  ) throws -> Metrics {
    var result = Metrics()
    for finding in stolen.findings {
      switch (finding.name, finding.value, victim.pipeline.model) {
      case ("singular-values", _, _):
        result["hidden_width_found"] = stolen.findings.contains { $0.name == "hidden-width" } ? 1 : 0
      case ("hidden-width", .number(let width), _): result["hidden_width"] = width
      case ("last-layer", .matrix(let layer), .networkClassifier(let model)):
        let truth = model.network.layers[model.network.layers.count - 1].weights
        result["layer_rms"] = try LayerAlignment(stolen: layer, truth: truth).rootMeanSquare
        let chance = Matrix(
          rows: layer.rows, columns: layer.columns, elements: layer.elements.map { _ in random.normal() })
        result["layer_rms_by_chance"] = try LayerAlignment(stolen: chance, truth: truth).rootMeanSquare
      case ("representers", .matrix(let rows), .kernelClassifier(let model))
      where rows.rows <= model.representers.rows:
        let oracle = try victim.oracle()
        // The attacker's columns run from -1 to 1 whatever their bounds.
        let own = oracle.schema.natural(rows)
        result["representer_l1"] = RepresenterMatch(stolen: own, truth: model.representers).mean
        let chance = oracle.schema.uniformRows(rows.rows, using: &random)
        result["representer_l1_by_chance"] = RepresenterMatch(stolen: chance, truth: model.representers).mean
      default: break
      }
    }
    return result
  }
}

extension QuerySchema {
  /// Rows of columns that an attacker scaled to -1...1, in the units of a query; categories stay as they are.
  fileprivate func natural(_ rows: Matrix) -> Matrix {
    var result = rows
    for (column, input) in inputs.enumerated() {
      guard case .number(let lower, let upper) = input.kind, upper > lower else { continue }
      let (middle, half) = (lower / 2 + upper / 2, upper / 2 - lower / 2)
      for row in 0..<rows.rows { result[row, column] = middle + half * rows[row, column] }
    }
    return result
  }
}
