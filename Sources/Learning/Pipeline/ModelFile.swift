import FoundationEssentials
public import Tabular

/// A model file: one JSON document with a pipeline and where it comes from.
///
/// Doubles are written with as many digits as bring the same bits back.
public struct ModelFile: Sendable, Hashable, Codable {
  /// The newest version of the format.
  public static let currentVersion = 3
  /// The word at the start of every file.
  public static let formatName = "bezoar-model"
  /// The largest file that is read, in bytes.
  public static let sizeLimit = 1 << 27

  /// Where a model comes from.
  public struct Provenance: Sendable, Hashable, Codable {
    /// Name and version of the program.
    public var tool: String
    /// Id of the recipe.
    public var recipe: String
    /// Settings that were not left at their defaults, as `name=value`.
    public var settings: [String]
    /// Name of the training data.
    public var dataset: String
    /// SHA-256 of the training data's file.
    public var sha256: String
    /// Training rows.
    public var rows: Int
    /// Seed of the random numbers.
    public var seed: UInt64
    /// Share of the rows that was kept out of the training; nil if that is not known.
    public var testShare: Double?
    /// Column of sample weights, if there was one.
    public var weights: String?
    /// Class weights as they were given, if they were.
    public var classWeights: String?
    /// How the training table was read, where options said so.
    public var reading: ReadingOptions?
    /// The guarantee of a private training, which leaves out ``sha256``, ``seed`` and, where it is private, ``rows``.
    public var privacy: PrivacyStatement?

    /// The origin of a model.
    public init(
      tool: String, recipe: String, settings: [String], dataset: String, sha256: String, rows: Int,
      seed: UInt64, testShare: Double? = nil, weights: String? = nil, classWeights: String? = nil,
      reading: ReadingOptions? = nil, privacy: PrivacyStatement? = nil
    ) {
      self.tool = tool
      self.recipe = recipe
      self.settings = settings
      self.dataset = dataset
      self.sha256 = sha256
      self.rows = rows
      self.seed = seed
      self.testShare = testShare
      self.weights = weights
      self.classWeights = classWeights
      self.reading = reading
      self.privacy = privacy
    }
  }

  /// Always ``formatName``.
  public let format: String
  /// Version of the format in which the file is written; the one that was read may be older.
  public let version: Int
  /// Where the model comes from; nil for a model of another program.
  public let provenance: Provenance?
  /// The model.
  public let pipeline: Pipeline

  /// A file of the oldest version that can hold the model: since version 2 trees are packed and a range may be unknown,
  /// since version 3 there are sums of trees, models that only decide and rules of single columns.
  public init(pipeline: Pipeline, provenance: Provenance?) {
    format = Self.formatName
    version = Self.version(of: pipeline)
    self.provenance = provenance
    self.pipeline = pipeline
  }

