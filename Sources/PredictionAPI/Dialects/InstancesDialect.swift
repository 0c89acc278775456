import LinearAlgebra
import Querying
import Tabular

/// The first protocol of KServe and the REST interface of TensorFlow Serving: `{"instances":[…]}` gives
/// `{"predictions":[…]}`. TensorFlow Serving also takes columns (`inputs`), `:classify` and `:regress`; KServe
/// explains (`:explain`).
struct InstancesDialect: WireDialect {
  /// Name of the tensor of all columns.
  private static let tensorName = "inputs"

  let isTensorFlow: Bool

  func endpoint(
    _ path: [Substring], _ request: APIRequest, _ models: ModelList
  ) throws(APIError) -> Endpoint? {
    if !isTensorFlow, path.isEmpty {
      return .open(method: "GET") { APIReply(.object(["status": .string("alive")])) }
    }
    guard path.count >= 2, path[0] == "v1", path[1] == "models" else { return nil }
    if path.count == 2 {
      guard !isTensorFlow else { return nil }
      return .facts(method: "GET") { APIReply(.object(["models": .strings(models.all.map(\.name))])) }
    }
    // v1/models/M:verb, v1/models/M/versions/V:verb, v1/models/M/metadata
    guard let last = path.last else { return nil }
    let parts = last.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let verb = parts.count == 2 ? parts[1] : nil
    let model = try models.named(path.count == 3 ? parts[0] : path[2])
    if path.count >= 5, path[3] == "versions" {
      let version = path.count == 5 ? parts[0] : path[4]
      guard version == model.version else {
        throw APIError(404, "model '\(model.name)' has no version '\(version.prefix(40))'")
      }
    }
    if isTensorFlow, last == "metadata", path.count == 4 || path.count == 6 {
      return .facts(method: "GET") { APIReply(Self.metadata(model)) }
    }
    guard path.count == 3 || path.count == 5 && path[3] == "versions" else { return nil }
    switch verb {
    case nil where !isTensorFlow:
      return .readiness { isWell in
        APIReply(
          .object(["name": .string(model.name), "ready": .boolean(isWell)]), status: isWell ? 200 : 503)
      }
    case nil: return .facts(method: "GET") { APIReply(Self.status(model)) }
    case "predict": return .prediction(model, .rows)
    case "classify" where isTensorFlow: return .prediction(model, .classify)
    case "regress" where isTensorFlow: return .prediction(model, .regress)
    case "explain" where !isTensorFlow: return .prediction(model, .explain)
    default: return nil
    }
  }

  /// The state of a model, as TensorFlow Serving tells it.
  private static func status(_ model: ServedModel) -> JSON {
    return .object([
      "model_version_status": .array([
        .object([
          "version": .string(model.version), "state": .string("AVAILABLE"),
          "status": .object(["error_code": .string("OK"), "error_message": .string("")]),
        ])
      ])
    ])
  }

  /// The signature, as TensorFlow Serving describes it.
  private static func metadata(_ model: ServedModel) -> JSON {
    func tensor(_ name: String, _ type: String, _ width: Int) -> JSON {
      func size(_ value: Int) -> JSON { .object(["size": .string("\(value)"), "name": .string("")]) }
      return .object([
        "dtype": .string(type), "name": .string(name),
        "tensor_shape": .object([
          "dim": .array(width == 1 ? [size(-1)] : [size(-1), size(width)]), "unknown_rank": .boolean(false),
        ]),
      ])
    }
    let inputs: [JSON.Member] =
      model.isNumeric
      ? [.init(name: tensorName, value: tensor(tensorName, "DT_DOUBLE", model.schema.inputs.count))]
      : !model.describesInputs
        ? []
        : model.schema.inputs.map {
          .init(name: $0.name, value: tensor($0.name, $0.isNumber ? "DT_DOUBLE" : "DT_STRING", 1))
        }
    let isProbability = model.capabilities.content == .probabilities
    let outputType = isProbability || model.labelKind == .number ? "DT_DOUBLE" : "DT_STRING"
    let output = tensor("predictions", outputType, isProbability ? model.schema.classCount : 1)
    return .object([
      "model_spec": .object([
        "name": .string(model.name), "signature_name": .string(""), "version": .string(model.version),
      ]),
      "metadata": .object([
        "signature_def": .object([
          "signature_def": .object([
            "serving_default": .object([
              "inputs": .object(inputs), "outputs": .object(["predictions": output]),
              "method_name": .string("tensorflow/serving/predict"),
            ])
          ])
        ])
      ]),
    ])
  }

