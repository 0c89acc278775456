public import Inversion
import InversionStudies
public import Learning
import LinearAlgebra
public import Methods
import Querying
import Stealing
import StealingStudies

/// Attacks on membership, with curves and the risk of every record.
public struct MembershipInference: Sendable {
  /// The model that is attacked, with its members and others.
  public enum Model: Sendable {
    /// A model file, with tables of its members and of others.
    case file(String, members: String, others: String)
    /// The address of a service, with tables of its members and of others.
    case url(String, ServiceConnection, members: String, others: String)
    /// A model that is trained on half of the records of a table.
    case trained(data: String)
  }

  /// The model.
  public var model: Model
  /// Kind of the model that is trained, and of shadow models; nil for a model without shadow models.
  public var learner: String?
  /// Its settings.
  public var learnerSettings: [String] = []
  /// Column that the model predicts; nil for that of the model file.
  public var target: String?
  /// Most records of a model that is trained; nil for all.
  public var rows: Int?
  /// Columns that are not used, separated by commas.
  public var ignored: String?
  /// Range of the numbers whose range is not known, or a JSON file with the inputs.
  public var ranges: String?
  /// Attacks, separated by commas; nil for all that work.
  public var attack: String?
  /// The settings of the one attack.
  public var settings: [String] = []
  /// Guards before the attacked model, such as `rounding:decimals=2`.
  public var guards: [String] = []
  /// Shadow models, an even number; 0 for none.
  public var shadows = 64
  /// How tables are read.
  public var reading = ReadingChoices()

  /// All attacks that work.
  public init(_ model: Model) { self.model = model }

  /// Where a record stands: the name of its file and the row behind the header, from 1.
  public typealias Origin = (file: String, row: Int)

  /// What came out.
  public struct Result: Sendable {
    let request: MembershipInference
    let context: JobContext
    /// The model with its records as the attacker sees it.
    public let scene: MembershipScene
    /// The model without its guards; nil where there are none.
    public let unguarded: MembershipScene?
    /// Where every record stands.
    public let origins: [Origin]
    /// What every attack found.
    public let attacks: [MembershipResult]
    /// The attacks and the guards.
    let methods: [MethodEntry]
  }

  /// How models are trained; nil without a kind of model.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``, `MethodError`, `SettingError`.
  public func recipe(of methods: MethodRegistry) throws -> (any ClassifierRecipe)? {
    guard let learner else { return nil }
    guard
      case .classifier(let recipe) = try methods.learners.make(
        learner, settings: MethodSettings(learnerSettings))
    else {
      throw WorkbenchError.usage("\(learner) predicts a number; membership needs a classifier")
    }
    return recipe
  }

  /// The guards with their settings.
  ///
  /// - Throws: `MethodError`, `SettingError`.
  public func guardEntries(of methods: MethodRegistry) throws -> [MethodEntry] {
    try guards.map { type(of: try methods.guards.make(specification: $0)).entry }
  }

  /// The attacks that are asked for; settings go to the only one that is named.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``, `MethodError`, `SettingError`.
  public func attacks(of methods: MethodRegistry) throws -> [any MembershipAttack] {
    let names = attack.map { ListOption.items($0) }
    if !settings.isEmpty, names?.count != 1 {
      throw WorkbenchError.usage("--set needs one attack, named by --attack")
    }
    // Label only asks fifty times for every record, so it must be asked for.
    let ids = names ?? methods.membershipAttacks.ids.filter { $0 != Inversion.LabelOnly.card.id }
    let attacks = try ids.map { try methods.membershipAttacks.make($0, settings: MethodSettings(settings)) }
    try attacks.map(\.entry).checkNames()
    return attacks
  }

  /// Runs everything.
  ///
  /// - Throws: errors of the model, the tables, the guards and the attacks.
  public func run(_ context: JobContext) async throws -> Result {
    BLASRuntime.setThreads(1)
    var random = RandomStream(seed: context.seed).child("membership")
    let attacks = try attacks(of: context.methods)
    context.noteOrigins(attacks.map(\.entry))
    let needsShadows = attacks.contains { type(of: $0).needsShadows } && shadows > 0
    let bare = try await bare(needsShadows: needsShadows, in: context, using: &random)
    let scene = try await guarded(bare, in: context) ?? bare.scene
    var (results, methods) = ([MembershipResult](), [MethodEntry]())
    for attack in attacks {
      try context.observer.check()
      if self.attack == nil, let need = scene.missing(attack) {
        context.note("\(attack.card.id) is left out, as it needs \(need)")
        continue
      }
      results.append(try await scene.run(attack, using: &random))
      methods.append(attack.entry)
    }
    return Result(
      request: self, context: context, scene: scene,
      unguarded: isGuarded(bare) ? bare.scene : nil, origins: bare.origins, attacks: results,
      methods: try methods + guardEntries(of: context.methods))
  }

  /// A model without guards.
  struct Bare {
    let scene: MembershipScene
    /// Nil for a service.
    let pipeline: Pipeline?
    let origins: [Origin]
  }

  private func isGuarded(_ bare: Bare) -> Bool { !guards.isEmpty && bare.pipeline != nil }

  /// The model behind its guards; nil without guards.
  private func guarded(_ bare: Bare, in context: JobContext) async throws -> MembershipScene? {
    guard isGuarded(bare), let pipeline = bare.pipeline else { return nil }
    return try await bare.scene.guarded(
      by: guards, of: context.methods.guards, before: pipeline,
      key: .hmacSHA256(key: Array("\(context.seed)".utf8)))
  }
}
