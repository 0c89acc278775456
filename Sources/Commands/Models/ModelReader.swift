import Learning
import Querying
import Tabular

#if ONNX
  import ModelExchange
#endif

/// Reads model files and the tables that go with them.
enum ModelReader {
  /// Whether a file is an ONNX model, by its name.
  static func isONNX(_ path: String) -> Bool { path.lowercased().hasSuffix(".onnx") }

  /// The model in a file of this program, or in an ONNX file.
  ///
  /// - Throws: `ModelFileError`, `ModelExchangeError`, or ``ONNXAbsent`` in a program without ONNX.
  static func read(_ path: String, console: Console) throws -> ModelFile {
    guard isONNX(path) else { return try ModelFile.read(path: path) }
    #if ONNX
      let found = try ONNXFile.read(path: path)
      for note in found.notes { console.note("\(path): \(note)") }
      return found.file
    #else
      throw ONNXAbsent()
    #endif
  }

  /// The kinds of the columns of tables for a model; none for a model that only numbers its columns, whose tables may call
  /// them by names of their own.
  static func kinds(_ pipeline: Pipeline) -> [String: ColumnKind] {
    let features = pipeline.features
    return Table.areNumbered(features.inputColumns.map(\.name)) ? [:] : features.columnKinds
  }
}

/// The program was built without ONNX.
struct ONNXAbsent: Error, CustomStringConvertible {
  var description: String {
    "this program was built without ONNX; 'swift build -c release --traits ONNX' builds it in (about a minute more)"
  }
}
