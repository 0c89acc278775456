import FoundationEssentials
import Learning
public import Methods
import Reporting

/// Everything that one command measured, as data: the content of `results.json` and of `--json`.
///
/// The same run with the same seed gives the same bytes, so no time, date or path of the machine stands here;
/// times go to ``Timings``.
public struct ResultsDocument: Sendable, Codable, Equatable {
  /// Name and version of the format, the `$id` of its schema.
  public static let schema = "urn:bezoar:results:4"

  /// The JSON Schema (2020-12) of the format, as text.
  public static var schemaText: String {
    String(decoding: PackageResources.results_schema_json, as: UTF8.self)
  }

  /// The program that measured.
  public struct Tool: Sendable, Codable, Hashable {
    /// `bezoar`.
    public let name: String
    /// Its version.
    public let version: String
    /// The processor kernel of the BLAS library, on which the last digits depend.
    public let blas: String

    /// A program of a given version.
    public init(name: String = "bezoar", version: String, blas: String) {
      self.name = name
      self.version = version
      self.blas = blas
    }
  }

  /// Which format this is.
  public let schema: String
  /// The program that measured.
  public let tool: Tool
  /// What was asked for: command, seed, data set id, SHA-256 of the data, and the rest of the settings.
  public let parameters: [String: ParameterValue]
  /// The learners, attacks and defences that took part.
  public let methods: [MethodEntry]
  /// One entry for each experiment.
  public let outcomes: [Outcome]
  /// The statements with verdicts.
  public let claims: [Claim]

  /// A complete document.
  public init(
    tool: Tool, parameters: [String: ParameterValue], methods: [MethodEntry], outcomes: [Outcome],
    claims: [Claim]
  ) {
    schema = Self.schema
    self.tool = tool
    self.parameters = parameters
    self.methods = methods
    self.outcomes = outcomes
    self.claims = claims
  }

  /// The document as JSON: sorted keys, two blanks of indentation, shortest digits that read back exactly, null
  /// for missing numbers, a line break at the end.
  public func json() throws -> String { try StableJSON.text(self) }

  /// Reads a document.
  ///
  /// - Throws: `DecodingError` if `text` is no such document.
  public init(json text: String) throws {
    self = try JSONDecoder().decode(ResultsDocument.self, from: Data(text.utf8))
  }
}

/// Wall-clock times of the steps of one run, kept apart from the results because they never repeat.
public struct Timings: Sendable, Codable, Equatable {
  /// One step.
  public struct Step: Sendable, Codable, Equatable {
    /// What was done.
    public let name: String
    /// How long it took.
    public let seconds: Double

    /// A step and its time.
    public init(_ name: String, seconds: Double) {
      self.name = name
      self.seconds = seconds
    }
  }

  /// The steps in order.
  public private(set) var steps: [Step] = []

  /// No steps yet.
  public init() {}

  /// Adds a step.
  public mutating func add(_ name: String, seconds: Double) { steps.append(Step(name, seconds: seconds)) }

  /// The content of `timings.json`.
  public func json() throws -> String { try StableJSON.text(self) }
}

/// JSON text that is the same for the same value.
public enum StableJSON {
  /// The text: sorted keys, two blanks of indentation, a line break at the end.
  public static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
