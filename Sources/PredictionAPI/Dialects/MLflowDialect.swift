import LinearAlgebra
import Querying
import Tabular

/// The scoring server of MLflow: `/invocations` takes rows in four JSON forms or as CSV and gives
/// `{"predictions":[…]}`. There is one model and no metadata. As with a signature, columns that the model does not take
/// are passed over, and all that it takes must be there.
struct MLflowDialect: WireDialect {
  /// The release whose interface this is.
  static let version = "3.17.2"

  func endpoint(
    _ path: [Substring], _ request: APIRequest, _ models: ModelList
  ) throws(APIError) -> Endpoint? {
    switch path {
    case ["ping"], ["health"]: return .readiness { APIReply(text: "\n", status: $0 ? 200 : 503) }
    case ["version"]: return .open(method: "GET") { APIReply(text: Self.version) }
    case ["invocations"]: return .prediction(models.first, .rows)
    default: return nil
    }
  }

  func call(
    _ request: APIRequest, _ layout: CallLayout, to model: ServedModel, limit: RowLimit
  ) throws(APIError) -> PredictionCall {
    let type = request.headers["content-type"] ?? ""
    if type.lowercased().hasPrefix("text/csv") {
      return PredictionCall(
        queries: try RequestCSV.queries(request.body, model, .allColumns, limit: limit))
    }
    guard Self.isJSON(type) || Self.isForm(type) else {
      throw APIError(
        415,
        "This predictor only supports the following content types: text/csv, application/json. Got '\(type.prefix(60))'."
      )
    }
    let body = try json(request)
    let known = ["dataframe_split", "dataframe_records", "instances", "inputs"]
    let given = known.filter { body[$0] != nil }
    guard given.count == 1, let value = body[given[0]] else {
      throw .invalid("expected exactly one of \(known.joined(separator: ", "))")
    }
    switch given[0] {
    case "dataframe_split": return PredictionCall(queries: try split(value, model, limit))
    case "dataframe_records":
      guard value.elements?.allSatisfy({ $0.members != nil }) == true else {
        throw .invalid("'dataframe_records' must be an array of objects")
      }
      return PredictionCall(queries: try model.rows(value, .allColumns, limit: limit))
    default:
      guard let columns = value.members else {
        return PredictionCall(queries: try model.rows(value, .allColumns, limit: limit))
      }
      return PredictionCall(queries: try model.rows(columns: columns, .allColumns, limit: limit))
    }
  }

  /// `{"columns":[names],"data":[rows]}`; the columns may come in any order.
  private func split(_ value: JSON, _ model: ServedModel, _ limit: RowLimit) throws(APIError) -> Matrix {
    guard let data = value["data"]?.elements, !data.isEmpty else {
      throw .invalid("'dataframe_split' needs 'data', an array of rows")
    }
    guard let names = value["columns"]?.elements else {
      return try model.rows(.array(data), .allColumns, limit: limit)
    }
    try limit.check(data.count)
    var (places, given) = ([Int?](), Set<Int>())
    for name in names {
      // pandas writes the numbers of unnamed columns.
      let text = name.string ?? name.count.map { "\($0)" } ?? ""
      let place = model.columns[text] ?? (name.string == nil ? name.count : nil)
      guard let place, model.schema.inputs.indices.contains(place) else {
        places.append(nil)
        continue
      }
      guard given.insert(place).inserted else { throw model.invalid(place, "is given twice") }
      places.append(place)
    }
    if let column = model.schema.inputs.indices.first(where: { !given.contains($0) }) {
      throw model.absent(column)
    }
    var rows = Matrix(rows: data.count, columns: model.schema.inputs.count)
    for (row, json) in data.enumerated() {
      try limit.read(row: row)
      guard let values = json.elements, values.count == places.count else {
        throw .invalid("row \(row) of 'data' does not have \(places.count) values")
      }
      for (place, value) in zip(places, values) {
        if let place { rows[row, place] = try model.value(value, column: place) }
      }
    }
    return rows
  }

  func reply(_ answers: [Answer], to call: PredictionCall, of model: ServedModel) -> APIReply {
    var writer = JSONWriter(reserving: 64 + answers.count * 24)
    writer.raw("{\"predictions\": ")
    writer.list(answers) { writer, answer in answer.write(model, to: &writer) }
    writer.raw("}")
    return APIReply(body: writer.bytes)
  }

  func reply(_ error: APIError) -> APIReply {
    if error.status == 415 || error.status == 504 {
      return APIReply(text: error.message, status: error.status)
    }
    let code =
      switch error.status {
      case 400, 413: "BAD_REQUEST"
      case 401: "UNAUTHENTICATED"
      case 403: "PERMISSION_DENIED"
      case 404: "RESOURCE_DOES_NOT_EXIST"
      case 429: "REQUEST_LIMIT_EXCEEDED"
      case 503: "TEMPORARILY_UNAVAILABLE"
      default: "INTERNAL_ERROR"
      }
    return APIReply(
      .object(["error_code": .string(code), "message": .string(error.message)]), status: error.status)
  }
}
