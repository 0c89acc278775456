import LinearAlgebra
import Querying

/// Open Inference Protocol, version 2 (kserve/open-inference-protocol), with the outputs of MLServer's scikit-learn
/// runtime: `predict` is the usual one, and a client may ask for `predict_proba` instead.
///
/// A model whose columns are all numbers takes one tensor of n rows and d columns, or one tensor per column; any
/// other model takes one tensor per column, of BYTES where it is a category. The output `counterfactual` takes the
/// parameter `region`, in which the other query must lie.
struct V2Dialect: WireDialect {
  func endpoint(
    _ path: [Substring], _ request: APIRequest, _ models: ModelList
  ) throws(APIError) -> Endpoint? {
    guard path.first == "v2" else { return nil }
    switch path.dropFirst().first {
    case nil: return .facts(method: "GET") { APIReply(V2Metadata.server) }
    case "health":
      guard path.count == 3 else { return nil }
      if path[2] == "live" { return .open(method: "GET") { APIReply(["live": true]) } }
      return path[2] == "ready" ? .readiness { APIReply(["ready": $0], status: $0 ? 200 : 503) } : nil
    case "repository":
      guard path.count == 3, path[2] == "index" else { return nil }
      return .facts(method: "POST") { APIReply(V2Metadata.index(models)) }
    case "models": return try model(path, models)
    default: return nil
    }
  }

  private func model(_ path: [Substring], _ models: ModelList) throws(APIError) -> Endpoint? {
    guard path.count > 2 else {
      return .facts(method: "GET") { APIReply(.object(["models": .strings(models.all.map(\.name))])) }
    }
    let model = try models.named(path[2])
    var rest = path.dropFirst(3)
    if rest.first == "versions", let version = rest.dropFirst().first {
      guard version == model.version else {
        throw APIError(404, "model '\(model.name)' has no version '\(version.prefix(40))'")
      }
      rest = rest.dropFirst(2)
    }
    switch (rest.first, rest.count) {
    case (nil, 0): return .facts(method: "GET") { APIReply(V2Metadata.model(model)) }
    case ("ready", 1):
      return .readiness { isWell in
        APIReply(
          .object(["name": .string(model.name), "ready": .boolean(isWell)]), status: isWell ? 200 : 503)
      }
    case ("infer", 1): return .prediction(model, .rows)
    default: return nil
    }
  }

  func call(
    _ request: APIRequest, _ layout: CallLayout, to model: ServedModel, limit: RowLimit
  ) throws(APIError) -> PredictionCall {
    if request.headers["inference-header-content-length"] != nil {
      throw .invalid("tensors in binary are not understood; send their data as JSON")
    }
    let body = try json(request)
    guard body.members != nil else { throw .invalid("expected an object with 'inputs'") }
    guard let inputs = body["inputs"]?.elements, !inputs.isEmpty else {
      throw .invalid("expected 'inputs', a non-empty array of tensors")
    }
    var call = PredictionCall(queries: try V2Tensors(model, limit: limit).rows(inputs))
    if let id = body["id"] {
      guard let text = id.string else { throw .invalid("'id' must be a string") }
      call.id = text
    }
    if let outputs = body["outputs"] {
      guard let list = outputs.elements else { throw .invalid("'outputs' must be an array") }
      for output in list {
        guard let name = output["name"]?.string else { throw .invalid("an output needs a 'name'") }
        try V2Metadata.check(output: name, of: model)
        guard !call.outputs.contains(name) else { throw .invalid("the output '\(name)' is asked for twice") }
        call.outputs.append(name)
        if name == "counterfactual", let region = output["parameters"]?["region"] {
          guard model.capabilities.details.contains(.boundedCounterfactuals) else {
            throw .invalid("model '\(model.name)' looks for counterfactuals everywhere only")
          }
          call.region = try QueryRegion(json: region, model.schema.inputs)
        }
      }
    }
    call.details = V2Metadata.details(call.outputs)
    return call
  }

  func reply(_ answers: [Answer], to call: PredictionCall, of model: ServedModel) -> APIReply {
    var writer = JSONWriter(reserving: 256 + answers.count * 32)
    writer.raw("{\"model_name\":")
    writer.write(model.name)
    writer.raw(",\"model_version\":")
    writer.write(model.version)
    writer.raw(",\"id\":")
    writer.write(call.id ?? RequestNames.next())
    writer.raw(",\"parameters\":{},\"outputs\":")
    let outputs = call.outputs.isEmpty ? ["predict"] : call.outputs
    writer.list(outputs) { writer, name in V2Outputs(answers, model).write(name, to: &writer) }
    writer.raw("}")
    return APIReply(body: writer.bytes)
  }

  func reply(_ error: APIError) -> APIReply {
    APIReply(.object(["error": .string(error.message)]), status: error.status)
  }
}

extension APIReply {
  /// A small object of truth values.
  fileprivate init(_ flags: KeyValuePairs<String, Bool>, status: Int = 200) {
    self.init(.object(flags.map { JSON.Member(name: $0.key, value: .boolean($0.value)) }), status: status)
  }
}