  /// Decodes a file and checks first that it is one.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let file = Self.nameKey.flatMap { decoder.userInfo[$0] as? String } ?? "the document"
    format = try container.decode(String.self, forKey: .format)
    guard format == Self.formatName else { throw ModelFileError.otherFormat(file: file) }
    let found = try container.decode(Int.self, forKey: .version)
    guard (1...Self.currentVersion).contains(found) else {
      throw ModelFileError.otherVersion(file: file, version: found, known: Self.currentVersion)
    }
    provenance = try container.decodeIfPresent(Provenance.self, forKey: .provenance)
    pipeline = try container.decode(Pipeline.self, forKey: .pipeline)
    version = Self.version(of: pipeline)
  }

  /// The oldest version that can hold a model.
  private static func version(of pipeline: Pipeline) -> Int {
    if pipeline.features.hasColumnRules { return 3 }
    switch pipeline.model {
    case .treeSumClassifier, .treeSumRegressor: return 3
    case .linearClassifier(let model) where !model.givesProbabilities: return 3
    case .treeClassifier, .treeRegressor, .forest: return 2
    default: break
    }
    let space = pipeline.features.space
    return (space.lower + space.upper).allSatisfy(\.isFinite) ? 1 : 2
  }

  private enum CodingKeys: String, CodingKey { case format, version, provenance, pipeline }

  /// Where a decoder finds the name of the file, for errors.
  private static let nameKey = CodingUserInfoKey(rawValue: "file")

  /// The document.
  ///
  /// - Throws: ``ModelFileError/notFinite`` for a model with a NaN or infinite parameter, and
  ///   ``ModelFileError/tooLarge(file:bytes:limit:)`` for one that no reader would take.
  public func bytes() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      var bytes = [UInt8](try encoder.encode(self))
      bytes.append(UInt8(ascii: "\n"))
      guard bytes.count <= Self.sizeLimit else {
        throw ModelFileError.tooLarge(file: "the model", bytes: bytes.count, limit: Self.sizeLimit)
      }
      return bytes
    } catch is EncodingError {
      throw ModelFileError.notFinite
    }
  }

  /// Reads a file.
  ///
  /// - Throws: ``ModelFileError``.
  public static func read(path: String) throws -> ModelFile {
    let manager = FileManager.default
    guard manager.fileExists(atPath: path) else { throw ModelFileError.fileMissing(path) }
    let size = (try? manager.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    guard size <= sizeLimit else { throw ModelFileError.tooLarge(file: path, bytes: size, limit: sizeLimit) }
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { throw ModelFileError.unreadable(path) }
    return try ModelFile(data, name: path)
  }

  /// Reads a document.
  ///
  /// - Parameter name: name of the file, for errors.
  /// - Throws: ``ModelFileError`` for everything that is no whole model file of a known version.
  public init(bytes: [UInt8], name: String) throws { try self.init(Data(bytes), name: name) }

  private init(_ data: consuming Data, name: String) throws {
    guard data.count <= Self.sizeLimit else {
      throw ModelFileError.tooLarge(file: name, bytes: data.count, limit: Self.sizeLimit)
    }
    let decoder = JSONDecoder()
    if let key = Self.nameKey { decoder.userInfo[key] = name }
    let (texts, rest) = PackedTexts.split(data)
    data = Data()
    if let key = PackedTexts.key { decoder.userInfo[key] = texts }
    do {
      self = try decoder.decode(ModelFile.self, from: rest)
    } catch let error as ModelError {
      throw ModelFileError.damaged(file: name, reason: error.description)
    } catch let error as DecodingError {
      throw ModelFileError(error, file: name)
    }
  }
}

/// Why a model file cannot be read or written.
public enum ModelFileError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case fileMissing(String)
  /// The file cannot be opened.
  case unreadable(String)
  /// The file is no JSON document, or breaks off.
  case notJSON(file: String)
  /// The document is something else.
  case otherFormat(file: String)
  /// The document is of a newer version.
  case otherVersion(file: String, version: Int, known: Int)
  /// A part is missing or contradicts another.
  case damaged(file: String, reason: String)
  /// The file is larger than anything that is read.
  case tooLarge(file: String, bytes: Int, limit: Int)
  /// A parameter of the model is NaN or infinite, which JSON cannot hold.
  case notFinite

  init(_ error: DecodingError, file: String) {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty
        ? "the document" : path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      self =
        context.codingPath.isEmpty && ["format", "version"].contains(key.stringValue)
        ? .otherFormat(file: file)
        : .damaged(file: file, reason: "\(place(context.codingPath)) has no '\(key.stringValue)'")
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      self = .damaged(file: file, reason: "\(place(context.codingPath)) is of the wrong kind")
    case .dataCorrupted(let context):
      self =
        context.codingPath.isEmpty
        ? .notJSON(file: file)
        : .damaged(file: file, reason: "\(place(context.codingPath)): \(context.debugDescription)")
    @unknown default: self = .notJSON(file: file)
    }
  }

  public var description: String {
    switch self {
    case .fileMissing(let file): "\(file) does not exist; 'bezoar train' writes model files"
    case .unreadable(let file): "\(file) cannot be read; it is a folder, or not readable for this user"
    case .notJSON(let file):
      "\(file) is no whole JSON document; it may have been cut off, so write or copy it again"
    case .otherFormat(let file):
      "\(file) is no model file of Bezoar; 'bezoar train' writes one"
    case .otherVersion(let file, let version, let known):
      "\(file) has version \(version) of the model format, this program knows up to \(known); use a newer one"
    case .damaged(let file, let reason):
      "\(file) holds no usable model: \(reason)"
    case .tooLarge(let file, let bytes, let limit):
      "\(file) has \(bytes) bytes, more than the \(limit) that a model file may have; train fewer or smaller trees, "
        + "or keep fewer representers"
    case .notFinite:
      "the model has a parameter that is not a finite number and cannot be written; scale the features or add "
        + "a penalty"
    }
  }
}
