import Querying
import Tabular

extension WireDialect {
  /// The schema of an array, of `count` items or of one and more.
  fileprivate func array(_ items: JSON, count: Int? = nil) -> JSON {
    guard let count else { return ["type": "array", "minItems": 1, "items": items] }
    return [
      "type": "array", "minItems": .number(Double(count)), "maxItems": .number(Double(count)), "items": items,
    ]
  }
}

extension ServedModel {
  /// The schema of a value of a column; clients that may not know columns are told that it is a number, or a text.
  func schema(of column: Int) -> JSON {
    let input = schema.inputs[column]
    var members: [JSON.Member] = []
    if input.isNumber {
      // Numbers may be written as text.
      members.append(.init(name: "anyOf", value: [["type": "number"], ["type": "boolean"], numberText]))
    } else if case .category(let levels) = input.kind, describesInputs, unseenCodes[column] == nil {
      members.append(.init(name: "type", value: "string"))
      members.append(.init(name: "enum", value: .strings(levels)))
    } else {
      // Numbers and truth values are names of categories too.
      let kinds: [JSON] = ["string", "number", "boolean"].map { ["type": $0] }
      members.append(.init(name: "anyOf", value: .array(kinds)))
    }
    if capabilities.acceptsMissing, !members.contains(where: { $0.name == "enum" }) {
      members.append(.init(name: "nullable", value: true))
    }
    return .object(members)
  }

  /// The schema of a row of texts by the names of its columns.
  var recordSchema: JSON {
    guard describesInputs else { return ["type": "object"] }
    let columns = schema.inputs.enumerated().map { index, input -> JSON.Member in
      let word: JSON = unseenCodes[index] == nil ? schema(of: index) : ["type": "string"]
      return .init(name: input.name, value: input.isNumber ? numberText : word)
    }
    return ["type": "object", "properties": .object(columns), "additionalProperties": false]
  }

  /// The schema of a number that is written as text; no text is a missing value.
  private var numberText: JSON {
    let digits = "-?[0-9]{1,15}([.][0-9]{1,15})?"
    return [
      "type": "string", "pattern": .string(capabilities.acceptsMissing ? "^(\(digits))?$" : "^\(digits)$"),
    ]
  }

  /// The schema of a row by the names of its columns, of which some may be absent.
  func rowSchema(_ rule: ColumnRule) -> JSON {
    guard describesInputs else { return ["type": "object"] }
    let names = schema.inputs.map(\.name)
    let isEveryoneNeeded = !rule.fillsAbsent || !capabilities.acceptsMissing
    var members: [JSON.Member] = [
      .init(name: "type", value: "object"),
      .init(
        name: "properties",
        value: .object(names.enumerated().map { .init(name: $1, value: schema(of: $0)) })),
    ]
    if isEveryoneNeeded { members.append(.init(name: "required", value: .strings(names))) }
    if !rule.ignoresUnknown { members.append(.init(name: "additionalProperties", value: false)) }
    return .object(members)
  }
}

extension V2Dialect {
  func operations(_ models: ModelList) -> [APIOperation] {
    var result = [
      APIOperation(path: "/v2", summary: "The server."),
      APIOperation(path: "/v2/health/live", summary: "Whether the server runs.", isOpen: true),
      APIOperation(
        path: "/v2/health/ready", summary: "Whether the server can answer.", isOpen: true,
        otherStatuses: [503]),
      APIOperation(path: "/v2/models", summary: "Names of the models."),
      APIOperation(
        method: "post", path: "/v2/repository/index", summary: "The models and their states.",
        response: ["type": "array", "items": ["type": "object"]]),
    ]
    for model in models.all {
      let path = "/v2/models/\(model.name)"
      result += [
        APIOperation(path: path, summary: "Inputs and outputs of the model."),
        APIOperation(
          path: path + "/ready", summary: "Whether the model can answer.", isOpen: true,
          otherStatuses: [503]),
        APIOperation(
          method: "post", path: path + "/infer",
          summary: "Predictions. For n rows every shape begins with n, and data have n times as many values.",
          request: request(model),
          response: [
            "type": "object", "required": ["model_name", "outputs"],
            "properties": ["outputs": array(["type": "object"])],
          ]),
      ]
    }
    return result
  }

  private func request(_ model: ServedModel) -> JSON {
    func tensor(_ name: JSON, _ datatype: String, _ shape: [Double], _ items: JSON) -> JSON {
      [
        "type": "object", "required": ["datatype", "shape", "data"],
        "properties": [
          "name": name, "datatype": ["type": "string", "enum": [.string(datatype)]],
          "shape": ["type": "array", "items": ["type": "integer"], "enum": [.numbers(shape)]],
          "data": array(items, count: Int(shape.reduce(1, *))),
        ],
      ]
    }
    let inputs: JSON
    if model.isNumeric {
      let width = model.schema.inputs.count
      inputs = array(
        tensor([:], "FP64", [1, Double(width)], ["type": "number"]),
        count: 1)
    } else if model.describesInputs {
      let columns = model.schema.inputs.enumerated().map { index, input in
        tensor(
          ["type": "string", "enum": [.string(input.name)]], V2Metadata.datatype(input), [1, 1],
          model.schema(of: index))
      }
      // JSON Schema of OpenAPI 3.0 cannot say which tensor stands where, so the description names them all.
      inputs = array(["anyOf": .array(columns)], count: columns.count)
    } else {
      inputs = array(["type": "object"])
    }
    return ["type": "object", "required": ["inputs"], "properties": ["inputs": inputs]]
  }
}

