import FoundationEssentials
import Synchronization

/// A file of queries and their answers: a header line and one line of JSON per exchange.
///
/// ```
/// {"format":"bezoar-queries","version":1,"target":"http://127.0.0.1:8080/v2/models/m","schema":{…},"capabilities":{…}}
/// {"query":[0.5,null,2],"answer":{"label":1,"probabilities":[0.25,0.75]}}
/// ```
///
/// A value that was left out is null. An answer of probabilities may leave out the label, which is then the class of the
/// largest. A last line that was torn by an interruption is dropped when the file is read.
///
/// The lines of one request with several rows end with `"rest":N`, the lines of it that follow. A request of which an
/// interruption left only some lines is dropped whole, so that it is sent again as it was, under the same name.
///
/// The header of a record over a network has a word `run` besides, from which the names of requests follow, and a line
/// `{"limit":N}` says that from then on a request has at most so many rows: a run that goes on sends what was under way
/// again under the same name.
public struct QueryRecord: Sendable, Hashable {
  /// The first line.
  public struct Header: Sendable, Hashable, Codable {
    var format = "bezoar-queries"
    var version = 1
    /// What tells this run from all others; nil where nothing is sent.
    var run: String?
    /// Rows that were sent to find out how to ask and are not on record; nil for none.
    public var unrecorded: Int?
    /// Lines that follow of what was asked to find out how to ask; without all of them a run has only begun.
    var probes: Int?
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
    /// Lines of the same request that follow; nil for none.
    let rest: Int?
  }

  /// A line that says how many rows a request has at most from then on.
  struct Limit: Codable {
    let limit: Int
  }

  /// The first line.
  public let header: Header
  /// The exchanges, in the order in which they happened.
  public let exchanges: [QuerySession.Exchange]
  /// Rows of one request at most when the run ended.
  public let batchLimit: Int
  /// Bytes of the file up to the end of the last whole line.
  let wholeBytes: Int

  /// Reads a record.
  ///
  /// - Throws: ``QueryError/recordDamaged(path:line:reason:)``, or an error of the file system.
  public init(path: String) throws { try self.init(Data(contentsOf: URL(filePath: path)), path: path) }

  init(_ data: Data, path: String) throws {
    let decoder = JSONDecoder()
    var (header, exchanges) = (Header?.none, [QuerySession.Exchange]())
    var batchLimit = Int.max
    var (start, number) = (data.startIndex, 0)
    // Where a request begins of which lines are still to come.
    var open: (start: Data.Index, exchanges: Int)?
    while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
      number += 1
      let line = data[start..<end]
      func damaged(_ reason: String) -> QueryError {
        .recordDamaged(path: path, line: number, reason: reason)
      }
      if let header {
        guard let parsed = try? decoder.decode(Line.self, from: line) else {
          if let parsed = try? decoder.decode(Limit.self, from: line), parsed.limit > 0 {
            batchLimit = parsed.limit
            start = data.index(after: end)
            continue
          }
          throw damaged("this is no exchange; write {\"query\":[numbers],\"answer\":{…}}")
        }
        let check = AnswerCheck(header.schema, header.capabilities)
        if let fault = check.fault(parsed.answer) { throw damaged(fault) }
        let exchange = QuerySession.Exchange(
          query: parsed.query.map(\.value), details: parsed.details ?? [], region: parsed.region,
          answer: parsed.answer.withLabel)
        if let fault = exchange.fault(header.schema, check) { throw damaged(fault) }
        if (parsed.rest ?? 0) > 0 {
          if open == nil { open = (start, exchanges.count) }
        } else {
          open = nil
        }
        exchanges.append(exchange)
      } else {
        guard let parsed = try? decoder.decode(Header.self, from: line), parsed.format == "bezoar-queries"
        else { throw damaged("this is no record of queries; its first line must describe the model") }
        guard parsed.version == 1 else {
          throw damaged("version \(parsed.version) is not known; this program writes version 1")
        }
        if let fault = parsed.fault { throw damaged(fault) }
        header = parsed
        batchLimit = parsed.capabilities.batchLimit
      }
      start = data.index(after: end)
    }
    guard let header else {
      throw QueryError.recordDamaged(path: path, line: 1, reason: "the file has no whole line")
    }
    if let open {
      exchanges.removeLast(exchanges.count - open.exchanges)
      start = open.start
    }
    self.header = header
    self.exchanges = exchanges
    self.batchLimit = batchLimit
    wholeBytes = start - data.startIndex
  }

  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// A name that no other run has.
  public static func newRun() -> String {
    (0..<2).map { _ in String(UInt64.random(in: 1 << 60 ... .max), radix: 36) }.joined()
  }

  /// Whether a text is the name of a run.
  static func isRun(_ text: Substring) -> Bool {
    (1...100).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
  }

  static func line(_ header: Header) throws -> [UInt8] {
    // The name comes first, so that it can stand in the file before the model is known.
    let run = header.run.map { Array("{\"run\":\"\($0)\",".utf8) }
    var header = header
    header.run = nil
    let line = try [UInt8](encoder.encode(header)) + [UInt8(ascii: "\n")]
    return run.map { $0 + line.dropFirst() } ?? line
  }

  /// The line of an exchange.
  ///
  /// - Parameter rest: lines of the same request that follow.
  static func line(_ exchange: QuerySession.Exchange, rest: Int = 0) throws -> [UInt8] {
    let line = Line(
      query: exchange.query.map(OptionalNumber.init),
      details: exchange.details.isEmpty ? nil : exchange.details, region: exchange.region,
      answer: exchange.answer, rest: rest > 0 ? rest : nil)
    return try [UInt8](encoder.encode(line)) + [UInt8(ascii: "\n")]
  }
}

extension Answer {
  /// The answer with the class of the largest probability, the first among equals, where it names none.
  fileprivate var withLabel: Answer {
    guard label == nil, let largest = probabilities.max() else { return self }
    var answer = self
    answer.label = probabilities.firstIndex(of: largest)
    return answer
  }
}
