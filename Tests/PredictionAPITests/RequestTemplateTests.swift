import LinearAlgebra
import Tabular
import Testing

@testable import PredictionAPI

@Suite("Templates of requests")
struct RequestTemplateTests {
  private static let inputs = [
    InputColumn(name: "age", kind: .number(lower: 0, upper: 99), isWhole: true),
    InputColumn(name: "ward", kind: .category(levels: ["A", "B \"x\""])),
    InputColumn(name: "b.p", kind: .number(lower: 0, upper: 1)),
  ]

  @Test(
    "Values stand where their places are, as JSON or within strings",
    arguments: [
      (#"{"age":{age},"ward":"{ward}"}"#, [35, 1, 0.5], #"{"age":35,"ward":"B \"x\""}"#),
      (#"{"age":"{age}","ward":{ward}}"#, [35, 0, 0.5], #"{"age":"35","ward":"A"}"#),
      (#"{"id":"p-{age}/{ward}","x":[{b.p}]}"#, [35, 0, 0.5], #"{"id":"p-35/A","x":[0.5]}"#),
      (#"{"f":[{*}]}"#, [1, 0, 0.25], #"{"f":[1,"A",0.25]}"#),
      (#"{"f":{{**}}}"#, [1, 0, 0.25], #"{"f":{"age":1,"ward":"A","b.p":0.25}}"#),
      (#"[{#3},{#1}]"#, [7, 0, 2], "[2.0,7]"),
      (#"{"age":{age},"ward":"{ward}"}"#, [Double.nan, .nan, 0], #"{"age":null,"ward":null}"#),
      (#"{"a":{},"b":{"c":{age}}}"#, [3, 0, 0], #"{"a":{},"b":{"c":3}}"#),
    ])
  func bodies(text: String, row: [Double], body: String) throws {
    let template = try RequestTemplate(text)
    #expect(try template.body(Matrix([row]), row: 0, Self.inputs) == body)
  }

  @Test("An address escapes its values; one without places is no template")
  func addresses() throws {
    let template = try #require(RequestTemplate(address: "http://h/p?age={age}&w={ward}"))
    #expect(template.names == ["age", "ward"])
    #expect(
      try template.address(Matrix([[4, 1, 0]]), row: 0, Self.inputs) == "http://h/p?age=4&w=B%20%22x%22")
    #expect(RequestTemplate(address: "http://h/p?key=1") == nil)
  }

  @Test("A request without a place, no JSON, a strange column or no {rows} is refused in one sentence")
  func refusals() throws {
    #expect(throws: RequestTemplateError.noPlace("{}")) { _ = try RequestTemplate("{}") }
    #expect(throws: RequestTemplateError.self) { _ = try RequestTemplate(#"{"a":{age}"#) }
    #expect(throws: RequestTemplateError.unknownColumn("agee", known: ["age", "ward", "b.p"])) {
      _ = try RequestTemplate("[{agee}]").body(Matrix([[1, 0, 0]]), row: 0, Self.inputs)
    }
    #expect(throws: RequestTemplateError.unknownColumn("#4", known: ["age", "ward", "b.p"])) {
      _ = try RequestTemplate("[{#4}]").body(Matrix([[1, 0, 0]]), row: 0, Self.inputs)
    }
    for text in ["[]", "[{rows},{rows}]"] {
      #expect(throws: RequestTemplateError.noRows(text)) {
        _ = try ServiceTemplate(request: "[{*}]", batch: text)
      }
    }
    for (text, place) in [
      (#"{"id":{age},"rows":[{rows}]}"#, "{age}"), ("[{rows},{*}]", "{*}"), ("[[{**}],{rows}]", "{**}"),
      ("[{#2},{rows}]", "{#2}"), (#"{"a":"{ward}","r":[{rows}]}"#, "{ward}"),
    ] {
      #expect(throws: RequestTemplateError.placeBesideRows(text, place: place)) {
        _ = try ServiceTemplate(request: "[{*}]", batch: text)
      }
    }
    #expect(throws: RequestTemplateError.self) { _ = try ServiceTemplate(request: "[{*}]", batch: "[{rows}") }
    #expect(throws: RequestTemplateError.self) {
      _ = try ServiceTemplate(request: "[{*}]", batch: "\"{rows}\"x")
    }
  }

  @Test(
    "A path leads to the values that RFC 9535 says",
    arguments: [
      ("$", ["{\"a\":[1,2,{\"b\":\"x\"}],\"c d\":{\"e\":4}}"]), ("$.a[0]", ["1"]), ("$.a[-1].b", ["\"x\""]),
      ("$['c d'].e", ["4"]), ("$[\"c d\"].*", ["4"]), ("$.a[*]", ["1", "2", "{\"b\":\"x\"}"]),
      ("$.a[3]", []), ("$.c", []), ("$.a.b", []),
    ])
  func paths(text: String, values: [String]) throws {
    let json = try JSONReader.value(of: Array(#"{"a":[1,2,{"b":"x"}],"c d":{"e":4}}"#.utf8))
    let found = try AnswerPath(text).values(in: json).map { String(decoding: $0.value.bytes, as: UTF8.self) }
    #expect(found == values)
  }

  @Test("Scores are named by the members that a path goes over, not by what it takes from each")
  func names() throws {
    let json = try JSONReader.value(of: Array(#"{"a":{"x":{"p":1},"y":{"p":2}},"b":[{"p":1}]}"#.utf8))
    #expect(try AnswerPath("$.a.*.p").values(in: json).map(\.name) == ["x", "y"])
    #expect(try AnswerPath("$.a.*").values(in: json).map(\.name) == ["x", "y"])
    #expect(try AnswerPath("$.b[*].p").values(in: json).map(\.name) == [nil])
  }

  @Test("A path that is none is refused", arguments: ["a", "$a", "$.", "$[", "$[x]", "$['a", "$..a"])
  func badPaths(text: String) {
    #expect(throws: RequestTemplateError.self) { _ = try AnswerPath(text) }
  }
}