extension InstancesDialect {
  /// The schema of a row: an object by names, or where all values are numbers an array as well.
  private func row(_ model: ServedModel) -> JSON {
    let named = model.rowSchema(.knownColumns)
    guard model.isNumeric, model.schema.inputs.count > 1 else { return named }
    return ["anyOf": [named, array(model.schema(of: 0), count: model.schema.inputs.count)]]
  }

  func operations(_ models: ModelList) -> [APIOperation] {
    var result: [APIOperation] = []
    if !isTensorFlow {
      result = [
        APIOperation(path: "/", summary: "Whether the server runs.", isOpen: true),
        APIOperation(path: "/v1/models", summary: "Names of the models."),
      ]
    }
    for model in models.all {
      let path = "/v1/models/\(model.name)"
      func operation(_ verb: String, _ member: String, _ answer: String, _ summary: String) -> APIOperation {
        APIOperation(
          method: "post", path: path + verb, summary: summary,
          request: [
            "type": "object", "required": [.string(member)],
            "properties": .object([.init(name: member, value: array(row(model)))]),
          ],
          response: [
            "type": "object", "required": [.string(answer)],
            "properties": .object([.init(name: answer, value: ["type": "array", "items": [:]])]),
          ])
      }
      result.append(
        isTensorFlow
          ? APIOperation(path: path, summary: "State of the model.")
          : APIOperation(
            path: path, summary: "Whether the model can answer.", isOpen: true, otherStatuses: [503]))
      result.append(
        operation(
          ":predict", "instances", "predictions",
          "Predictions. A row may also be an array of its values in the order of the columns."))
      if isTensorFlow {
        result.append(APIOperation(path: path + "/metadata", summary: "Inputs and outputs of the model."))
        result.append(
          model.labelKind == .number
            ? operation(":regress", "examples", "result", "Predictions of a number.")
            : operation(":classify", "examples", "result", "Classes with their scores."))
      } else if !model.capabilities.details.isEmpty {
        result.append(operation(":explain", "instances", "explanations", "What decides the answers."))
      }
    }
    return result
  }
}

extension MLflowDialect {
  func operations(_ models: ModelList) -> [APIOperation] {
    let ready = { (path: String) in
      APIOperation(
        path: path, summary: "Whether the server can answer.", response: ["type": "string"],
        type: "text/plain", isOpen: true, otherStatuses: [503])
    }
    return [
      ready("/ping"), ready("/health"),
      APIOperation(
        path: "/version", summary: "The version of MLflow whose interface this is.",
        response: ["type": "string"], type: "text/plain", isOpen: true),
      APIOperation(
        method: "post", path: "/invocations",
        summary:
          "Predictions. dataframe_split, instances, inputs and CSV with a header line are taken as well.",
        request: [
          "type": "object", "required": ["dataframe_records"],
          "properties": ["dataframe_records": array(models.first.rowSchema(.allColumns))],
        ],
        response: [
          "type": "object", "required": ["predictions"],
          "properties": ["predictions": ["type": "array", "items": [:]]],
        ]),
    ]
  }
}

extension BigMLDialect {
  func operations(_ models: ModelList) -> [APIOperation] {
    let names: JSON = .strings(models.all.map { "model/\($0.name)" })
    return [APIOperation(path: "/model", summary: "The models.")]
      + models.all.map { APIOperation(path: "/model/\($0.name)", summary: "The fields of the model.") }
      + [
        APIOperation(
          method: "post", path: "/prediction", summary: "The prediction for one row.",
          request: [
            "type": "object", "required": ["model", "input_data"],
            "properties": [
              "model": ["type": "string", "enum": names],
              "input_data": models.all.count == 1
                ? models.first.rowSchema(.knownColumns) : ["type": "object"],
            ],
          ], status: 201)
      ]
  }
}

extension AmazonDialect {
  func operations(_ models: ModelList) -> [APIOperation] {
    [
      APIOperation(
        method: "post", path: "/", summary: "The prediction for one row, whose values are texts.",
        request: [
          "type": "object", "required": ["MLModelId", "Record"],
          "properties": [
            "MLModelId": ["type": "string", "enum": .strings(models.all.map(\.name))],
            "Record": models.all.count == 1 ? models.first.recordSchema : ["type": "object"],
          ],
        ], type: "application/x-amz-json-1.1", headers: ["X-Amz-Target": Self.prefix + "Predict"])
    ]
  }
}
