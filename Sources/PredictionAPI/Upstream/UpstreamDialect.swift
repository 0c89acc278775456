import LinearAlgebra
import Querying
public import Guarding
import Tabular

/// The server's side of a service that stays where it is: its own paths, its own requests and its own answers.
struct UpstreamDialect: WireDialect {
  private let upstream: UpstreamService
  /// The dialect of the service; nil where it is asked by a template.
  private let base: (any WireDialect)?

  init(_ upstream: UpstreamService) {
    self.upstream = upstream
    base = upstream.oracle.dialect?.dialect
  }

  func endpoint(
    _ path: [Substring], _ request: APIRequest, _ models: ModelList
  ) throws(APIError) -> Endpoint? {
    // A target in absolute form would be glued to the address of the service.
    guard request.path.hasPrefix("/") else { return nil }
    if upstream.address.matches(path: path) { return .prediction(models.first, .rows) }
    for (known, parts) in upstream.paths where parts == path {
      return .passed { [upstream] in try await upstream.pass(known, request) }
    }
    return nil
  }

  func call(
    _ request: APIRequest, _ layout: CallLayout, to model: ServedModel, limit: RowLimit
  ) throws(APIError) -> PredictionCall {
    let passed = PassedFields(names: upstream.fieldNames, takesSingles: !model.looksAtAnswers)
    var found = FoundValues()
    try upstream.address.values(
      path: PredictionService.parts(of: request.path), query: upstream.query(of: request), passed: passed,
      &found)
    if upstream.oracle.dialect == .v2 { return try tensors(request, model, limit, passed) }
    if let base {
      try checkNames(request, passed)
      return try base.call(request, layout, to: model, limit: limit)
    }
    guard let pattern = upstream.body else {
      return PredictionCall(queries: try model.rows([found], passed, limit))
    }
    let json = try json(request, depthLimit: RequestTemplate.depthLimit)
    try Self.check(json)
    let rows = try pattern.values(json, limit: limit, passed: passed)
    return PredictionCall(
      queries: try model.rows(
        rows.map { row in
          var row = row
          row.placed += found.placed
          return row
        }, passed, limit))
  }

  /// A request of the Open Inference Protocol, whose outputs may have other names than those of this program's models.
  private func tensors(
    _ request: APIRequest, _ model: ServedModel, _ limit: RowLimit, _ passed: PassedFields
  ) throws(APIError) -> PredictionCall {
    guard request.headers["inference-header-content-length"] == nil else {
      throw .invalid("tensors in binary are not understood; send their data as JSON")
    }
    let body = try json(request)
    try Self.check(body)
    guard let inputs = body["inputs"]?.elements, !inputs.isEmpty else {
      throw .invalid("expected 'inputs', a non-empty array of tensors")
    }
    for member in body.members ?? [] where !["id", "inputs", "outputs", "parameters"].contains(member.name) {
      try passed.check(member.name, member.value)
    }
    for part in [body] + inputs + (body["outputs"]?.elements ?? []) {
      for parameter in part["parameters"]?.members ?? [] { try Self.check(parameter, passed) }
    }
    let outputs = body["outputs"]?.elements?.compactMap { $0["name"]?.string } ?? []
    let isHidden: (String) -> Bool = { [upstream] name in
      !Self.guarded.contains(name)
        && (Self.explained.contains(name) || !upstream.oracle.outputs.contains(name))
    }
    if model.looksAtAnswers, let name = outputs.first(where: isHidden) {
      throw .invalid("the output '\(name.prefix(40))' is not let through here, since no guard looks at it")
    }
    return PredictionCall(queries: try V2Tensors(model, limit: limit).rows(inputs))
  }

  /// Refuses parameters that take the data from elsewhere, and those that could open the answer past guards.
  private static func check(_ parameter: JSON.Member, _ passed: PassedFields) throws(APIError) {
    // How values are coded, and that tensors come as JSON, changes nothing of what is asked.
    if parameter.name == "content_type" { return }
    if parameter.name.hasPrefix("binary_data"), parameter.value == .boolean(false) { return }
    guard !parameter.name.hasPrefix("binary_data"), !parameter.name.hasPrefix("shared_memory") else {
      throw .invalid("tensors in binary or in shared memory are not understood; send their data as JSON")
    }
    try passed.check(parameter.name, parameter.value)
  }

  /// Outputs that guards look at, and those that explain an answer.
  private static let guarded = ["predict", "predict_proba", "confidence"]
  private static let explained = ["node", "fields", "gradient", "counterfactual"]

