import Learning
import LinearAlgebra
import Querying
import Tabular

/// Real-time predictions of Amazon Machine Learning: one row per request, a record of strings from which columns may
/// be left out.
struct AmazonDialect: WireDialect {
  static let prefix = "AmazonML_20141212."
  private static let type = "application/x-amz-json-1.1"

  func endpoint(
    _ path: [Substring], _ request: APIRequest, _ models: ModelList
  ) throws(APIError) -> Endpoint? {
    // Anybody may look at the root of a service; only one that names an operation speaks this dialect.
    let isLook = ["GET", "HEAD"].contains(request.method) && request.headers["x-amz-target"] == nil
    guard path.isEmpty, !isLook else { return nil }
    guard request.method == "POST" else { return .prediction(models.first, .rows) }
    guard let target = request.headers["x-amz-target"], target.hasPrefix(Self.prefix) else {
      throw .invalid("the header X-Amz-Target must be \(Self.prefix)Predict or another operation")
    }
    switch target.dropFirst(Self.prefix.count) {
    case "Predict": return .prediction(try Self.model(of: request, models), .rows)
    case "DescribeMLModels":
      return .facts(method: "POST") {
        APIReply(
          .object([
            "Results": .array(
              models.all.map { .object(["MLModelId": .string($0.name), "Status": .string("COMPLETED")]) })
          ]))
      }
    case "GetMLModel":
      let model = try Self.model(of: request, models)
      return .facts(method: "POST") { APIReply(Self.resource(model)) }
    default: throw APIError(400, "operation '\(target.prefix(60))' is not known")
    }
  }

  private static func model(of request: APIRequest, _ models: ModelList) throws(APIError) -> ServedModel {
    guard let body = try? JSONReader.value(of: request.body), let name = body["MLModelId"]?.string else {
      return models.first
    }
    return try models.named(name[...])
  }

  /// A model with its schema, which Amazon gives as JSON in a string.
  private static func resource(_ model: ServedModel) -> JSON {
    let attributes = (model.describesInputs ? model.schema.inputs : []).map { input -> JSON in
      var members: [JSON.Member] = [
        .init(name: "attributeName", value: .string(input.name)),
        .init(name: "attributeType", value: .string(input.isNumber ? "NUMERIC" : "CATEGORICAL")),
      ]
      switch input.kind {
      case .number:
        if let range = model.toldRange(of: input) {
          members.append(.init(name: "range", value: .numbers([range.lowerBound, range.upperBound])))
        }
      case .category(let levels): members.append(.init(name: "categories", value: .strings(levels)))
      }
      return .object(members)
    }
    let schema: JSON = .object([
      "version": .string("1.0"),
      "targetAttributeName": .string(model.describesInputs ? model.targetName : "target"),
      "attributes": .array(attributes),
      "classes": .strings(model.describesInputs ? model.schema.classes : []),
    ])
    return .object([
      "MLModelId": .string(model.name), "Status": .string("COMPLETED"), "MLModelType": .string(kind(model)),
      "Schema": .string(String(decoding: schema.bytes, as: UTF8.self)),
    ])
  }

  private static func kind(_ model: ServedModel) -> String {
    switch model.schema.classCount {
    case 0: "REGRESSION"
    case 2: "BINARY"
    default: "MULTICLASS"
    }
  }

  func call(
    _ request: APIRequest, _ layout: CallLayout, to model: ServedModel, limit: RowLimit
  ) throws(APIError) -> PredictionCall {
    let body = try json(request)
    guard body["MLModelId"]?.string != nil else { throw .invalid("expected 'MLModelId'") }
    guard let record = body["Record"]?.members else {
      throw .invalid("expected 'Record', an object of strings")
    }
    guard record.allSatisfy({ $0.value.string != nil }) else {
      throw .invalid("the values of 'Record' must be strings")
    }
    let row = try model.row(record)
    return PredictionCall(queries: Matrix(rows: 1, columns: row.count, elements: row))
  }

  func reply(_ answers: [Answer], to call: PredictionCall, of model: ServedModel) -> APIReply {
    let answer = answers[0]
    var members: [JSON.Member] = []
    if let label = answer.label {
      let name = model.schema.classes[label]
      members.append(.init(name: "predictedLabel", value: .string(name)))
      if !answer.probabilities.isEmpty {
        members.append(
          .init(
            name: "predictedScores",
            value: .object(
              zip(model.schema.classes, answer.probabilities).map { .init(name: $0, value: .number($1)) })))
      } else if let confidence = answer.confidence {
        members.append(.init(name: "predictedScores", value: .object([name: .number(confidence)])))
      }
    } else {
      members.append(.init(name: "predictedValue", value: .number(answer.number ?? .nan)))
    }
    members.append(
      .init(
        name: "details",
        value: .object(["Algorithm": .string("SGD"), "PredictiveModelType": .string(Self.kind(model))])))
    return APIReply(contentType: Self.type, body: JSON.object(["Prediction": .object(members)]).bytes)
  }

  func reply(_ error: APIError) -> APIReply {
    let name =
      switch error.status {
      case 401, 403: "AccessDeniedException"
      case 404: "ResourceNotFoundException"
      case 429: "LimitExceededException"
      case 500...: "InternalServerException"
      default: "InvalidInputException"
      }
    return APIReply(
      status: error.status, contentType: Self.type,
      body: JSON.object(["__type": .string(name), "message": .string(error.message)]).bytes)
  }
}
