import LinearAlgebra
import Querying
import Tabular

/// What a server says of a model without being asked about a row.
struct ModelFacts: Sendable {
  /// Most columns that a server is believed to have.
  static let widthLimit = 100_000

  /// The columns; empty if they are not listed.
  var inputs: [DescribedColumn] = []
  /// Datatypes of whole numbers and truth values, by the names of their tensors.
  var datatypes: [String: String] = [:]
  /// Whether the columns are listed with their types.
  var areTyped = true
  /// Whether the one tensor of all columns holds whole numbers.
  var areWhole = false
  /// Number of columns, where only that is known; at most ``widthLimit``.
  var width: Int?
  /// Names of the classes; empty if they are not listed.
  var classes: [String] = []
  /// Names of outputs that can be asked for.
  var outputs: [String] = []
  /// Whether counterfactuals can be asked for in a region.
  var takesRegions = false
  /// Names of the tensors of the request.
  var tensors: [String] = []
  /// Columns that hold categories which are not listed.
  var unlistedCategories: [String] = []

  /// What is wrong with what a server says of its columns and classes; nil if an attack can work with it.
  var fault: String? {
    if inputs.count > Self.widthLimit { return "it has \(inputs.count) inputs, more than \(Self.widthLimit)" }
    for (kind, names) in [("input", inputs.map(\.name)), ("class", classes)] {
      var seen = Set<String>()
      for (place, name) in names.enumerated() {
        if name.isEmpty { return "\(kind) \(place + 1) has no name" }
        if !seen.insert(name).inserted {
          return "two of its \(kind == "input" ? "inputs" : "classes") are called '\(name)'"
        }
      }
    }
    for input in inputs {
      if case .category(let levels) = input.kind, Set(levels).count < levels.count {
        return "input '\(input.name)' has a category twice"
      }
    }
    return nil
  }

  /// These facts, whatever dialect they came in.
  ///
  /// - Throws: ``HTTPOracleError/notUnderstood(url:reason:)`` for columns or classes without names of their own, and for
  ///   too many.
  func checked(_ url: String) throws -> ModelFacts {
    if let fault { throw HTTPOracleError.notUnderstood(url: url, reason: fault) }
    return self
  }
}

/// The client's side of a dialect: it writes queries and reads answers.
protocol WireClient: Sendable {
  /// The dialect that is spoken; nil where a template says how to ask.
  var dialect: DialectName? { get }
  /// Where predictions are asked for.
  var url: String { get }
  /// Largest number of rows that fit into one request.
  var batchLimit: Int { get }
  /// A request about rows.
  ///
  /// - Throws: ``RequestTemplateError`` for a template of other columns.
  func request(_ queries: Matrix, _ inputs: [InputColumn], details: AnswerDetails) throws -> WireRequest
  /// The answers in a reply with a good status to a request about `rows` rows.
  ///
  /// - Throws: ``HTTPOracleError/notUnderstood(url:reason:)``.
  func answers(_ reply: JSON, rows: Int) throws -> [RawAnswer]
  /// A reply as JSON; nil if it is none.
  func json(of reply: WireReply) -> JSON?
}

extension WireClient {
  func json(of reply: WireReply) -> JSON? { reply.json }

  /// The value of a column as JSON.
  func json(_ value: Double, _ input: InputColumn) -> JSON {
    if value.isNaN { return .null }
    guard case .category(let levels) = input.kind else { return .number(value) }
    return Int(exactly: value).flatMap { levels.indices.contains($0) ? .string(levels[$0]) : nil }
      ?? .string("unknown")
  }

  func notUnderstood(_ reason: String) -> HTTPOracleError { .notUnderstood(url: url, reason: reason) }

  /// - Throws: ``HTTPOracleError/notUnderstood(url:reason:)`` if a list has another number of answers than wanted.
  func check(_ found: Int, rows: Int) throws {
    guard found == rows else { throw notUnderstood("\(found) answers came to \(rows) queries") }
  }
}

extension JSONWriter {
  /// A row of numbers; a missing one is null. Every one has a point, so that no server takes it for an integer, but where
  /// a column takes whole numbers only: there none has, because some servers take no other for an integer.
  mutating func write(row: Int, of matrix: Matrix, _ inputs: [InputColumn]) {
    raw("[")
    for column in 0..<matrix.columns {
      if column > 0 { raw(",") }
      if inputs[column].isWhole, let whole = Int(exactly: matrix[row, column]) {
        write(whole)
      } else {
        write(matrix[row, column])
      }
    }
    raw("]")
  }

  /// Rows as arrays where all columns are numbers, else as objects.
  mutating func write(rows matrix: Matrix, _ inputs: [InputColumn], _ value: (Double, InputColumn) -> JSON) {
    let isNumeric = inputs.allSatisfy(\.isNumber)
    list(0..<matrix.rows) { writer, row in
      if isNumeric { return writer.write(row: row, of: matrix, inputs) }
      writer.write(
        .object(
          inputs.enumerated().map { .init(name: $1.name, value: value(matrix[row, $0], $1)) }))
    }
  }
}
