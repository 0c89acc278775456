import FoundationEssentials
import Reporting
import Synchronization

/// A file of queries and their answers: a header line and one line of JSON per exchange.
///
/// ```
/// {"format":"bezoar-queries","version":1,"target":"http://127.0.0.1:8080/v2/models/m","schema":{…},"capabilities":{…}}
/// {"query":[0.5,null,2],"answer":{"label":1,"probabilities":[0.25,0.75]}}
/// ```
///
/// A value that was left out is null. A last line that was torn by an interruption is dropped when the file is read.
public struct QueryRecord: Sendable, Hashable {
  /// The first line.
  public struct Header: Sendable, Hashable, Codable {
    var format = "bezoar-queries"
    var version = 1
    /// Where the model is, or its name.
    public let target: String
    /// The columns and the target of the model.
    public let schema: QuerySchema
    /// What its oracle can do.
    public let capabilities: OracleCapabilities

    /// A header.
    public init(target: String, schema: QuerySchema, capabilities: OracleCapabilities) {
      self.target = target
      self.schema = schema
      self.capabilities = capabilities
    }
  }

  private struct Line: Codable {
    let query: [OptionalNumber]
    let details: AnswerDetails?
    let region: QueryRegion?
    let answer: Answer
  }

  /// The first line.
  public let header: Header
  /// The exchanges, in the order in which they happened.
  public let exchanges: [QuerySession.Exchange]
  /// Bytes of the file up to the end of the last whole line.
  let wholeBytes: Int

  /// Reads a record.
  ///
  /// - Throws: ``QueryError/recordDamaged(path:line:reason:)``, or an error of the file system.
  public init(path: String) throws { try self.init(Data(contentsOf: URL(filePath: path)), path: path) }

  fileprivate init(_ data: Data, path: String) throws {
    let decoder = JSONDecoder()
    var (header, exchanges) = (Header?.none, [QuerySession.Exchange]())
    var (start, number) = (data.startIndex, 0)
    while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
      number += 1
      let line = data[start..<end]
      func damaged(_ reason: String) -> QueryError {
        .recordDamaged(path: path, line: number, reason: reason)
      }
      if let header {
        guard let parsed = try? decoder.decode(Line.self, from: line) else {
          throw damaged("this is no exchange; write {\"query\":[numbers],\"answer\":{…}}")
        }
        let exchange = QuerySession.Exchange(
          query: parsed.query.map(\.value), details: parsed.details ?? [], region: parsed.region,
          answer: parsed.answer)
        let check = AnswerCheck(header.schema, header.capabilities)
        if let fault = exchange.fault(header.schema, check) { throw damaged(fault) }
        exchanges.append(exchange)
      } else {
        guard let parsed = try? decoder.decode(Header.self, from: line), parsed.format == "bezoar-queries"
        else { throw damaged("this is no record of queries; its first line must describe the model") }
        guard parsed.version == 1 else {
          throw damaged("version \(parsed.version) is not known; this program writes version 1")
        }
        if let fault = parsed.fault { throw damaged(fault) }
        header = parsed
      }
      start = data.index(after: end)
    }
    guard let header else {
      throw QueryError.recordDamaged(path: path, line: 1, reason: "the file has no whole line")
    }
    self.header = header
    self.exchanges = exchanges
    wholeBytes = start - data.startIndex
  }

  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  static func line(_ exchange: QuerySession.Exchange) throws -> [UInt8] {
    let line = Line(
      query: exchange.query.map(OptionalNumber.init),
      details: exchange.details.isEmpty ? nil : exchange.details, region: exchange.region,
      answer: exchange.answer)
    return try [UInt8](encoder.encode(line)) + [UInt8(ascii: "\n")]
  }
}

/// Appends exchanges to a record; every request is on disk before its answers are used.
public final class QueryRecorder: Sendable {
  private let file: Mutex<AppendFile>

  /// Opens a record for appending, behind its last whole line, or begins a new one.
  ///
  /// - Returns: also the exchanges that were there.
  /// - Throws: ``QueryError/recordDamaged(path:line:reason:)`` if the file is of another model, or an error of the
  ///   file system.
  public static func open(
    path: String, header: QueryRecord.Header
  ) throws -> (recorder: QueryRecorder, known: [QuerySession.Exchange]) {
    let file = try AppendFile(path: path)
    let first = try [UInt8](QueryRecord.encoder.encode(header)) + [UInt8(ascii: "\n")]
    let data = try Data(contentsOf: URL(filePath: path))
    if isBegun(data) {
      try file.cut(after: 0)
      try file.append(first)
      return (QueryRecorder(file), [])
    }
    let record = try QueryRecord(data, path: path)
    guard record.header.schema == header.schema, record.header.target == header.target else {
      throw QueryError.recordDamaged(
        path: path, line: 1,
        reason:
          "this is the record of \(record.header.target) and not of \(header.target), or that has changed; "
          + "use another file")
    }
    try file.cut(after: record.wholeBytes)
    return (QueryRecorder(file), record.exchanges)
  }

  /// Whether nothing but the beginning of a first line stands in the file, as an interruption may leave it.
  private static func isBegun(_ data: Data) -> Bool {
    let start = Array("{\"capabilities\"".utf8)
    return !data.contains(UInt8(ascii: "\n")) && (data.starts(with: start) || start.starts(with: data))
  }

  private init(_ file: AppendFile) { self.file = Mutex(file) }

  /// Appends the exchanges of one request.
  ///
  /// - Throws: an error of the file system.
  public func append(_ exchanges: [QuerySession.Exchange]) throws {
    let bytes = try exchanges.reduce(into: [UInt8]()) { $0 += try QueryRecord.line($1) }
    try file.withLock { try $0.append(bytes) }
  }
}
