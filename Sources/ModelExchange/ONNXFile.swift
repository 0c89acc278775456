import FoundationEssentials
public import Learning
import SwiftProtobuf

/// ONNX models: what is written of a model file, and what is read from one of any program.
///
/// A file that Bezoar wrote holds the model file too, as metadata. On the way back the graph is made from it again, and
/// the model counts only if both graphs are the same to the byte: a changed graph never hides behind old metadata.
public enum ONNXFile {
  /// The largest file that is read, in bytes.
  public static let sizeLimit = 1 << 28

  /// Keys of the metadata.
  enum Key {
    /// The model file, as its document.
    static let model = "bezoar.model"
    /// The flavour of the graph.
    static let flavour = "bezoar.flavour"
  }

  /// A written model.
  public struct Export: Sendable {
    /// The file.
    public let bytes: [UInt8]
    /// What the graph does not do as the model does, one sentence each.
    public let losses: [String]
  }

  /// A model that was read.
  public struct Import: Sendable {
    /// The model.
    public let file: ModelFile
    /// What the reader should know of it, one sentence each.
    public let notes: [String]
  }

  /// Names that a graph of another program lacks.
  public struct Names: Sendable, Hashable {
    /// Name of the target; nil for that of the graph's output.
    public var target: String?
    /// Names of the columns of an input with several of them, in their order; nil numbers them.
    public var columns: [String]?

    /// Names to use instead of those of the graph.
    public init(target: String? = nil, columns: [String]? = nil) {
      self.target = target
      self.columns = columns
    }
  }

  /// Writes a model.
  ///
  /// - Throws: ``ModelExchangeError/notExpressible(reason:)``, or `ModelFileError` for a parameter that is not finite.
  public static func export(_ file: ModelFile, flavour: ONNXFlavour) throws -> Export {
    let document = try file.bytes()
    let (graph, losses) = try ModelGraph(pipeline: file.pipeline, flavour: flavour).build()
    var model = ONNXModelProto()
    model.irVersion = flavour.irVersion
    model.producerName = "bezoar"
    model.graph = graph
    model.opsetImport = [
      (OperatorDomain.standard, flavour.operatorSets.standard), (.ml, flavour.operatorSets.ml),
    ]
    .map { domain, version in
      var set = ONNXOperatorSetIdProto()
      set.domain = domain.rawValue
      set.version = version
      return set
    }
    model.metadataProps = [
      (Key.flavour, flavour.rawValue), (Key.model, String(decoding: document.dropLast(), as: UTF8.self)),
    ].map { key, value in
      var entry = ONNXStringStringEntryProto()
      entry.key = key
      entry.value = value
      return entry
    }
    let rounding =
      flavour == .compat
      ? [
        "inputs, parameters and results have single precision: about seven digits; where two classes are as likely to "
          + "that many digits, a runtime may give the other one"
      ] : []
    let bytes: Data = try model.serializedBytes()
    return Export(bytes: [UInt8](bytes), losses: rounding + losses)
  }

  /// Reads a file.
  ///
  /// - Throws: ``ModelExchangeError``.
  public static func read(path: String, names: Names = Names()) throws -> Import {
    let manager = FileManager.default
    guard manager.fileExists(atPath: path) else { throw ModelExchangeError.fileMissing(path) }
    let size = (try? manager.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    guard size <= sizeLimit else {
      throw ModelExchangeError.tooLarge(file: path, bytes: size, limit: sizeLimit)
    }
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw ModelExchangeError.unreadable(path)
    }
    return try read(bytes: [UInt8](data), name: path, names: names)
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameter name: name of the file, for errors.
  /// - Throws: ``ModelExchangeError`` for everything that is no whole ONNX model, and for what is none of a kind that
  ///   Bezoar knows.
  public static func read(bytes: [UInt8], name: String, names: Names = Names()) throws -> Import {
    let model = try decoded(bytes, name)
    if let own = own(model) {
      let kept = names == Names() ? [] : ["its own names of the target and the columns are kept"]
      return Import(
        file: own, notes: ["the graph is that of the model file in its metadata, which is used"] + kept)
    }
    let hasOwn = model.metadataProps.contains { $0.key == Key.model }
    let imported = try ImportedGraph(
      model.graph, file: name, bytes: bytes.count, names: names
    ).pipeline()
    let changed = "the graph is not that of the model file in its metadata, and only the graph counts"
    return Import(
      file: ModelFile(pipeline: imported.pipeline, provenance: nil),
      notes: (hasOwn ? [changed] : []) + imported.notes)
  }

  /// The messages of a file, with everything refused that the reader would overlook.
  static func decoded(_ bytes: [UInt8], _ name: String) throws(ModelExchangeError) -> ONNXModelProto {
    guard bytes.count <= sizeLimit else {
      throw .tooLarge(file: name, bytes: bytes.count, limit: sizeLimit)
    }
    let data = Data(bytes)
    if let reason = WireCheck.defect(data) { throw .notONNX(file: name, reason: reason) }
    var options = BinaryDecodingOptions()
    options.messageDepthLimit = 10
    options.discardUnknownFields = true
    guard let model = try? ONNXModelProto(serializedBytes: data, options: options) else {
      throw .notONNX(file: name, reason: "its fields are not those of a model")
    }
    guard model.hasGraph, !model.graph.node.isEmpty else {
      throw .notONNX(file: name, reason: "it has no graph")
    }
    guard model.functions.isEmpty else {
      throw .unsupported(file: name, reason: "it defines operators of its own")
    }
    guard model.graph.sparseInitializer.isEmpty else {
      throw .unsupported(file: name, reason: "it has sparse constants")
    }
    try checkOperatorSets(model, name)
    return model
  }

  /// Refuses a model that does not say once which version of its operators it uses, as one that was cut off behind its
  /// graph, and versions in which they may mean something else.
  private static func checkOperatorSets(
    _ model: ONNXModelProto, _ name: String
  ) throws(ModelExchangeError) {
    let used = Set(model.graph.node.map(\.domain).compactMap(OperatorDomain.init(name:)))
    for domain in OperatorDomain.allCases where used.contains(domain) {
      let versions = Set(
        model.opsetImport.filter { OperatorDomain(name: $0.domain) == domain }.map(\.version))
      guard let version = versions.first, versions.count == 1 else {
        throw .notONNX(file: name, reason: "it does not say which version of \(domain.title) it uses")
      }
      guard domain.versions.contains(version) else {
        throw .unsupported(
          file: name,
          reason: "it uses version \(version) of \(domain.title); known are \(domain.versions.lowerBound) to "
            + "\(domain.versions.upperBound)")
      }
    }
  }

  /// The model file in the metadata, if the graph is the one that it would be written as.
  private static func own(_ model: ONNXModelProto) -> ModelFile? {
    func value(_ key: String) -> String? { model.metadataProps.first { $0.key == key }?.value }
    guard let document = value(Key.model),
      let flavour = value(Key.flavour).flatMap({ ONNXFlavour(rawValue: $0) }),
      let file = try? ModelFile(bytes: Array(document.utf8), name: "metadata"),
      let graph = try? ModelGraph(pipeline: file.pipeline, flavour: flavour).build().graph,
      let one: Data = try? graph.serializedBytes(), let other: Data = try? model.graph.serializedBytes(),
      one == other
    else { return nil }
    return file
  }
}
