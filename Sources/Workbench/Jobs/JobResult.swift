public import Experiments
import LinearAlgebra
public import Methods
public import Reporting

/// The package in documents and model files.
public enum Package {
  /// Its version.
  public static let version = "0.1.0"
  /// Name and version, as model files carry them.
  public static let tool = "bezoar \(version)"
}

/// What a command shows: JSON for programs or text for people, of the same numbers.
public protocol JobOutput: Sendable {
  /// What a person reads, in order.
  var text: [JobText] { get }

  /// The content of `--json`.
  ///
  /// - Throws: errors of writing numbers as JSON.
  func json() throws -> String
}

/// What a job gave that measures something.
public protocol JobResult: JobOutput {
  /// The content of `--json` and `results.json`.
  var document: ResultsDocument { get }
}

extension JobResult {
  public func json() throws -> String { try document.json() }
}

/// A piece of text of a result.
public enum JobText: Sendable {
  /// Lines, with their breaks.
  case lines(String)
  /// A table.
  case table(TextTable)
}

extension ResultsDocument {
  /// The document of a job, with the version of this package and the kernel of its arithmetic.
  ///
  /// - Parameters:
  ///   - job: words of the command, such as `privacy audit`.
  ///   - parameters: what was asked for, beside the command.
  public init(
    job: String, _ parameters: [String: ParameterValue], methods: [MethodEntry] = [],
    outcomes: [Outcome] = [], claims: [Claim] = []
  ) {
    self.init(
      tool: .init(version: Package.version, blas: BLASRuntime.coreName),
      parameters: parameters.merging(["command": .text(job)]) { _, command in command }, methods: methods,
      outcomes: outcomes, claims: claims)
  }
}

extension ParameterValue {
  /// A text, or null for none.
  public static func text(orMissing text: String?) -> ParameterValue { text.map { .text($0) } ?? .missing }

  /// Texts in their order.
  public static func texts(_ texts: [String]) -> ParameterValue { .list(texts.map { .text($0) }) }

  /// A seed, as far as a document can hold it.
  public static func seed(_ seed: UInt64) -> ParameterValue { .integer(Int(clamping: seed)) }
}
