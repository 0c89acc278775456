import Learning
import LinearAlgebra
import Querying
import Guarding
import Tabular
import Testing

@testable import PredictionAPI

@Suite("What a few answers of a server tell")
struct ServerProbeTests {
  private static func columns(_ count: Int, _ lower: Double, _ upper: Double) -> [InputColumn] {
    (0..<count).map { InputColumn(name: "x\($0)", kind: .number(lower: lower, upper: upper)) }
  }

  /// A tree on the first column alone: two leaves on the two sides of a threshold.
  private static func stump(_ threshold: Double, _ inputs: [InputColumn]) throws -> Pipeline {
    let nodes: [(DecisionTree.Test, Int32, Int32)] = [
      (.atMost(threshold), 1, 2), (.leaf, 0, 0), (.leaf, 0, 0),
    ]
    let tree = try DecisionTree(
      nodes: nodes.map {
        .init(feature: 0, left: $1, right: $2, test: $0, rows: 1, weight: 1, impurity: 0)
      }, values: Matrix([[0.5, 0.5], [0.8, 0.2], [0.3, 0.7]]), featureCount: inputs.count, missing: .stop)
    return try Pipeline(
      features: FeatureEncoder(inputs: inputs, isScaled: false, categories: .codes),
      target: .classes(name: "y", labels: ["no", "yes"]), model: .treeClassifier(TreeClassifier(tree: tree)))
  }

  private static func logistic(_ inputs: [InputColumn]) throws -> Pipeline {
    try Pipeline(
      features: FeatureEncoder(inputs: inputs), target: .classes(name: "y", labels: ["no", "yes"]),
      model: .linearClassifier(
        LinearClassifier(weights: inputs.indices.map { 0.5 + Double($0 % 7) / 8 }, intercept: 0.25)))
  }

  private static func oracle(
    _ pipeline: Pipeline, content: AnswerContent? = nil, guards: [any PreparedGuard] = [],
    ranges: InputDescription?
  ) async throws -> HTTPOracle {
    let service = try Samples.service(
      pipeline, .kserveV1, content: content, guards: guards, describes: false)
    var oracle: HTTPOracle?
    try await ServerSecurityTests.with(service) { port in
      var options = HTTPOracleOptions()
      options.inputs = ranges
      oracle = try await HTTPOracle.connect(url: "127.0.0.1:\(port)", options: options)
    }
    return try #require(oracle)
  }

  @Test(
    "A model that answers in steps is not taken for a server that cuts fractions off",
    arguments: [0.876, 0.9, 0.99, 0.999, 0.5], [(0.0, 1.0), (-1.0, 1.0)])
  func steps(threshold: Double, range: (Double, Double)) async throws {
    let pipeline = try Self.stump(threshold, Self.columns(3, range.0, range.1))
    for content in [AnswerContent.probabilities, .label] {
      let told = try await Self.oracle(
        pipeline, content: content, ranges: .numbers(lower: range.0, upper: range.1))
      #expect(!told.schema.inputs.contains { $0.isWhole }, "\(told.notes)")
    }
  }

  @Test("A server that tells no ranges is asked between -1 and 1, and steps there are seen as such")
  func unknownRanges() async throws {
    let oracle = try await Self.oracle(
      try Self.stump(0.9, Self.columns(2, 0, 1)), ranges: .numbers(lower: -1, upper: 1))
    #expect(!oracle.schema.inputs.contains { $0.isWhole }, "\(oracle.notes)")
  }

  @Test(
    "Fractions that are cut off are seen in narrow ranges too, and in many columns at once",
    arguments: [(3, 0.0, 1.0), (4, -1.0, 1.0), (2, 5.0, 9.0), (40, 0.0, 255.0), (3, -1e6, 1e6)])
  func cut(count: Int, lower: Double, upper: Double) async throws {
    let pipeline = try Self.logistic(Self.columns(count, lower, upper))
    let oracle = try await Self.oracle(
      pipeline, guards: [Cutting(oracle: PipelineOracle(pipeline))],
      ranges: .numbers(lower: lower, upper: upper))
    #expect(oracle.schema.inputs.allSatisfy { $0.isWhole }, "\(oracle.notes)")
    // Every row of the probe is a query that the owner counts.
    #expect(oracle.probedRows <= 320)
  }

  @Test(
    "Missing values are taken where one column of many takes them, wherever that stands", arguments: 0..<3)
  func missing(place: Int) async throws {
    let pipeline = try Self.logistic(Self.columns(3, 0, 1))
    for takes in [[place], []] {
      let oracle = try await Self.oracle(
        pipeline, guards: [Missing(takes: Set(takes))], ranges: .numbers(lower: 0, upper: 1))
      #expect(oracle.capabilities.acceptsMissing == !takes.isEmpty)
    }
  }

