import LinearAlgebra
import Querying
import Tabular

/// Asks services that take and give rows as CSV, without a header.
struct CSVClient: WireClient {
  let dialect: DialectName? = nil
  let url: String
  let batchLimit = 1000

  func request(_ queries: Matrix, _ inputs: [InputColumn], details: AnswerDetails) -> WireRequest {
    var text = ""
    for row in 0..<queries.rows {
      text += inputs.indices.map { Self.field(queries[row, $0], inputs[$0]) }.joined(separator: ",") + "\n"
    }
    return WireRequest(url: url, headers: [("content-type", "text/csv")], body: Array(text.utf8))
  }

  private static func field(_ value: Double, _ input: InputColumn) -> String {
    let text = input.text(of: value) ?? ""
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }

  /// The lines of a reply, each a list of its fields.
  func json(of reply: WireReply) -> JSON? {
    if let json = reply.json, json.elements != nil || json.members != nil { return json }
    guard let text = String(validating: reply.body, as: UTF8.self) else { return nil }
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      JSON.array(
        line.split(separator: ",", omittingEmptySubsequences: false).map { field in
          let field = field.trimmedASCII
          return Double(field).map(JSON.number) ?? .string(String(field))
        })
    }
    return lines.isEmpty ? nil : .array(lines)
  }

  func answers(_ reply: JSON, rows: Int) throws -> [RawAnswer] {
    guard var list = (reply["predictions"] ?? reply).elements else { throw notUnderstood("it is no list") }
    // Some containers give the answers to all rows in one line.
    if list.count == 1, rows > 1, let fields = list[0].elements, fields.count == rows { list = fields }
    try check(list.count, rows: rows)
    return list.map(RawAnswer.init(prediction:))
  }
}
