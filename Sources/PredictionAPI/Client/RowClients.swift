import LinearAlgebra
import Querying
import Tabular

/// Asks servers that take `{"instances":[…]}`: KServe's first protocol and TensorFlow Serving.
struct InstancesClient: WireClient {
  let dialect: DialectName?
  let url: String
  let batchLimit = 1000

  func request(_ queries: Matrix, _ inputs: [InputColumn], details: AnswerDetails) -> WireRequest {
    var writer = JSONWriter(reserving: 64 + queries.elements.count * 20)
    writer.raw("{\"instances\":")
    writer.write(rows: queries, inputs, json)
    writer.raw("}")
    return WireRequest(url: url, headers: [("content-type", "application/json")], body: writer.bytes)
  }

  func answers(_ reply: JSON, rows: Int) throws -> [RawAnswer] {
    guard let list = reply["predictions"]?.elements ?? Self.rows(ofOutputs: reply["outputs"]) else {
      throw notUnderstood("it has no 'predictions'")
    }
    try check(list.count, rows: rows)
    return list.map(RawAnswer.init(prediction:))
  }

  /// The rows of what TensorFlow Serving answers to columns: one output, or several by their names.
  private static func rows(ofOutputs outputs: JSON?) -> [JSON]? {
    guard let members = outputs?.members, let first = members.first else { return outputs?.elements }
    if members.count == 1 { return first.value.elements }
    let columns = members.map { (name: $0.name, values: $0.value.elements ?? []) }
    let count = columns[0].values.count
    guard columns.allSatisfy({ $0.values.count == count }) else { return nil }
    return (0..<count).map { row in
      .object(columns.map { JSON.Member(name: $0.name, value: $0.values[row]) })
    }
  }
}

/// Asks scoring servers of MLflow.
struct MLflowClient: WireClient {
  /// How rows are written.
  enum Form: Sendable, CaseIterable { case inputs, split, records }

  let dialect: DialectName? = .mlflow
  let url: String
  let batchLimit = 1000
  var form = Form.inputs
  /// Whether the columns have names that the server knows.
  var isNamed = false

  func request(_ queries: Matrix, _ inputs: [InputColumn], details: AnswerDetails) -> WireRequest {
    var writer = JSONWriter(reserving: 64 + queries.elements.count * 20)
    switch form {
    case .inputs:
      writer.raw("{\"inputs\":")
      writer.list(0..<queries.rows) { $0.write(row: $1, of: queries, inputs) }
    case .split:
      writer.raw("{\"dataframe_split\":{\"columns\":")
      writer.list(inputs.indices) { writer, column in
        if isNamed { writer.write(inputs[column].name) } else { writer.write(column) }
      }
      writer.raw(",\"data\":")
      writer.list(0..<queries.rows) { writer, row in
        writer.list(inputs.indices) { $0.write(json(queries[row, $1], inputs[$1])) }
      }
      writer.raw("}")
    case .records:
      writer.raw("{\"dataframe_records\":")
      writer.list(0..<queries.rows) { writer, row in
        writer.write(
          .object(inputs.enumerated().map { .init(name: $1.name, value: json(queries[row, $0], $1)) }))
      }
    }
    writer.raw("}")
    return WireRequest(url: url, headers: [("content-type", "application/json")], body: writer.bytes)
  }

  func answers(_ reply: JSON, rows: Int) throws -> [RawAnswer] {
    // MLflow answers `{"predictions":[…]}`, SageMaker's containers with the array alone or with objects.
    guard let list = (reply["predictions"] ?? reply).elements else {
      throw notUnderstood("it has no 'predictions'")
    }
    try check(list.count, rows: rows)
    return list.map(RawAnswer.init(prediction:))
  }
}

/// Asks servers of BigML, one row per request.
struct BigMLClient: WireClient {
  let dialect: DialectName? = .bigml
  let url: String
  let batchLimit = 1
  /// Name of the model.
  let model: String

  func request(_ queries: Matrix, _ inputs: [InputColumn], details: AnswerDetails) -> WireRequest {
    let row = inputs.enumerated().filter { !queries[0, $0.offset].isNaN }
    let data: [JSON.Member] = row.map {
      .init(name: $0.element.name, value: json(queries[0, $0.offset], $0.element))
    }
    let body: JSON = .object(["model": .string("model/\(model)"), "input_data": .object(data)])
    return WireRequest(url: url, headers: [("content-type", "application/json")], body: body.bytes)
  }

  func answers(_ reply: JSON, rows: Int) throws -> [RawAnswer] {
    guard let output = reply["prediction"]?.members?.first?.value ?? reply["output"] else {
      throw notUnderstood("it has no 'prediction'")
    }
    var answer = RawAnswer()
    answer.output = output
    answer.confidence = RawAnswer.number(of: reply["confidence"])
    for pair in reply["probabilities"]?.elements ?? [] {
      guard let parts = pair.elements, parts.count == 2, let name = RawAnswer.text(of: parts[0]),
        let score = RawAnswer.number(of: parts[1])
      else { continue }
      answer.scoreNames.append(name)
      answer.scores.append(score)
    }
    if let node = reply["node"]?.count {
      let fields = reply["fields"]?.members?.compactMap { $0.value["column_number"]?.count } ?? []
      answer.node = NodeReport(id: node, fields: fields.sorted())
    }
    return [answer]
  }
}

/// Asks servers of Amazon Machine Learning, one row per request.
struct AmazonClient: WireClient {
  let dialect: DialectName? = .amazon
  let url: String
  let batchLimit = 1
  /// Name of the model.
  let model: String

  /// A call of one of the service's operations.
  static func call(_ operation: String, _ url: String, _ body: JSON) -> WireRequest {
    WireRequest(
      url: url,
      headers: [
        ("content-type", "application/x-amz-json-1.1"), ("x-amz-target", AmazonDialect.prefix + operation),
      ], body: body.bytes)
  }

  func request(_ queries: Matrix, _ inputs: [InputColumn], details: AnswerDetails) -> WireRequest {
    let record: [JSON.Member] = inputs.enumerated().compactMap { column, input in
      let value = queries[0, column]
      if value.isNaN { return nil }
      let text = json(value, input)
      return .init(name: input.name, value: .string(text.string ?? "\(value)"))
    }
    return Self.call(
      "Predict", url,
      .object([
        "MLModelId": .string(model), "Record": .object(record), "PredictEndpoint": .string(url),
      ]))
  }

  func answers(_ reply: JSON, rows: Int) throws -> [RawAnswer] {
    guard let prediction = reply["Prediction"] else { throw notUnderstood("it has no 'Prediction'") }
    var answer = RawAnswer()
    answer.output = prediction["predictedLabel"] ?? prediction["predictedValue"]
    let scores = prediction["predictedScores"]?.members ?? []
    if scores.count == 1 {
      answer.confidence = RawAnswer.number(of: scores[0].value)
    } else {
      answer.scoreNames = scores.map(\.name)
      answer.scores = scores.map { RawAnswer.number(of: $0.value) ?? .nan }
    }
    return [answer]
  }
}
