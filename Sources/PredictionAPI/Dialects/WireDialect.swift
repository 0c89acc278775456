import LinearAlgebra
import Querying

/// A language in which clients and prediction servers speak over HTTP.
public enum DialectName: String, Sendable, Hashable, Codable, CaseIterable {
  /// Open Inference Protocol, version 2, as MLServer, KServe and Triton speak it.
  case v2
  /// The first protocol of KServe.
  case kserveV1 = "kserve-v1"
  /// The REST interface of TensorFlow Serving.
  case tfserving
  /// The scoring server of MLflow.
  case mlflow
  /// Predictions of BigML, as they were in 2016.
  case bigml
  /// Real-time predictions of Amazon Machine Learning, as they were in 2016.
  case amazon

  /// The server's side of the dialect.
  var dialect: any WireDialect {
    switch self {
    case .v2: V2Dialect()
    case .kserveV1: InstancesDialect(isTensorFlow: false)
    case .tfserving: InstancesDialect(isTensorFlow: true)
    case .mlflow: MLflowDialect()
    case .bigml: BigMLDialect()
    case .amazon: AmazonDialect()
    }
  }
}

/// The server's side of a dialect: paths, the reading of queries, and the writing of answers and errors. All of it
/// plain functions of values.
protocol WireDialect: Sendable {
  /// What a path leads to; nil if it is none of this dialect's.
  func endpoint(_ path: [Substring], _ request: APIRequest, _ models: ModelList) throws(APIError) -> Endpoint?
  /// The queries of a request.
  ///
  /// - Parameter limit: most rows; a request with more is refused before anything is set up for them. It is told of the
  ///   rows that are read.
  func call(
    _ request: APIRequest, _ layout: CallLayout, to model: ServedModel, limit: RowLimit
  ) throws(APIError) -> PredictionCall
  /// The answers as this dialect writes them.
  func reply(_ answers: [Answer], to call: PredictionCall, of model: ServedModel) -> APIReply
  /// An error as this dialect writes it.
  func reply(_ error: APIError) -> APIReply
  /// All that can be asked.
  func operations(_ models: ModelList) -> [APIOperation]
}

/// What a path leads to.
enum Endpoint: Sendable {
  /// Something that anybody may know, such as whether the server is alive.
  case open(method: String, @Sendable () -> APIReply)
  /// Whether the server can answer, which anybody may know; it is told whether it can count.
  case readiness(@Sendable (_ isWell: Bool) -> APIReply)
  /// Something that only clients with a key may know, if keys are asked for.
  case facts(method: String, @Sendable () -> APIReply)
  /// Something that another service tells clients with a key, if keys are asked for.
  case passed(@Sendable () async throws -> APIReply)
  /// Predictions of a model.
  case prediction(ServedModel, CallLayout)

  /// The method that the endpoint takes.
  var method: String {
    switch self {
    case .open(let method, _), .facts(let method, _): method
    case .passed, .readiness: "GET"
    case .prediction(let model, _):
      if case .service(let upstream) = model.source { upstream.method } else { "POST" }
    }
  }
}

/// In which form queries come and answers go.
enum CallLayout: Sendable, Hashable { case rows, columns, classify, regress, explain }

/// Queries that were read from a request.
struct PredictionCall: Sendable {
  var queries: Matrix
  var layout = CallLayout.rows
  var details: AnswerDetails = []
  /// Where counterfactuals must lie; nil for everywhere.
  var region: QueryRegion?
  /// Names of the outputs that the client wants; empty for the usual one.
  var outputs: [String] = []
  /// The client's name for the request.
  var id: String?
}

/// The models of a server, by their names.
struct ModelList: Sendable {
  let all: [ServedModel]

  /// The first model, for dialects whose servers have only one.
  var first: ServedModel { all[0] }

  init(_ all: [ServedModel]) {
    precondition(!all.isEmpty, "a server without a model")
    self.all = all
  }

  /// - Throws: 404 for an unknown name.
  func named(_ name: Substring) throws(APIError) -> ServedModel {
    for model in all where model.name == name { return model }
    throw .unknownModel(String(name))
  }
}

extension WireDialect {
  /// The body as JSON.
  ///
  /// - Parameter depthLimit: most arrays and objects that stand in each other.
  func json(_ request: APIRequest, depthLimit: Int = 32) throws(APIError) -> JSON {
    if let type = request.headers["content-type"], !Self.isJSON(type), !Self.isForm(type) {
      throw APIError(415, "content type '\(type.prefix(60))' is not understood; send application/json")
    }
    do {
      return try JSONReader.value(of: request.body, depthLimit: depthLimit)
    } catch {
      throw .invalid(error.description)
    }
  }

  /// The type that `curl -d` gives whatever it sends, unless told otherwise.
  static func isForm(_ contentType: String) -> Bool {
    contentType.lowercased().hasPrefix("application/x-www-form-urlencoded")
  }

  static func isJSON(_ contentType: String) -> Bool {
    if contentType == "application/json" { return true }
    let parts = contentType.lowercased().split(separator: ";").map { $0.trimmedASCII }
    guard let type = parts.first,
      type == "application/json" || type.hasSuffix("+json") || type.hasPrefix("application/x-amz-json")
    else { return false }
    return parts.dropFirst().allSatisfy {
      !$0.hasPrefix("charset=") || $0.contains("utf-8") || $0.contains("utf8")
    }
  }
}

extension Substring {
  /// The text without spaces at its ends.
  var trimmedASCII: Substring {
    var text = self
    while text.first == " " || text.first == "\t" { text.removeFirst() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
