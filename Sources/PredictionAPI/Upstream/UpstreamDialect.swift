import LinearAlgebra
public import Stealing
import Querying
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
    _ request: APIRequest, _ layout: CallLayout, to model: ServedModel, limit: Int
  ) throws(APIError) -> PredictionCall {
    if upstream.oracle.dialect == .v2 { return try tensors(request, model, limit) }
    if let base {
      try checkNames(request)
      return try base.call(request, layout, to: model, limit: limit)
    }
    var found = FoundValues()
    try upstream.address.values(
      path: PredictionService.parts(of: request.path), query: request.query, &found)
    guard let pattern = upstream.body else {
      return PredictionCall(queries: try model.rows([found]))
    }
    let json = try json(request)
    try Self.check(json)
    let rows = try pattern.values(json, limit: limit)
    return PredictionCall(
      queries: try model.rows(
        rows.map { row in
          var row = row
          row.placed += found.placed
          return row
        }))
  }

  /// A request of the Open Inference Protocol, whose outputs may have other names than those of this program's models.
  private func tensors(
    _ request: APIRequest, _ model: ServedModel, _ limit: Int
  ) throws(APIError) -> PredictionCall {
    guard request.headers["inference-header-content-length"] == nil else {
      throw .invalid("tensors in binary are not understood; send their data as JSON")
    }
    let body = try json(request)
    try Self.check(body)
    guard let inputs = body["inputs"]?.elements, !inputs.isEmpty else {
      throw .invalid("expected 'inputs', a non-empty array of tensors")
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

  /// Outputs that guards look at, and those that explain an answer.
  private static let guarded = ["predict", "predict_proba", "confidence"]
  private static let explained = ["node", "fields", "gradient", "counterfactual"]

  /// Refuses a body in which a name stands twice, since the service might read the other member.
  private static func check(_ json: JSON) throws(APIError) {
    if let name = json.repeatedName { throw .unfit("'\(name.prefix(60))' stands twice in an object") }
  }

  /// Refuses a body that the service might read as another one than this server does.
  private func checkNames(_ request: APIRequest) throws(APIError) {
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
    for member in body.members ?? [] where !member.value.isSingle && !known.contains(member.name) {
      throw .unfit("'\(member.name.prefix(60))' is \(member.value.kind) and no part of a request here")
    }
    // Columns get an answer of another form, whose places are not known.
    if upstream.oracle.dialect == .tfserving, body["inputs"] != nil {
      throw .unfit("send rows as 'instances'")
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
  /// - Throws: ``APIError`` for a value that fits no column, or two for one.
  func rows(_ found: [FoundValues]) throws(APIError) -> Matrix {
    var rows = Matrix(rows: found.count, columns: schema.inputs.count)
    for (index, values) in found.enumerated() {
      for (column, value) in try row(values).enumerated() { rows[index, column] = value }
    }
    return rows
  }

  private func row(_ found: FoundValues) throws(APIError) -> [Double] {
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
      // Single values beside the columns hold no rows.
      if let place = columns[member.name] { try set(place, member.value) }
    }
    return row.map { $0 ?? .nan }
  }
}
