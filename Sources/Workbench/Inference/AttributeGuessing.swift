public import Experiments
public import Inversion
import InversionStudies
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Tabular

/// Attacks on a sensitive column with all baselines, repeated over seeds.
public struct AttributeGuessing: Sendable {
  /// The model and the people.
  public var people: PeopleUnderAttack
  /// Sensitive column that is guessed.
  public var sensitive: String
  /// Columns that the attacker knows, separated by commas; nil for all but the sensitive one.
  public var known: String?
  /// Column on whose groups the attack `map` takes its prior too.
  public var group: String?
  /// Ids of attacks, separated by commas; nil for all that work.
  public var attack: String?
  /// The settings of the one attack.
  public var settings: [String] = []
  /// Whether only the answers of a model file are seen, and counted.
  public var seesAnswersOnly = false
  /// Seeds of the repetitions.
  public var seeds: [UInt64] = [1]

  /// All attacks that work on one column.
  public init(_ people: PeopleUnderAttack, sensitive: String) {
    (self.people, self.sensitive) = (people, sensitive)
  }

  /// What came out.
  public struct Result: Sendable {
    let request: AttributeGuessing
    let context: JobContext
    /// The numbers of every attack and baseline for every seed.
    public let outcomes: [Outcome]
    /// The attacks that are programs.
    let programs: [MethodEntry]
    /// What the leaves of a tree give away by themselves; nil for another model.
    let exposure: TreeExposure?
  }

  /// The attacks that are asked for; settings go to the only one that is named.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``, `MethodError`, `SettingError`.
  public func attacks(of methods: MethodRegistry) throws -> [any InversionAttack] {
    let baselines = [ModeBaseline.card.id, Imputation.card.id]
    let known = methods.attributeAttacks.ids.filter { !baselines.contains($0) }
    let names = try attack.map { list in
      if let name = ListOption.items(list).first(where: baselines.contains) {
        throw WorkbenchError.usage("\(name) stands beside every attack; name others or none")
      }
      return try ListOption.names(list, from: known, kind: "attack", or: methods.attributeAttacks.isOpen)
    }
    if !settings.isEmpty, names?.count != 1 {
      throw WorkbenchError.usage("--set needs one attack, named by --attack")
    }
    let attacks = try (names ?? known).map {
      try methods.attributeAttacks.make($0, settings: MethodSettings(settings))
    }
    try attacks.map(\.entry).checkNames()
    return attacks
  }

  /// Runs everything.
  ///
  /// - Throws: errors of the model, the tables and the attacks.
  public func run(_ context: JobContext) async throws -> Result {
    BLASRuntime.setThreads(1)
    let (model, tables) = try await people.open(in: context)
    let attacks = try attacks(of: context.methods)
    let programs = attacks.map(\.entry).filter { $0.program != nil }
    context.noteOrigins(programs)
    var (outcomes, exposure) = ([Outcome](), TreeExposure?.none)
    let progress = context.observer.progress("attacking", total: seeds.count)
    for (index, seed) in seeds.enumerated() {
      try context.observer.check()
      let scene = try await scene(model, tables, seed: seed, in: context)
      if index == 0 { exposure = self.exposure(scene) }
      outcomes += try await results(scene, attacks, seed: seed, in: context).map { result in
        Outcome(
          dataset: Table.shortName(people.data ?? ""),
          model: people.trained ?? Table.shortName(people.file ?? "service"),
          attack: result.name, defence: "none", seed: seed, metrics: result.metrics())
      }
      progress.advance(by: 1)
    }
    progress.finish()
    return Result(request: self, context: context, outcomes: outcomes, programs: programs, exposure: exposure)
  }

  /// Whether this seed is the first, of which the user is told what holds for all.
  func isFirst(_ seed: UInt64) -> Bool { seed == seeds.first }

  private func exposure(_ scene: AttributeScene) -> TreeExposure? {
    guard let pipeline = scene.pipeline, !seesAnswersOnly, case .treeClassifier(let model) = pipeline.model,
      model.tree.nodes.first.map({ $0.rows > 0 }) ?? false
    else { return nil }
    return TreeExposure(model)
  }

  /// The results of all attacks that work and of the baselines.
  private func results(
    _ scene: AttributeScene, _ attacks: [any InversionAttack], seed: UInt64, in context: JobContext
  ) async throws -> [AttributeResult] {
    var random = RandomStream(seed: seed).child("invert")
    var results = try await scene.baselines(using: &random)
    func passOver(_ attack: any InversionAttack, _ reason: String) {
      if isFirst(seed) {
        context.note("\(attack.card.id) passed over: \(reason)")
      }
    }
    let access: AttributeTask.Access =
      seesAnswersOnly
      ? .answers(QuerySession(scene.oracle))
      : scene.pipeline.map { .model($0) } ?? .answers(QuerySession(scene.oracle))
    for attack in attacks {
      if let need = type(of: attack).missing(scene.task(scene.others, access: access)) {
        // An attack that was not asked for by name is passed over.
        guard self.attack == nil else {
          throw InversionError.missing(method: attack.card.id, need: need)
        }
        passOver(attack, "it needs \(need)")
        continue
      }
      do {
        results.append(try await scene.run(attack, isBlackBox: seesAnswersOnly, using: &random))
      } catch let error as InversionError where self.attack == nil {
        passOver(attack, "\(error)")
        continue
      }
      if let group, var prior = attack as? MarginalInversion, !prior.usesConditionalPrior {
        prior.usesConditionalPrior = true
        results.append(
          try await scene.run(
            prior, name: "map, prior by \(group)", isBlackBox: seesAnswersOnly, using: &random))
      }
    }
    return results
  }
}
