/// Why a model cannot be written to, or read from, a file of another program.
public enum ModelExchangeError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case fileMissing(String)
  /// The file cannot be opened.
  case unreadable(String)
  /// The file is larger than anything that is read.
  case tooLarge(file: String, bytes: Int, limit: Int)
  /// The file is no ONNX model, or breaks off.
  case notONNX(file: String, reason: String)
  /// Parts of the graph contradict each other.
  case damaged(file: String, reason: String)
  /// The graph has a node of a kind that is not read.
  case unsupportedOperator(file: String, name: String, domain: String, node: String)
  /// The graph does something that no model of this program does.
  case unsupported(file: String, reason: String)
  /// The model cannot be said in ONNX.
  case notExpressible(reason: String)

  public var description: String {
    switch self {
    case .fileMissing(let file): "\(file) does not exist; 'bezoar model convert' writes ONNX files"
    case .unreadable(let file): "\(file) cannot be read; it is a folder, or not readable for this user"
    case .tooLarge(let file, let bytes, let limit):
      "\(file) has \(bytes) bytes, more than the \(limit) that an ONNX file may have here"
    case .notONNX(let file, let reason):
      "\(file) is no whole ONNX model: \(reason); write or copy it again"
    case .damaged(let file, let reason): "\(file) holds no usable model: \(reason)"
    case .unsupportedOperator(let file, let name, let domain, let node):
      "\(file): operator \(name) of domain \(domain) in node '\(node)' is not supported; supported are "
        + ImportedOperator.allCases.map(\.rawValue).joined(separator: ", ")
    case .unsupported(let file, let reason): "\(file) cannot be taken over: \(reason)"
    case .notExpressible(let reason): "the model cannot be written as ONNX: \(reason)"
    }
  }
}
