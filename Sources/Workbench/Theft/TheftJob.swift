import Methods
import Stealing

/// What is asked for by `bezoar steal`: a model, an attack, and where the copy goes.
public struct TheftJob: Sendable {
  /// The model, as a user says where it is.
  public enum Target: Sendable {
    /// A service.
    case url(ServiceAccess)
    /// A model file.
    case file(ModelFileAccess)
    /// A file of recorded answers.
    case record(String)
  }

  /// The model.
  public var target: Target
  /// Range of the numbers whose range is not known, or a JSON file with the inputs.
  public var ranges: String?
  /// Rows as the model's users have them: a file or the id of a data set.
  public var data: String?
  /// How they are read.
  public var reading = ReadingChoices()
  /// Id of the attack.
  public var attack = "auto"
  /// Its settings, such as `rounds=3`.
  public var settings: [String] = []
  /// Most rows that may be sent; nil for the usual number to a service, and no limit else.
  public var budget: Int?
  /// Uniform rows to compare the two models on; nil for the usual number, 0 for no comparison.
  public var check: Int?
  /// File for the stolen model.
  public var output: String
  /// File for the queries and answers; nil for one beside the model.
  public var log: String?
  /// Price of a query.
  public var price = 0.0001

  /// A theft by the automatic attack.
  public init(_ target: Target, output: String) { (self.target, self.output) = (target, output) }

  /// Most rows of a comparison.
  public static let mostChecks = 10_000_000

  /// The attack with its settings.
  ///
  /// - Throws: `MethodError`, `SettingError`.
  public func method(of methods: MethodRegistry) throws -> any ExtractionAttack {
    try methods.extractionAttacks.make(attack, settings: MethodSettings(settings))
  }

  /// The file name of the model without its ending.
  private var stem: String {
    output.hasSuffix(".json") || output.hasSuffix(".onnx") ? String(output.dropLast(5)) : output
  }

  /// The file for the queries and answers.
  public var logPath: String { log ?? "\(stem).queries.jsonl" }

  /// The file for what is found besides the model.
  public var findingsPath: String { "\(stem).findings.json" }

  /// The folder for the report where nobody says another.
  public var reportFolder: String { "\(stem)-report" }

  /// Whether the model has only recorded answers.
  var isReplay: Bool { if case .record = target { true } else { false } }

  /// Whether the model is asked over the network.
  var isRemote: Bool { if case .url = target { true } else { false } }
}
