public import Learning
import Querying
public import Tabular

#if ONNX
  import ModelExchange
#endif

/// Reads model files and the tables that go with them.
public enum ModelReader {
  /// Whether a file is an ONNX model, by its name.
  public static func isONNX(_ path: String) -> Bool { path.lowercased().hasSuffix(".onnx") }

  /// The model in a file of this package, or in an ONNX file, with what the reader had to assume.
  ///
  /// - Throws: `ModelFileError`, `ModelExchangeError`, or ``WorkbenchError/withoutONNX``.
  public static func read(_ path: String) throws -> (file: ModelFile, notes: [String]) {
    guard isONNX(path) else { return (try ModelFile.read(path: path), []) }
    #if ONNX
      let found = try ONNXFile.read(path: path)
      return (found.file, found.notes.map { "\(path): \($0)" })
    #else
      throw WorkbenchError.withoutONNX
    #endif
  }

  /// The model in a file; the observer hears what the reader had to assume.
  ///
  /// - Throws: `ModelFileError`, `ModelExchangeError`, or ``WorkbenchError/withoutONNX``.
  public static func read(_ path: String, _ context: JobContext) throws -> ModelFile {
    let (file, notes) = try read(path)
    context.note(notes)
    return file
  }

  /// The kinds of the columns of tables for a model; none for a model that only numbers its columns, whose tables may call
  /// them by names of their own.
  public static func kinds(_ pipeline: Pipeline) -> [String: ColumnKind] {
    let features = pipeline.features
    return Table.areNumbered(features.inputColumns.map(\.name)) ? [:] : features.columnKinds
  }
}
