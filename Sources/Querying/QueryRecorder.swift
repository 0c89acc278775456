import FoundationEssentials
import Files
import Synchronization

/// The file of a record while a run has it: locked, with what an earlier run left.
public final class QueryRecordFile: Sendable {
  /// What an earlier run left; nil for a file that has no whole first line yet.
  public let earlier: QueryRecord?
  /// What tells the run from all others, also after an interruption; nil unless it was asked for.
  public let run: String?
  private let file: AppendFile
  private let path: String
  /// Whether the file holds the beginning of a first line.
  private let isBegun: Bool
  private let opened = Mutex(QueryRecorder?.none)

  /// Opens a record, or begins one.
  ///
  /// - Parameter isNamed: whether the run gets a name, which is on disk before anything is sent, that of an earlier run
  ///   if there was one.
  /// - Throws: ``QueryError/recordDamaged(path:line:reason:)`` if the file is no record, or an error of the file system,
  ///   such as that another run writes to it.
  public init(path: String, isNamed: Bool) throws {
    self.path = path
    file = try AppendFile(path: path)
    var data = try Data(contentsOf: URL(filePath: path))
    if !Self.isBegun(data) {
      let record = try QueryRecord(data, path: path)
      if let run = record.header.run, record.exchanges.count < record.header.probes ?? 0 {
        // What was found out is not whole, and asking again under the same names costs nothing.
        data = Data(Self.start(run).utf8)
        try file.cut(after: data.count)
      }
    }
    guard Self.isBegun(data) else {
      let record = try QueryRecord(data, path: path)
      earlier = record
      isBegun = false
      // A record that was made before runs had names is known by its first line.
      run =
        isNamed
        ? try record.header.run ?? String(decoding: QueryRecord.line(record.header), as: UTF8.self) : nil
      return
    }
    earlier = nil
    isBegun = true
    let begun = Self.run(begunBy: data)
    run = isNamed ? begun ?? QueryRecord.newRun() : nil
    if let run, begun == nil {
      try file.cut(after: 0)
      try file.append(Array(Self.start(run).utf8))
    }
  }

  /// Sees to it that an earlier run asked the same target, which is known before anything is sent.
  ///
  /// - Throws: ``QueryError/recordDamaged(path:line:reason:)`` if it asked another.
  public func check(target: String) throws {
    guard let earlier = earlier?.header.target, earlier != target else { return }
    throw QueryError.recordDamaged(
      path: path, line: 1,
      reason: "this is the record of \(earlier) and not of \(target); use another file")
  }

  /// The recorder of answers of the model that a header describes, and the exchanges that were there.
  ///
  /// - Parameter probes: what was asked to find out how to ask, which a new record begins with. It counts only whole: an
  ///   interruption that leaves a part of it leaves a run that has only begun.
  /// - Throws: ``QueryError/recordDamaged(path:line:reason:)`` if the file is of another model, or an error of the
  ///   file system.
  public func recorder(
    _ header: QueryRecord.Header, probes: [QuerySession.Exchange] = []
  ) throws -> (recorder: QueryRecorder, known: [QuerySession.Exchange]) {
    guard let earlier else {
      var header = header
      header.run = run
      header.probes = probes.isEmpty ? nil : probes.count
      let lines = try probes.reduce(into: QueryRecord.line(header)) { $0 += try QueryRecord.line($1) }
      // The name of the run never leaves the file.
      let kept = run.map { Self.start($0).utf8.count } ?? 0
      try file.cut(after: kept)
      try file.append(Array(lines.dropFirst(kept)))
      return (recorder(), [])
    }
    try check(target: header.target)
    guard earlier.header.schema == header.schema else {
      throw QueryError.recordDamaged(
        path: path, line: 1,
        reason: "the columns or the target of \(header.target) have changed since; use another file")
    }
    try file.cut(after: earlier.wholeBytes)
    return (recorder(), earlier.exchanges)
  }

  private func recorder() -> QueryRecorder {
    let recorder = QueryRecorder(file)
    opened.withLock { $0 = recorder }
    return recorder
  }

  /// Says that a request has at most so many rows from now on, if there are answers to put on record.
  ///
  /// - Throws: an error of the file system.
  public func append(limit: Int) throws { try opened.withLock { $0 }?.append(limit: limit) }

  /// Removes a file that holds nothing but the name of a run that has sent nothing.
  public func discard() {
    guard isBegun, let data = try? Data(contentsOf: URL(filePath: path)), Self.isBegun(data) else { return }
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The first bytes of a record of a run with a name: those of its first line.
  private static func start(_ run: String) -> String { "{\"run\":\"\(run)\"" }

  /// The name in the first bytes of a record.
  private static func run(begunBy data: Data) -> String? {
    let text = String(decoding: data, as: UTF8.self)
    guard text.hasPrefix(start("").dropLast()) else { return nil }
    let rest = text.dropFirst(start("").utf8.count - 1)
    guard let end = rest.firstIndex(of: "\"") else { return nil }
    return QueryRecord.isRun(rest[..<end]) ? String(rest[..<end]) : nil
  }

  /// Whether nothing but the beginning of a first line stands in the file, as an interruption may leave it.
  private static func isBegun(_ data: Data) -> Bool {
    guard !data.contains(UInt8(ascii: "\n")) else { return false }
    return ["{\"capabilities\"", "{\"run\":\""].contains { start in
      data.starts(with: start.utf8) || Array(start.utf8).starts(with: data)
    }
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
    try QueryRecordFile(path: path, isNamed: false).recorder(header)
  }

  init(_ file: AppendFile) { self.file = Mutex(file) }

  /// Appends the exchanges of one request.
  ///
  /// - Throws: an error of the file system.
  public func append(_ exchanges: [QuerySession.Exchange]) throws {
    let bytes = try exchanges.enumerated().reduce(into: [UInt8]()) { bytes, next in
      bytes += try QueryRecord.line(next.element, rest: exchanges.count - 1 - next.offset)
    }
    try file.withLock { try $0.append(bytes) }
  }

  /// Says that a request has at most so many rows from now on.
  ///
  /// - Throws: an error of the file system.
  public func append(limit: Int) throws {
    let bytes =
      try [UInt8](QueryRecord.encoder.encode(QueryRecord.Limit(limit: limit))) + [UInt8(ascii: "\n")]
    try file.withLock { try $0.append(bytes) }
  }
}