  func call(
    _ request: APIRequest, _ layout: CallLayout, to model: ServedModel, limit: RowLimit
  ) throws(APIError) -> PredictionCall {
    let body = try json(request)
    guard body.members != nil else { throw .invalid("expected an object with 'instances'") }
    switch layout {
    case .classify, .regress:
      guard (layout == .regress) == (model.labelKind == .number) else {
        throw .invalid(
          "model '\(model.name)' predicts \(model.labelKind == .number ? "a number" : "classes")")
      }
      guard let examples = body["examples"] else {
        throw .invalid("expected 'examples', an array of objects")
      }
      return PredictionCall(queries: try model.rows(examples, limit: limit), layout: layout)
    case .explain:
      let details = model.capabilities.details
      guard !details.isEmpty else { throw APIError(501, "model '\(model.name)' gives no explanations") }
      return PredictionCall(queries: try instances(body, model, limit), layout: layout, details: details)
    default: break
    }
    if isTensorFlow, let inputs = body["inputs"] {
      guard body["instances"] == nil else { throw .invalid("send 'instances' or 'inputs', not both") }
      guard let columns = inputs.members else {
        return PredictionCall(queries: try model.rows(inputs, limit: limit), layout: .columns)
      }
      // One tensor of all columns, under its own name, which is not known of a service behind this one.
      if columns.count == 1, model.isNumeric, model.columns[columns[0].name] == nil,
        columns[0].name == Self.tensorName || model.isElsewhere
      {
        return PredictionCall(queries: try model.rows(columns[0].value, limit: limit), layout: .columns)
      }
      return PredictionCall(queries: try model.rows(columns: columns, limit: limit), layout: .columns)
    }
    return PredictionCall(queries: try instances(body, model, limit))
  }

  private func instances(_ body: JSON, _ model: ServedModel, _ limit: RowLimit) throws(APIError) -> Matrix {
    guard let instances = body["instances"] else { throw .invalid("expected 'instances', an array of rows") }
    return try model.rows(instances, limit: limit)
  }

  func reply(_ answers: [Answer], to call: PredictionCall, of model: ServedModel) -> APIReply {
    var writer = JSONWriter(reserving: 64 + answers.count * 24)
    switch call.layout {
    case .classify:
      writer.raw("{\"result\":")
      writer.list(answers) { writer, answer in writer.write(Self.classes(answer, model)) }
    case .regress:
      writer.raw("{\"result\":")
      writer.list(answers) { $0.write($1.number ?? .nan) }
    case .explain:
      writer.raw("{\"explanations\":")
      writer.list(answers) { writer, answer in writer.write(answer.explanation) }
    default:
      if call.layout == .columns { writer.raw("{\"outputs\":") } else { writer.raw("{\"predictions\":") }
      writer.list(answers) { writer, answer in answer.write(model, to: &writer) }
    }
    writer.raw("}")
    return APIReply(body: writer.bytes)
  }

  /// The classes of an answer with their scores.
  private static func classes(_ answer: Answer, _ model: ServedModel) -> JSON {
    if !answer.probabilities.isEmpty {
      return .array(
        zip(model.schema.classes, answer.probabilities).map { .array([.string($0), .number($1)]) })
    }
    let label = answer.label.map { model.schema.classes[$0] } ?? ""
    return .array([.array([.string(label), .number(answer.confidence ?? 1)])])
  }

  func reply(_ error: APIError) -> APIReply {
    APIReply(.object(["error": .string(error.message)]), status: error.status)
  }
}

extension Answer {
  /// The answer as one element of a list of predictions: probabilities, a label with its confidence, a label, or a
  /// number.
  func write(_ model: ServedModel, to writer: inout JSONWriter) {
    if !probabilities.isEmpty {
      writer.write(probabilities)
    } else if let confidence, label != nil {
      writer.raw("{\"label\":")
      writer.write(model.label(self))
      writer.raw(",\"confidence\":")
      writer.write(confidence)
      writer.raw("}")
    } else {
      writer.write(model.label(self))
    }
  }

  /// What is said of an answer besides it.
  var explanation: JSON {
    var members: [JSON.Member] = []
    if let node {
      members.append(.init(name: "node", value: .number(Double(node.id))))
      members.append(.init(name: "fields", value: .array(node.fields.map { .number(Double($0)) })))
    }
    if !gradient.isEmpty { members.append(.init(name: "gradient", value: .numbers(gradient))) }
    if !counterfactual.isEmpty {
      members.append(.init(name: "counterfactual", value: .numbers(counterfactual)))
    }
    return .object(members)
  }
}
