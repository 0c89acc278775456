import Learning

#if ONNX
  import ModelExchange
#endif

/// Turns a model file into an ONNX file, or the other way round; the names of the files say the direction.
public struct ConversionJob: Sendable {
  /// Precision and operators of an ONNX file that is written.
  public enum Flavour: String, Sendable, CaseIterable {
    /// Double precision; needs a runtime of 2024 or newer.
    case exact
    /// Single precision, with the operators that scikit-learn's exporter uses.
    case compat
  }

  /// Path of the model.
  public var input: String
  /// Path of the file that is to be written.
  public var output: String
  /// Precision and operators of an ONNX file that is written.
  public var flavour = Flavour.exact
  /// Name of the target of a model of another program.
  public var target: String?
  /// Names of the columns of a model of another program, in their order.
  public var columns: [String]?

  /// A conversion with the usual choices.
  public init(input: String, output: String) {
    self.input = input
    self.output = output
  }

  /// Checks the request without a look at the files.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``.
  public func check() throws {
    guard input != output else {
      throw WorkbenchError.usage("the output would overwrite \(input); give another name")
    }
    guard ModelReader.isONNX(input) != ModelReader.isONNX(output) else {
      throw WorkbenchError.usage("one of the files must end in .onnx and the other in .json")
    }
    if ModelReader.isONNX(output), target != nil || columns != nil {
      throw WorkbenchError.usage("--target and --columns are for files that are read from ONNX")
    }
  }

  /// What the conversion gave.
  public struct Result: Sendable {
    /// The content of the output.
    public let bytes: [UInt8]
    /// What was lost, or had to be assumed, one sentence each.
    public let notes: [String]
    /// What kind of model it is.
    public let summary: String
  }

  /// Reads and converts.
  ///
  /// - Throws: `ModelFileError`, `ModelExchangeError`, ``WorkbenchError/withoutONNX``, and what ``check()`` throws.
  public func run() throws -> Result {
    try check()
    #if ONNX
      if ModelReader.isONNX(output) {
        let file = try ModelFile.read(path: input)
        let result = try ONNXFile.export(file, flavour: flavour == .exact ? .exact : .compat)
        return Result(
          bytes: result.bytes, notes: result.losses,
          summary: "\(Self.summary(file)), \(flavour.rawValue)")
      }
      let result = try ONNXFile.read(path: input, names: .init(target: target, columns: columns))
      return Result(bytes: try result.file.bytes(), notes: result.notes, summary: Self.summary(result.file))
    #else
      throw WorkbenchError.withoutONNX
    #endif
  }

  /// What kind of model a file holds.
  private static func summary(_ file: ModelFile) -> String {
    let pipeline = file.pipeline
    let kind = file.provenance?.recipe ?? "imported model"
    let target =
      pipeline.labels.isEmpty
      ? "the number '\(pipeline.targetName)'"
      : "\(pipeline.labels.count) classes of '\(pipeline.targetName)'"
    return "\(kind) for \(target) from \(pipeline.model.featureCount) encoded features"
  }
}