  @Test("Columns that were not left out are said not to be tried")
  func missingUntried() async throws {
    let oracle = try await Self.oracle(
      try Self.logistic(Self.columns(40, 0, 1)), guards: [Missing(takes: [])],
      ranges: .numbers(lower: 0, upper: 1))
    #expect(!oracle.capabilities.acceptsMissing)
    #expect(oracle.notes.contains { $0.contains("16 of 40 columns") && $0.contains("not tried") })
  }

  @Test("A server that refuses all fractions takes a few requests, however many columns it has")
  func refused() async throws {
    let pipeline = try Self.logistic(Self.columns(200, 0, 16))
    let oracle = try await Self.oracle(
      pipeline, guards: [Refusing(whole: Set(0..<200))], ranges: .numbers(lower: 0, upper: 16))
    #expect(oracle.schema.inputs.allSatisfy { $0.isWhole })
    #expect(oracle.probedRows < 120, "\(oracle.probedRows)")
    #expect(oracle.notes.contains { $0.contains("tried one by one") }, "\(oracle.notes)")
  }

  @Test("Of few columns all are tried, and of many as many as the requests allow", arguments: [20, 200])
  func refusedSome(count: Int) async throws {
    let whole = Set((0..<count).filter { $0 % 2 == 0 })
    let oracle = try await Self.oracle(
      try Self.logistic(Self.columns(count, 0, 16)), guards: [Refusing(whole: whole)],
      ranges: .numbers(lower: 0, upper: 16))
    #expect(oracle.probedRows < 420, "\(oracle.probedRows)")
    let found = Set(oracle.schema.inputs.indices.filter { oracle.schema.inputs[$0].isWhole })
    #expect(found.isSuperset(of: whole))
    if count == 20 { #expect(found == whole) }
    #expect(found == whole || oracle.notes.contains { $0.contains("not told apart yet") })
  }

  @Test("Names of columns and classes are checked in all dialects")
  func names() throws {
    func json(_ text: String) throws -> JSON { try JSONReader.value(of: Array(text.utf8)) }
    let twice = [
      ServerDetection.v2Facts(
        try json(
          #"{"inputs":[{"name":"a","datatype":"FP64","shape":[-1,1]},{"name":"a","datatype":"FP64","shape":[-1,1]}]}"#
        )),
      ServerDetection.bigmlFacts(
        try json(#"{"model":{"fields":{"000000":{"name":"a"},"000001":{"name":"a"}}}}"#)),
      ServerDetection.amazonFacts(
        try json(
          #"{"Schema":"{\"attributes\":[{\"attributeName\":\"a\",\"attributeType\":\"NUMERIC\"},{\"attributeName\":\"a\",\"attributeType\":\"NUMERIC\"}]}"}"#
        )),
    ]
    for facts in twice {
      #expect(facts.inputs.count == 2)
      let error = #expect(throws: HTTPOracleError.self) { try facts.checked("u") }
      #expect(error?.description.contains("two of its inputs are called 'a'") == true)
    }
    let nameless = ServerDetection.amazonFacts(
      try json(#"{"Schema":"{\"attributes\":[{\"attributeType\":\"NUMERIC\"}]}"}"#))
    let error = #expect(throws: HTTPOracleError.self) { try nameless.checked("u") }
    #expect(error?.description.contains("input 1 has no name") == true)
    var wide = ModelFacts()
    wide.inputs = (0...ModelFacts.widthLimit).map { DescribedColumn(name: "x\($0)", kind: .number(nil)) }
    #expect(wide.fault?.contains("100000") == true)
    var classes = ModelFacts()
    classes.classes = ["a", "b", "a"]
    #expect(classes.fault == "two of its classes are called 'a'")
    #expect(ModelFacts().fault == nil)
  }
}

/// Cuts fractions off in all columns.
private struct Cutting: PreparedGuard {
  let oracle: PipelineOracle

  func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities { offered }

  func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] {
    try oracle.answers(
      Matrix(
        rows: queries.rows, columns: queries.columns,
        elements: queries.elements.map { $0.rounded(.towardZero) }))
  }
}

/// Takes missing values in some columns only.
private struct Missing: PreparedGuard {
  let takes: Set<Int>

  func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities { offered }

  func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] {
    for row in 0..<queries.rows {
      for column in 0..<queries.columns where queries[row, column].isNaN && !takes.contains(column) {
        throw QueryError.refused("a value is missing")
      }
    }
    return answers
  }
}

/// Refuses fractions in some columns.
private struct Refusing: PreparedGuard {
  let whole: Set<Int>

  func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities { offered }

  func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] {
    for row in 0..<queries.rows {
      for column in whole where queries[row, column] != queries[row, column].rounded() {
        throw QueryError.refused("no whole number")
      }
    }
    return answers
  }
}