  /// Refuses a body in which a name stands twice, since the service might read the other member.
  private static func check(_ json: JSON) throws(APIError) {
    if let name = json.repeatedName { throw .unfit("'\(name.prefix(60))' stands twice in an object") }
  }

  /// Refuses a body that the service might read as another one than this server does.
  private func checkNames(_ request: APIRequest, _ passed: PassedFields) throws(APIError) {
    let type = request.headers["content-type"] ?? "application/json"
    guard !type.lowercased().hasPrefix("text/csv") else { return }
    let body = try json(request)
    try Self.check(body)
    let known: Set<String> =
      switch upstream.oracle.dialect {
      case .mlflow: ["dataframe_split", "dataframe_records", "instances", "inputs"]
      case .tfserving: ["instances", "inputs", "examples"]
      default: ["instances"]
      }
    for member in body.members ?? [] where !known.contains(member.name) {
      // What TensorFlow Serving's own examples send, and takes where nothing is said.
      if upstream.oracle.dialect == .tfserving, member.name == "signature_name",
        member.value == .string("serving_default")
      {
        continue
      }
      try passed.check(member.name, member.value)
    }
  }

  func reply(_ answers: [Answer], to call: PredictionCall, of model: ServedModel) -> APIReply {
    // Every reply comes from the service; without one there is nothing to say.
    reply(APIError(502, "the service behind this server gave no answer"))
  }

  /// Nothing: what can be asked is for the service to say.
  func operations(_ models: ModelList) -> [APIOperation] { [] }

  func reply(_ error: APIError) -> APIReply {
    base?.reply(error) ?? APIReply(.object(["detail": .string(error.message)]), status: error.status)
  }
}

extension ServedModel {
  /// A model that stays behind another service.
  ///
  /// - Parameter detectors: detectors that were set up for this model, with their ids.
  public init(
    name: String, upstream: UpstreamService, guards: [any PreparedGuard] = [],
    detectors: [(id: String, detector: any PreparedDetector)] = []
  ) {
    let oracle = upstream.oracle
    var offered = oracle.capabilities
    // What is missing and which categories there are is for the service to judge.
    offered.acceptsMissing = true
    self.init(
      name: name, source: .service(upstream), schema: oracle.schema, offered: offered, guards: guards,
      detectors: detectors, describesInputs: false, unseenCodes: oracle.schema.inputs.map { _ in -1 },
      unknownRanges: [])
  }

  /// The rows of values that were found in a request.
  ///
  /// - Throws: ``APIError`` for a value that fits no column, or two for one, or one that is not let through.
  func rows(
    _ found: [FoundValues], _ passed: PassedFields, _ limit: RowLimit
  ) throws(APIError) -> Matrix {
    var rows = Matrix(rows: found.count, columns: schema.inputs.count)
    for (index, values) in found.enumerated() {
      try limit.read(row: index)
      for (column, value) in try row(values, passed).enumerated() { rows[index, column] = value }
    }
    return rows
  }

  private func row(_ found: FoundValues, _ passed: PassedFields) throws(APIError) -> [Double] {
    var row = [Double?](repeating: nil, count: schema.inputs.count)
    func set(_ column: Int, _ json: JSON) throws(APIError) {
      let value = try value(json, column: column)
      if let known = row[column], known != value, !(known.isNaN && value.isNaN) {
        throw .unfit("'\(schema.inputs[column].name)' has two values")
      }
      row[column] = value
    }
    if let all = found.all {
      guard all.count == row.count else {
        throw .unfit("a row has \(all.count) values and \(row.count) were expected")
      }
      for (column, value) in all.enumerated() { try set(column, value) }
    }
    for (column, value) in found.placed {
      switch column {
      case .name(let name): if let place = columns[name] { try set(place, value) }
      case .number(let place): if row.indices.contains(place) { try set(place, value) }
      }
    }
    for member in found.named {
      guard let known = columns.index(forKey: member.name) else {
        try passed.check(member.name, member.value)
        continue
      }
      // Equal for Swift, which reads letters, and perhaps not for the service, which reads bytes.
      guard columns[known].key.utf8.elementsEqual(member.name.utf8) else {
        throw .unfit("'\(member.name.prefix(60))' is written in other characters than here")
      }
      try set(columns[known].value, member.value)
    }
    return row.map { $0 ?? .nan }
  }
}
