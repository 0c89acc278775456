/// One operation of a service, as OpenAPI describes it.
struct APIOperation: Sendable {
  var method = "get"
  let path: String
  let summary: String
  /// Schema of the body; nil for none.
  var request: JSON?
  /// Schema of the answer.
  var response: JSON = ["type": "object"]
  /// Status of a good answer.
  var status = 200
  /// Type of the answer.
  var type = "application/json"
  /// Whether no key is needed.
  var isOpen = false
  /// Further statuses that the operation is made to give.
  var otherStatuses: [Int] = []
  /// Headers that must be sent, with the value that they must have.
  var headers: [String: String] = [:]
}

/// What a service can be asked, as a document of OpenAPI 3.0.3.
///
/// A body with n rows is described by that of one row where JSON Schema cannot say that two lengths agree; the text
/// beside it says how n rows are sent.
struct ServiceDescription: Sendable {
  private let options: ServiceOptions
  private let models: ModelList

  init(_ options: ServiceOptions, _ models: ModelList) {
    self.options = options
    self.models = models
  }

  /// The document.
  var document: JSON {
    var operations: [APIOperation] = [
      APIOperation(
        path: "/metrics", summary: "Counts for Prometheus.", response: ["type": "string"],
        type: "text/plain"),
      APIOperation(path: "/openapi.json", summary: "This document."),
    ]
    for dialect in options.dialects { operations += dialect.dialect.operations(models) }
    var paths: [(path: String, members: [JSON.Member])] = []
    for operation in operations {
      let member = JSON.Member(name: operation.method, value: described(operation))
      if let place = paths.firstIndex(where: { $0.path == operation.path }) {
        if paths[place].members.allSatisfy({ $0.name != operation.method }) {
          paths[place].members.append(member)
        }
      } else {
        paths.append((operation.path, [member]))
      }
    }
    var members: [JSON.Member] = [
      .init(name: "openapi", value: "3.0.3"),
      .init(name: "info", value: ["title": "Predictions by bezoar", "version": "0.1.0"]),
      .init(name: "paths", value: .object(paths.map { .init(name: $0.path, value: .object($0.members)) })),
    ]
    if options.keys != nil {
      members.append(
        .init(
          name: "components",
          value: [
            "securitySchemes": [
              "bearer": ["type": "http", "scheme": "bearer"],
              "key": ["type": "apiKey", "in": "header", "name": "X-API-Key"],
            ]
          ]))
      members.append(.init(name: "security", value: [["bearer": []], ["key": []]]))
    }
    return .object(members)
  }

  private func described(_ operation: APIOperation) -> JSON {
    let answer: JSON = [
      "description": "The answer.",
      "content": .object([.init(name: operation.type, value: ["schema": operation.response])]),
    ]
    let error: JSON = [
      "description": "Why there is no answer.",
      "content": [
        "application/json": ["schema": ["type": "object"]],
        "application/x-amz-json-1.1": ["schema": ["type": "object"]],
        "text/plain": ["schema": ["type": "string"]],
      ],
    ]
    var responses: [JSON.Member] = [.init(name: "\(operation.status)", value: answer)]
    responses += operation.otherStatuses.map { .init(name: "\($0)", value: answer) }
    responses.append(.init(name: "default", value: error))
    var members: [JSON.Member] = [.init(name: "summary", value: .string(operation.summary))]
    if !operation.headers.isEmpty {
      members.append(
        .init(
          name: "parameters",
          value: .array(
            operation.headers.sorted { $0.key < $1.key }.map {
              [
                "name": .string($0.key), "in": "header", "required": true,
                "schema": ["type": "string", "enum": [.string($0.value)]],
              ]
            })))
    }
    if let request = operation.request {
      members.append(
        .init(
          name: "requestBody",
          value: ["required": true, "content": ["application/json": ["schema": request]]]))
    }
    members.append(.init(name: "responses", value: .object(responses)))
    if operation.isOpen, options.keys != nil { members.append(.init(name: "security", value: [])) }
    return .object(members)
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByArrayLiteral, ExpressibleByIntegerLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(booleanLiteral value: Bool) { self = .boolean(value) }
  init(integerLiteral value: Int) { self = .number(Double(value)) }
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }
}
