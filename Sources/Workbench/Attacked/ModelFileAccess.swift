public import Querying

/// A model file that is attacked in this process, and what its interface would give away.
public struct ModelFileAccess: Sendable {
  /// The file.
  public var path: String
  /// What a query consists of.
  public var inputs = PipelineOracle.Inputs.columns
  /// What answers hold; nil for all that the model has.
  public var content: AnswerContent?
  /// What may be asked for besides.
  public var details: AnswerDetails = []
  /// Guards before it, such as `rounding:decimals=3`.
  public var guards: [String] = []

  /// A file that gives away all that the model has.
  public init(_ path: String) { self.path = path }
}
