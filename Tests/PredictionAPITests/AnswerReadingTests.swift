import LinearAlgebra
import Querying
import Tabular
import Testing

@testable import PredictionAPI

@Suite("What answers of servers mean")
struct AnswerReadingTests {
  private static func answers(_ texts: [String]) throws -> [RawAnswer] {
    try texts.map {
      RawAnswer(prediction: try JSONReader.value(of: Array($0.utf8), depthLimit: 64, acceptsNonFinite: true))
    }
  }

  /// The answers as an attack sees them.
  private static func read(
    _ texts: [String], named: [String] = [], wanted: AnswerContent? = nil, isLinear: Bool? = nil
  ) throws -> (reading: AnswerReading, answers: [Answer]) {
    let raw = try answers(texts)
    let reading = try AnswerReading(
      raw, facts: ModelFacts(), described: named, wanted: wanted, isLinear: isLinear)
    let meaning = AnswerMeaning(target: reading.target, content: reading.content, columns: 1)
    return (reading, try raw.map(meaning.answer))
  }

  @Test(
    "Probabilities come in many forms and mean the same",
    arguments: [
      ["[0.25, 0.75]", "[0.5, 0.5]"], ["[\"0.25\", \"0.75\"]", "[\"0.5\", \" 0.5\"]"],
      ["[[0.25, 0.75]]", "[[0.5, 0.5]]"], ["[25, 75]", "[50, 50]"],
      [#"{"label":"b","probabilities":[0.25,0.75]}"#, #"{"label":"a","probabilities":[0.5,0.5]}"#],
      [
        #"{"prediction":"b","probability":{"a":0.25,"b":0.75}}"#,
        #"{"prediction":"a","probability":{"a":0.5,"b":0.5}}"#,
      ],
      [#"{"predicted_label":"b","score":[0.25,0.75]}"#, #"{"predicted_label":"a","score":[0.5,0.5]}"#],
      [#"{"a":0.25,"b":0.75}"#, #"{"b":0.5,"a":0.5}"#],
      [#"{"prediction":[0.25,0.75]}"#, #"{"prediction":[0.5,0.5]}"#],
      [#"{"output":{"a":0.25,"b":0.75},"ms":3}"#, #"{"output":{"a":0.5,"b":0.5},"ms":2}"#],
      [
        #"[{"label":"b","score":0.75},{"label":"a","score":0.25}]"#,
        #"[{"label":"a","score":0.5},{"label":"b","score":0.5}]"#,
      ],
      [#"{"probabilities":["0.25","0.75"],"label":"b"}"#, #"{"probabilities":[50,50],"label":"a"}"#],
    ])
  func forms(_ texts: [String]) throws {
    let (reading, answers) = try Self.read(texts, named: ["a", "b"])
    #expect(reading.content == .probabilities && reading.target == .classes(["a", "b"]))
    #expect(answers.map(\.probabilities) == [[0.25, 0.75], [0.5, 0.5]])
    #expect(answers.map(\.label) == [1, 0])
  }

  @Test(
    "One number between 0 and 1 a row is the probability of the second class, unless it is linear or asked otherwise"
  )
  func second() throws {
    let texts = ["0.1", "0.9", "0.5"]
    let (reading, answers) = try Self.read(texts)
    #expect(
      reading.target == .classes(["0", "1"]) && reading.notes.contains { $0.contains("--content number") })
    #expect(answers.map(\.probabilities) == [[0.9, 0.1], [1 - 0.9, 0.9], [0.5, 0.5]])
    #expect(answers.map(\.label) == [0, 1, 0])
    #expect(try Self.read(["[0.1]", "[0.9]"]).reading.content == .probabilities)
    #expect(try Self.read(["\"0.1\"", "\"0.9\""]).reading.content == .probabilities)
    #expect(try Self.read(texts, named: ["no", "yes"]).reading.target == .classes(["no", "yes"]))
    #expect(try Self.read(texts, isLinear: true).reading.target == .number)
    let number = try Self.read(texts, wanted: .number)
    #expect(number.reading.target == .number && number.answers.numbers == [0.1, 0.9, 0.5])
    // Numbers beyond 1 are a regression, whole ones labels.
    #expect(try Self.read(["0.1", "1.5"]).reading.target == .number)
    #expect(try Self.read(["0", "1", "1"]).reading.content == .label)
  }

  @Test("Numbers may be written as text")
  func texts() throws {
    let (reading, answers) = try Self.read(["\"1.5\"", "\"-2e3\"", "3.25"])
    #expect(reading.target == .number && answers.numbers == [1.5, -2000, 3.25])
    let (labels, _) = try Self.read(["\"3\"", "\"12\""])
    #expect(labels.content == .label && labels.target == .classes(["3", "12"]))
  }

  @Test(
    "What is empty or no number is said at once",
    arguments: ["NaN", "null", "[0.5, NaN]", "[0.5, null]", "[0.5, \"x\"]", "Infinity", "{}"])
  func nothing(_ text: String) {
    let error = #expect(throws: QueryError.self, "\(text)") { try Self.read(["[0.5, 0.5]", text]) }
    #expect(error?.description.contains("answer 2 of 2") == true)
  }

  @Test("A label with a confidence stays one; a score beside a predicted label is no confidence")
  func confidence() throws {
    let (reading, answers) = try Self.read([
      #"{"label":"a","score":0.8}"#, #"{"label":"b","confidence":0.6}"#,
    ])
    #expect(reading.content == .confidence && answers.map(\.confidence) == [0.8, 0.6])
    let (label, _) = try Self.read([
      #"{"predicted_label":0,"score":0.8}"#, #"{"predicted_label":1,"score":0.9}"#,
    ])
    #expect(label.content == .label)
  }

  @Test("The signature in a complaint of MLflow tells names and types")
  func signature() throws {
    // From mlflow 3.17.2, asked about a column that it does not have.
    let complaint =
      "Failed to enforce schema of data '   0\n0  1' with schema '['Workclass': string (required), 'sex': string "
      + "(required), 'age': long (required), \"it's (odd): x\": double (optional), 'ok': boolean (required)]'. Error: "
      + "Model is missing inputs ['Workclass']."
    let signature = try #require(MLflowSignature(complaint: complaint))
    #expect(signature.columns.map(\.name) == ["Workclass", "sex", "age", "it's (odd): x", "ok"])
    #expect(signature.columns.map(\.isWhole) == [false, false, true, false, true])
    #expect(signature.categories == ["Workclass", "sex"])
    #expect(signature.columns[4].kind == .number(0...1) && signature.columns[2].isOfUnknownRange)
    for other in [
      "", "with schema '[", "with schema '['a': long", "with schema '['a': tensor(int) (required)]'",
    ] {
      #expect(MLflowSignature(complaint: other) == nil, "\(other)")
    }
  }
}
