import LinearAlgebra
import Querying
import Tabular

/// How a service of no known dialect is asked: by a request with places for the values, and paths to what counts in its
/// answers.
public struct ServiceTemplate: Sendable, Hashable {
  /// The body about one row; nil where the address has the places.
  public var request: RequestTemplate?
  /// The body about several rows, with one place `{rows}` for the requests about each; nil for one row a request.
  public private(set) var batch: BatchTemplate?
  /// Where the answer stands: a label, a number, or the scores of all classes. Of two paths one may lead to the label and
  /// the other to scores. Empty to look for it.
  public var answers: [AnswerPath]

  /// A request about several rows.
  public struct BatchTemplate: Sendable, Hashable {
    let before: String
    let after: String
    /// The text as it was given.
    public var text: String { "\(before){rows}\(after)" }
  }

  /// A template of these texts.
  ///
  /// - Throws: ``RequestTemplateError``.
  public init(
    request: String? = nil, batch: String? = nil, answers: [String] = []
  ) throws(RequestTemplateError) {
    self.request = try Self.request(request)
    self.batch = try Self.batch(batch, of: self.request)
    self.answers = []
    for text in answers { self.answers.append(try AnswerPath(text)) }
  }

  private static func request(_ text: String?) throws(RequestTemplateError) -> RequestTemplate? {
    guard let text else { return nil }
    return try RequestTemplate(text)
  }

  private static func batch(
    _ text: String?, of request: RequestTemplate?
  ) throws(RequestTemplateError) -> BatchTemplate? {
    guard let text else { return nil }
    let ranges = text.ranges(of: "{rows}")
    guard ranges.count == 1 else { throw .noRows(text) }
    if let other = RequestTemplate.places(in: text).first(where: { $0 != "{rows}" }) {
      throw .placeBesideRows(text, place: other)
    }
    let template = BatchTemplate(
      before: String(text[..<ranges[0].lowerBound]), after: String(text[ranges[0].upperBound...]))
    if let request {
      try RequestTemplate.check(template.before + request.sample() + template.after, of: text)
    }
    return template
  }

  /// The options that ask the same way again.
  var options: String {
    var words: [String] = []
    func add(_ option: String, _ text: String) {
      words.append("\(option) '\(text.replacing("'", with: "'\\''"))'")
    }
    if let request { add("--request", request.text) }
    if let batch { add("--batch-request", batch.text) }
    for path in answers { add("--answer", path.text) }
    return words.joined(separator: " ")
  }
}

/// Asks a service by a template.
struct TemplateClient: WireClient {
  let dialect: DialectName? = nil
  let url: String
  let template: ServiceTemplate
  /// The address with places; nil if it has none.
  private let address: RequestTemplate?

  init(url: String, template: ServiceTemplate) {
    self.url = url
    self.template = template
    address = RequestTemplate(address: url)
  }

  /// An address with places is of one row.
  var batchLimit: Int { template.batch == nil || address != nil ? 1 : 1000 }

  /// The names of the columns in the template, and those among them that it quotes.
  var columns: (names: [String], quoted: Set<String>) {
    var seen = Set<String>()
    let names = [address, template.request].flatMap { $0?.names ?? [] }.filter { seen.insert($0).inserted }
    return (names, template.request?.quoted ?? [])
  }

  /// Whether columns without a name have a place.
  var takesAll: Bool { template.request?.takesAll ?? false }

  /// The largest number of a column that is given by its number.
  var largestNumber: Int { max(address?.largestNumber ?? 0, template.request?.largestNumber ?? 0) }

  func request(
    _ queries: Matrix, _ inputs: [InputColumn], details: AnswerDetails
  ) throws -> WireRequest {
    let target = try address?.address(queries, row: 0, inputs) ?? url
    guard let request = template.request else { return WireRequest(method: "GET", url: target) }
    let rows = try (0..<queries.rows).map { try request.body(queries, row: $0, inputs) }
    let body = rows.joined(separator: ",")
    return WireRequest(
      url: target, headers: [("content-type", "application/json")],
      body: Array((template.batch.map { $0.before + body + $0.after } ?? body).utf8))
  }

  func answers(_ reply: JSON, rows: Int) throws -> [RawAnswer] {
    guard template.batch != nil else { return [try answer(in: reply, template.answers)] }
    guard let first = template.answers.first else {
      guard let list = Self.list(in: reply, of: rows) else {
        throw notUnderstood(
          "it has no list of \(rows) answers to as many rows; say where they stand with --answer")
      }
      return try list.map { try answer(in: $0, []) }
    }
    // The first step to all goes over the rows, and what follows belongs to one row.
    let parts = try template.answers.map { path in
      guard let parts = path.parts else {
        throw RequestTemplateError.badPath(
          path.text, reason: "with --batch-request it needs [*] for the rows")
      }
      return parts
    }
    let lists = parts.map { $0.rows.values(in: reply).map(\.value) }
    for list in lists { try check(list.count, rows: rows) }
    return try lists[0].indices.map { row in
      try zip(lists, parts).map { list, part in try self.answer(at: part.row, in: list[row], first.text) }
        .reduce(RawAnswer()) { $0.joined(with: $1) }
    }
  }

  private func answer(in reply: JSON, _ paths: [AnswerPath]) throws -> RawAnswer {
    if paths.isEmpty {
      guard let found = Self.found(in: reply, depth: 0) else {
        throw notUnderstood("no label, number or scores were found in it; say where they stand with --answer")
      }
      return found
    }
    return try paths.reduce(RawAnswer()) { $0.joined(with: try answer(at: $1, in: reply, $1.text)) }
  }

  /// What stands at a path: one value in any of the forms that are known, or the scores of all classes.
  private func answer(at path: AnswerPath, in json: JSON, _ text: String) throws -> RawAnswer {
    let values = path.values(in: json)
    guard let first = values.first else { throw notUnderstood("it has nothing at \(text)") }
    if values.count == 1 { return RawAnswer(prediction: first.value) }
    var answer = RawAnswer()
    answer.scores = values.map { RawAnswer.number(of: $0.value) ?? .nan }
    let names = values.compactMap(\.name)
    if names.count == values.count { answer.scoreNames = names }
    return answer
  }

  /// The first part of a reply that reads as an answer.
  private static func found(in json: JSON, depth: Int) -> RawAnswer? {
    let answer = RawAnswer(prediction: json)
    if answer.isWhole { return answer }
    guard depth < 8 else { return nil }
    let inner = json.members?.map(\.value) ?? json.elements ?? []
    return inner.lazy.filter { $0.members != nil || $0.elements != nil }
      .compactMap { found(in: $0, depth: depth + 1) }.first
  }

  /// The first list of so many elements in a reply.
  private static func list(in json: JSON, of rows: Int) -> [JSON]? {
    if let elements = json.elements, elements.count == rows { return elements }
    let keys = [
      "predictions", "prediction", "outputs", "output", "results", "result", "Results", "scores", "ndarray",
      "data",
    ]
    for key in keys {
      if let found = json[key].flatMap({ list(in: $0, of: rows) }) { return found }
    }
    return json.members?.lazy.compactMap { list(in: $0.value, of: rows) }.first
  }
}

extension RawAnswer {
  /// What two parts of a reply say together.
  fileprivate func joined(with other: RawAnswer) -> RawAnswer {
    var result = self
    result.output = output ?? other.output
    if scores.isEmpty { (result.scores, result.scoreNames) = (other.scores, other.scoreNames) }
    result.confidence = confidence ?? other.confidence
    return result
  }
}
