import Learning
import LinearAlgebra
import Querying
import Tabular

/// Predictions of BigML: one row per request, columns that may be left out, and the confidence of a tree's leaf,
/// which is Wilson's lower bound, with five decimals.
struct BigMLDialect: WireDialect {
  func endpoint(
    _ path: [Substring], _ request: APIRequest, _ models: ModelList
  ) throws(APIError) -> Endpoint? {
    let path = path.first == "andromeda" || path.first == "dev" ? Array(path.dropFirst()) : path
    switch (path.first, path.count) {
    case ("model", 1): return .facts(method: "GET") { APIReply(Self.list(models)) }
    case ("model", 2):
      let model = try models.named(path[1])
      return .facts(method: "GET") { APIReply(Self.resource(model)) }
    case ("prediction", 1):
      // The model's name stands in the body.
      return .prediction(try Self.model(of: request, models), .rows)
    default: return nil
    }
  }

  /// The model that a body names; the first if there is no body that can be read, whose error comes later.
  private static func model(of request: APIRequest, _ models: ModelList) throws(APIError) -> ServedModel {
    guard let body = try? JSONReader.value(of: request.body), let name = body["model"]?.string else {
      return models.first
    }
    return try models.named(name.split(separator: "/").last ?? "")
  }

  private static func list(_ models: ModelList) -> JSON {
    .object([
      "meta": .object(["total_count": .number(Double(models.all.count))]),
      "objects": .array(
        models.all.map { .object(["resource": .string("model/\($0.name)"), "name": .string($0.name)]) }),
    ])
  }

  /// BigML's ids of columns: six hexadecimal digits; the target comes last.
  private static func id(_ column: Int) -> String {
    let digits = String(column, radix: 16)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  private static func resource(_ model: ServedModel) -> JSON {
    var fields = model.schema.inputs.enumerated().map { index, input in
      var members: KeyValuePairs<String, JSON> = [:]
      switch input.kind {
      case .number where model.describesInputs:
        if let range = model.toldRange(of: input) {
          members = [
            "summary": .object([
              "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound),
            ])
          ]
        }
      case .category(let levels) where model.describesInputs:
        members = [
          "summary": .object(["categories": .array(levels.map { .array([.string($0), .number(1)]) })])
        ]
      default: break
      }
      return field(index, told(index, model), input.isNumber, members)
    }
    let target = model.schema.inputs.count
    let classes: KeyValuePairs<String, JSON> = [
      "summary": .object([
        "categories": .array(model.schema.classes.map { .array([.string($0), .number(1)]) })
      ])
    ]
    fields.append(
      field(
        target, model.describesInputs ? model.targetName : id(target), model.labelKind == .number,
        model.describesInputs && model.labelKind != .number ? classes : [:]))
    return .object([
      "code": .number(200), "resource": .string("model/\(model.name)"), "name": .string(model.name),
      "objective_field": .string(id(target)),
      "input_fields": .strings(model.schema.inputs.indices.map(id)),
      "missing_strategies": .array(model.capabilities.acceptsMissing ? [.number(0)] : []),
      "model": .object(["fields": .object(fields)]),
      "status": .object(["code": .number(5), "message": .string("The model has been created")]),
    ])
  }

  /// The name of a column, or its id where clients are not to know the name.
  private static func told(_ column: Int, _ model: ServedModel) -> String {
    model.describesInputs ? model.schema.inputs[column].name : id(column)
  }

  private static func field(
    _ column: Int, _ name: String, _ isNumber: Bool, _ rest: KeyValuePairs<String, JSON>
  ) -> JSON.Member {
    let members: [JSON.Member] =
      [
        .init(name: "name", value: .string(name)),
        .init(name: "optype", value: .string(isNumber ? "numeric" : "categorical")),
        .init(name: "column_number", value: .number(Double(column))),
      ] + rest.map { .init(name: $0.key, value: $0.value) }
    return .init(name: id(column), value: .object(members))
  }

  func call(
    _ request: APIRequest, _ layout: CallLayout, to model: ServedModel, limit: RowLimit
  ) throws(APIError) -> PredictionCall {
    let body = try json(request)
    guard body["model"]?.string != nil else {
      throw .invalid("expected 'model', such as \"model/\(model.name)\"")
    }
    guard let input = body["input_data"]?.members else { throw .invalid("expected 'input_data', an object") }
    let row = try model.row(input) { name in
      Int(name, radix: 16).flatMap {
        name == Self.id($0) && model.schema.inputs.indices.contains($0) ? $0 : nil
      }
    }
    return PredictionCall(
      queries: Matrix(rows: 1, columns: row.count, elements: row),
      details: model.capabilities.details.intersection(.nodes))
  }

  func reply(_ answers: [Answer], to call: PredictionCall, of model: ServedModel) -> APIReply {
    let (answer, target) = (answers[0], Self.id(model.schema.inputs.count))
    let output: JSON =
      answer.label.map { .string(model.schema.classes[$0]) } ?? .number(answer.number ?? .nan)
    let given = call.queries.row(0).indices.filter { !call.queries[0, $0].isNaN }
    let fields = answer.node?.fields ?? given
    var members: [JSON.Member] = [
      .init(name: "code", value: .number(201)),
      .init(name: "resource", value: .string("prediction/\(RequestNames.next())")),
      .init(name: "model", value: .string("model/\(model.name)")),
      .init(name: "objective_field", value: .string(target)),
      .init(name: "prediction", value: .object([target: output])), .init(name: "output", value: output),
      .init(
        name: "fields",
        value: .object(
          fields.map { Self.field($0, Self.told($0, model), model.schema.inputs[$0].isNumber, [:]) })),
    ]
    if let confidence = answer.confidence {
      members.append(.init(name: "confidence", value: .number((confidence * 1e5).rounded() / 1e5)))
    }
    if !answer.probabilities.isEmpty {
      members.append(
        .init(
          name: "probabilities",
          value: .array(
            zip(model.schema.classes, answer.probabilities).map {
              .array([.string($0), .number(($1 * 1e5).rounded() / 1e5)])
            })))
    }
    if let node = answer.node { members.append(.init(name: "node", value: .number(Double(node.id)))) }
    return APIReply(.object(members), status: 201)
  }

  func reply(_ error: APIError) -> APIReply {
    APIReply(
      .object([
        "code": .number(Double(error.status)),
        "status": .object(["code": .number(-1), "message": .string(error.message)]),
      ]), status: error.status)
  }
}
