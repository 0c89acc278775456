import LinearAlgebra
import Querying
import Tabular
import Testing

@testable import PredictionAPI

extension PassedFields {
  /// Before a service without guards and detectors, and before one with them.
  static let singles = PassedFields(names: [], takesSingles: true)
  static let none = PassedFields(names: [], takesSingles: false)
}

@Suite("Requests read backwards")
struct UpstreamPatternTests {
  private static let inputs = [
    InputColumn(name: "age", kind: .number(lower: 0, upper: 90), isWhole: true),
    InputColumn(name: "dose", kind: .number(lower: -1, upper: 1)),
    InputColumn(name: "ward", kind: .category(levels: ["A", "B \"x\"", "ü,7"])),
    InputColumn(name: "on", kind: .number(lower: 0, upper: 1)),
  ]

  /// All kinds of places, alone and among others.
  private static let templates: [(request: String, batch: String?)] = [
    (#"{"age":{age},"dose":{dose},"ward":"{ward}","on":{on}}"#, nil),
    (#"{"a":{"b":[{age},{dose}]},"w":["{ward}",{on}],"k":[1,"x",null,{"y":true}]}"#, nil),
    (#"{"features":[{*}],"version":3}"#, nil), (#"[{*}]"#, nil), (#"[0,{*},"end"]"#, nil),
    (#"{"record":{{**}}}"#, nil), (#"{"r":{"id":"7",{**}}}"#, nil),
    (#"{"x":[{#1},{#2},{#3},{#4}]}"#, nil), (#"{"a":{#1},"b":"{#2}","w":"{ward}","d":"{on}"}"#, nil),
    (#"{"text":"age {age}; dose {dose}; ward [{ward}]; on {on}."}"#, nil),
    (#"{"age":{age},"dose":{dose},"ward":"{ward}","on":{on}}"#, #"{"rows":[{rows}]}"#),
    (#"[{*}]"#, #"{"v":1,"instances":[{rows}]}"#), (#"{{**}}"#, #"[{rows}]"#),
  ]

  private static func model() throws -> ServedModel {
    try ServedModel(name: "m", oracle: PipelineOracle(Samples.softmax()))
  }

  /// The places of columns, as a served model finds them.
  private static func row(_ found: FoundValues) throws -> [Double] {
    var row = [Double](repeating: .nan, count: inputs.count)
    func set(_ place: Int, _ json: JSON) throws {
      let text = try #require(RawAnswer.text(of: json) ?? (json == .null ? "" : nil))
      if text.isEmpty { return }
      if case .category(let levels) = inputs[place].kind {
        row[place] = Double(try #require(levels.firstIndex(of: text)))
      } else {
        row[place] = try #require(Double(text))
      }
    }
    if let all = found.all {
      #expect(all.count == inputs.count)
      for (place, value) in all.enumerated() { try set(place, value) }
    }
    for (column, value) in found.placed {
      switch column {
      case .name(let name): try set(try #require(inputs.firstIndex { $0.name == name }), value)
      case .number(let place): try set(place, value)
      }
    }
    for member in found.named {
      if let place = inputs.firstIndex(where: { $0.name == member.name }) { try set(place, member.value) }
    }
    return row
  }

  @Test("What a template writes is read back, for every kind of template and rows with missing values")
  func inverse() throws {
    var random = RandomStream(seed: 11)
    let schema = QuerySchema(inputs: Self.inputs, target: .number)
    for (request, batch) in Self.templates {
      let template = try ServiceTemplate(request: request, batch: batch)
      let client = TemplateClient(url: "http://h/p", template: template)
      let pattern = try BodyPattern(try #require(template.request), batch: template.batch)
      for round in 0..<40 {
        var rows = schema.uniformRows(batch == nil ? 1 : 1 + round % 5, using: &random)
        // Within a text a missing value is an empty one.
        if round.isMultiple(of: 3) { rows[0, round % 4] = .nan }
        let body = try client.request(rows, Self.inputs, details: []).body
        let found = try pattern.values(JSONReader.value(of: body), limit: 10, passed: .singles)
        #expect(found.count == rows.rows)
        for (index, values) in found.enumerated() {
          let read = try Self.row(values)
          #expect(
            zip(read, rows.row(index)).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }, "\(request) \(read)")
        }
      }
    }
  }

  @Test("What an address writes is read back, in any order of the query")
  func addresses() throws {
    var random = RandomStream(seed: 12)
    let schema = QuerySchema(inputs: Self.inputs, target: .number)
    for url in [
      "http://h/q?a={age}&d={dose}&w={ward}&on={on}&v=2", "http://h/m/{ward}/x/{age}?d={dose}&o=is%20{on}",
    ] {
      let pattern = try AddressPattern(url)
      let client = TemplateClient(url: url, template: try ServiceTemplate())
      for _ in 0..<40 {
        let rows = schema.uniformRows(1, using: &random)
        let target = try client.request(rows, Self.inputs, details: []).url.dropFirst("http://h".count)
        let halves = target.split(separator: "?")
        let steps = PredictionService.parts(of: String(halves[0]))
        #expect(pattern.matches(path: steps))
        var found = FoundValues()
        let query = halves[1].split(separator: "&").reversed().joined(separator: "&")
        try pattern.values(path: steps, query: query, passed: .none, &found)
        #expect(try Self.row(found) == rows.row(0))
        // What is written anew reads the same.
        var again = FoundValues()
        try pattern.values(
          path: PredictionService.parts(of: pattern.filled(with: steps)),
          query: AddressPattern.rewritten(query), passed: .none, &again)
        #expect(try Self.row(again) == rows.row(0))
      }
      #expect(!pattern.matches(path: ["q", "more"]) && !pattern.matches(path: ["other"]))
    }
    var found = FoundValues()
    let pattern = try AddressPattern("http://h/q?a={age}&v=2")
    for query in ["a=1&a=2&v=2", "a=1&%61=2&v=2", "a=1", "a=1&v=3"] {
      #expect(throws: APIError.self, "\(query)") {
        try pattern.values(path: ["q"], query: query, passed: .singles, &found)
      }
    }
  }

  @Test(
    "A body that is not of the template's form is refused",
    arguments: [
      #"{"x":{"age":1,"ward":"A"}}"#, #"[1]"#, #"{"age":[1],"ward":"A","k":1}"#,
      #"{"age":1,"ward":{"a":1},"k":1}"#,
      #"{"age":1,"ward":"A","k":2}"#, #"{"age":1,"ward":"A"}"#,
      #"{"age":1,"ward":"A","k":1,"rows":[[1],[2]]}"#,
      #"{"age":1,"ward":"A","k":1,"more":{"age":2}}"#, "7", "null",
    ])
  func refused(_ body: String) throws {
    let template = try RequestTemplate(#"{"age":{age},"ward":"{ward}","k":1}"#)
    let pattern = try BodyPattern(template, batch: nil)
    let error = #expect(throws: APIError.self) {
      try pattern.values(JSONReader.value(of: Array(body.utf8)), limit: 10, passed: .singles)
    }
    #expect(error?.status == 422)
  }

  @Test(
    "Single values beside the template's are let through; a batch has at least one row and no more than allowed"
  )
  func limits() throws {
    let template = try ServiceTemplate(request: #"{"age":{age}}"#, batch: #"{"rows":[{rows}]}"#)
    let pattern = try BodyPattern(try #require(template.request), batch: template.batch)
    func count(_ text: String) throws -> Int {
      try pattern.values(JSONReader.value(of: Array(text.utf8)), limit: 2, passed: .singles).count
    }
    #expect(try count(#"{"rows":[{"age":1},{"age":2,"note":"x"}],"id":"7"}"#) == 2)
    #expect(throws: APIError.unfit("it has no rows")) { try count(#"{"rows":[]}"#) }
    let many = #expect(throws: APIError.self) { try count(#"{"rows":[{},{},{}]}"#) }
    #expect(many?.status == 413)
  }

  @Test(
    "Templates whose values could not be told apart are refused at the start",
    arguments: [#"{"t":"{a}{b}"}"#, #"[{*},{*}]"#, #"{"a":{a},"a":{b}}"#])
  func ambiguous(_ text: String) throws {
    #expect(throws: RequestTemplateError.noInverse(text)) {
      try BodyPattern(try RequestTemplate(text), batch: nil)
    }
  }

  @Test("A name that stands twice is found in any depth")
  func repeated() throws {
    for (text, name) in [
      (#"{"a":1,"b":{"c":[{"x":1,"x":2}]}}"#, "x"), (#"{"rows":[1],"rows":[2]}"#, "rows"),
      (#"{"a":1,"\u0061":2}"#, "a"), (#"{"a":{"b":1},"c":{"b":1}}"#, nil),
    ] { #expect(try JSONReader.value(of: Array(text.utf8)).repeatedName == name) }
  }

  @Test("Values are changed at their places and every other byte stays")
  func changes() throws {
    let text = #" { "a\"b" : [ 1.50 , "x:y" ,{"c" : null}], "d":true,"é":"\\\"" } "#
    let spans = MarkedDocument.spans(of: Array(text.utf8)).map {
      String(decoding: Array(text.utf8)[$0], as: UTF8.self)
    }
    #expect(spans == ["1.50", #""x:y""#, "null", "true", #""\\\"""#])
    let changed = MarkedDocument.changed(Array(text.utf8), [0: Array("2".utf8), 3: Array("false".utf8)])
    #expect(
      String(decoding: changed, as: UTF8.self)
        == #" { "a\"b" : [ 2 , "x:y" ,{"c" : null}], "d":false,"é":"\\\"" } "#)
    let marked = MarkedDocument(try JSONReader.value(of: Array(text.utf8)))
    #expect(marked.values.count == spans.count)
  }
}
