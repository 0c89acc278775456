import Learning
import LinearAlgebra
import Querying
import Stealing
import Tabular
import Testing

@testable import PredictionAPI

@Suite("What hostile servers say")
struct HostileServerTests {
  private static func json(_ text: String) throws -> JSON {
    try JSONReader.value(of: Array(text.utf8), acceptsNonFinite: true)
  }

  @Test(
    "Answers of another number of rows than was asked about are refused before they are set up",
    arguments: [
      #"{"outputs":[{"name":"predict","shape":[1000000000000000],"data":[]}]}"#,
      #"{"outputs":[{"name":"predict","shape":[2],"data":[]}]}"#,
      #"{"outputs":[{"name":"predict","shape":[2],"data":[1]}]}"#,
      #"{"outputs":[{"name":"predict","shape":[3],"data":[1,2,3]}]}"#,
      #"{"outputs":[{"name":"predict","data":[1,2]}]}"#,
    ])
  func rows(_ text: String) throws {
    let reply = try Self.json(text)
    #expect(throws: HTTPOracleError.self) { try V2Client(url: "u").answers(reply, rows: 2) }
  }

  @Test("Lists of another length are refused in the dialects that answer with lists")
  func lists() throws {
    let reply = try Self.json(#"{"predictions":[1,2,3]}"#)
    #expect(throws: HTTPOracleError.self) { try MLflowClient(url: "u").answers(reply, rows: 2) }
    #expect(throws: HTTPOracleError.self) {
      try InstancesClient(name: .tfserving, url: "u").answers(reply, rows: 2)
    }
    #expect(try MLflowClient(url: "u").answers(reply, rows: 3).count == 3)
  }

  @Test("A width beyond belief is not believed")
  func width() throws {
    let v2 = try Self.json(
      #"{"inputs":[{"name":"x","shape":[-1,1000000000000000],"datatype":"FP64"}]}"#)
    #expect(ServerDetection.v2Facts(v2).width == nil)
    let metadata = { (size: String) in
      try Self.json(
        #"{"metadata":{"signature_def":{"signature_def":{"serving_default":{"inputs":{"x":{"tensor_shape":{"dim":"#
          + #"[{"size":"-1"},{"size":"\#(size)"}]}}}}}}}}"#)
    }
    #expect(ServerDetection.tensorFlowFacts(try metadata("1000000000000000")).width == nil)
    #expect(ServerDetection.tensorFlowFacts(try metadata("64")).width == 64)
  }

  @Test("Two classes of one name are refused, whoever names them")
  func classes() throws {
    var answer = RawAnswer()
    answer.scores = [0.2, 0.3, 0.5]
    answer.scoreNames = ["a", "a", "b"]
    #expect(throws: QueryError.self) { try AnswerReading([answer], facts: ModelFacts(), described: []) }
    var facts = ModelFacts()
    facts.classes = ["a", "b", "a"]
    answer.scoreNames = []
    #expect(throws: QueryError.self) { try AnswerReading([answer], facts: facts, described: []) }
    answer.scoreNames = ["a", "c", "b"]
    let reading = try AnswerReading([answer], facts: ModelFacts(), described: [])
    #expect(reading.target == .classes(["a", "c", "b"]))
  }

  @Test("Classes may be called anything")
  func classNames() throws {
    let answers = ["-9223372036854775808", "-9223372036854775808", "9223372036854775807"].enumerated()
      .map { place, name in
        var answer = RawAnswer()
        answer.output = .string(name)
        answer.scores = (0..<4).map { $0 == place + 1 ? 1 : 0 }
        return answer
      }
    let reading = try AnswerReading(answers, facts: ModelFacts(), described: [])
    #expect(
      reading.target == .classes(["class 0", "class 1", "class 2", "9223372036854775807"]))
  }

  @Test("Columns that a model does not have are dropped from what is said of a node")
  func fields() throws {
    var raw = RawAnswer()
    raw.output = .string("a")
    raw.node = NodeReport(id: 3, fields: [-1, 0, 1, 2, 999])
    let meaning = AnswerMeaning(target: .classes(["a", "b"]), content: .label, columns: 2)
    #expect(try meaning.answer(raw).node == NodeReport(id: 3, fields: [0, 1]))
  }

  @Test("Bounds that are not finite are not taken")
  func bounds() throws {
    let resource = try Self.json(
      #"{"objective_field":"1","model":{"fields":{"0":{"name":"a","optype":"numeric","#
        + #""summary":{"minimum":-Infinity,"maximum":NaN}},"1":{"name":"y"}}}}"#)
    #expect(ServerDetection.bigmlFacts(resource).inputs[0].kind == .number(nil))
    let far = try Self.json(
      #"{"inputs":[{"name":"a","datatype":"FP64","parameters":{"minimum":[-1e308],"maximum":[1e308]}},"#
        + #"{"name":"b","datatype":"FP64"}]}"#)
    #expect(ServerDetection.v2Facts(far).inputs[0].kind == .number(nil))
  }

  @Test("The search for a stamp ends with its task")
  func work() async {
    let search = Task {
      while !Task.isCancelled { await Task.yield() }
      return Hashcash(bits: 200, resource: "r", salt: "s").solved(sha256: WorkGate.sha256)
    }
    search.cancel()
    #expect(await search.value == nil)
  }
}
