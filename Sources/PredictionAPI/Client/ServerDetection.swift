import FoundationEssentials
import LinearAlgebra
import Querying
import Tabular

/// Finds out which dialect a server speaks and what it says of its model.
struct ServerDetection {
  let exchange: HTTPExchange
  let url: String
  /// How to ask, if the user says so.
  private let template: ServiceTemplate?
  /// What is known of columns that a template names.
  let known: ColumnRanges
  /// The part before the path of the dialect, without a slash at its end.
  let base: String
  /// The path of the dialect, if the user gave one.
  private let path: [Substring]

  /// - Throws: ``HTTPOracleError/badURL(_:)``.
  init(
    _ text: String, _ exchange: HTTPExchange, template: ServiceTemplate? = nil,
    known: ColumnRanges = ColumnRanges()
  ) throws {
    (self.exchange, self.template, self.known) = (exchange, template, known)
    let full = text.contains("://") ? text : "http://\(text)"
    // Places for values are no part of an address yet.
    guard let parsed = URL(string: String(full.prefix { $0 != "{" && $0 != "?" })), let host = parsed.host(),
      !host.isEmpty,
      ["http", "https"].contains(parsed.scheme?.lowercased() ?? "")
    else { throw HTTPOracleError.badURL(text) }
    url = full.hasSuffix("/") ? String(full.dropLast()) : full
    let start = full.firstRange(of: "://")?.upperBound ?? full.startIndex
    let slash = full[start...].firstIndex(of: "/") ?? full.endIndex
    let parts = full[slash...].split(separator: "?", maxSplits: 1).first?.split(separator: "/") ?? []
    let places = ["v2", "v1", "invocations", "prediction", "model"].compactMap { word in
      parts.firstIndex { $0 == word }
    }
    let place = places.min() ?? parts.count
    path = Array(parts[place...])
    base = ([String(full[..<slash])] + parts[..<place].map(String.init)).joined(separator: "/")
  }

  /// A client of the server and what it says of its model, checked.
  ///
  /// - Throws: ``HTTPOracleError``.
  func detect() async throws -> (client: any WireClient, facts: ModelFacts) {
    let (client, facts) = try await found()
    return (client, try facts.checked(client.url))
  }

  private func found() async throws -> (client: any WireClient, facts: ModelFacts) {
    if template != nil || RequestTemplate(address: url) != nil {
      // The same request about every row would make a model that never changes.
      if template?.request == nil, RequestTemplate(address: url) == nil {
        throw RequestTemplateError.noPlace(url)
      }
      return try templated(url, template ?? ServiceTemplate())
    }
    // A wrong address is told of at once.
    let moved = try await move()
    switch path.first {
    case "v2": return try await v2()
    case "v1": return try await v1()
    case "invocations": return (MLflowClient(url: base + "/invocations"), ModelFacts())
    case "prediction", "model": return try await bigml()
    default: break
    }
    if let reply = try await get("/v2"), reply["name"]?.string != nil { return try await v2() }
    if try await get("/v1/models")?["models"] != nil { return try await v1() }
    if try await isMLflow() { return (MLflowClient(url: base + "/invocations"), ModelFacts()) }
    if try await get("/model")?["objects"] != nil { return try await bigml() }
    if let models = try await amazonModels() { return try await amazon(models) }
    if let described = try await described() { return described }
    throw moved ?? HTTPOracleError.unknownDialect(url: url)
  }

  /// Whether the address leads elsewhere; a slash at its end is no other place.
  private func move() async throws -> HTTPOracleError? {
    do {
      _ = try await exchange.send(WireRequest(method: "GET", url: base + "/"), isPatient: false)
    } catch let error as HTTPOracleError {
      guard case .moved(_, let place) = error else { throw error }
      return base.hasSuffix(place) || place == base ? nil : error
    }
    return nil
  }

  private func reply(_ path: String, method: String = "GET", body: [UInt8] = []) async throws -> WireReply {
    let headers = body.isEmpty ? [] : [(name: "content-type", value: "application/json")]
    return try await sent(WireRequest(method: method, url: base + path, headers: headers, body: body))
  }

  /// The reply to a request of detection; what stands elsewhere says nothing of this place.
  func sent(_ request: WireRequest) async throws -> WireReply {
    do {
      return try await exchange.send(request)
    } catch HTTPOracleError.moved {
      return WireReply(status: 404, body: [])
    }
  }

  /// The JSON at a path; nil if there is none.
  private func get(_ path: String) async throws -> JSON? {
    let reply = try await reply(path)
    return reply.status == 200 ? reply.json : nil
  }

  /// The one model of a list, or the one that the path names.
  private func one(of models: [String], named: String?) throws -> String {
    if let named { return named }
    guard models.count == 1 else { throw HTTPOracleError.modelUnknown(url: url, known: models) }
    return models[0]
  }

  // MARK: Open Inference Protocol

  private func v2() async throws -> (client: any WireClient, facts: ModelFacts) {
    let named = path.count > 2 && path[1] == "models" ? String(path[2]) : nil
    var models: [String] = []
    if named == nil {
      models =
        try await get("/v2/models")?["models"]?.elements?.compactMap { $0.string ?? $0["name"]?.string } ?? []
      if models.isEmpty {
        let index = try await reply("/v2/repository/index", method: "POST", body: Array("{}".utf8))
        models = index.json?.elements?.compactMap { $0["name"]?.string } ?? []
      }
    }
    let model = try one(of: models, named: named)
    let place = "/v2/models/\(model)"
    let reply = try await reply(place)
    guard reply.status == 200, let metadata = reply.json else {
      throw HTTPOracleError.notUnderstood(url: base + place, reason: reply.message)
    }
    let facts = Self.v2Facts(metadata)
    let isWhole =
      facts.tensors.count <= 1 && facts.unlistedCategories.isEmpty && facts.inputs.allSatisfy(\.isNumber)
    return (
      V2Client(
        url: base + place + "/infer", tensor: isWhole ? facts.tensors.first ?? "input-0" : nil,
        datatypes: facts.datatypes), facts
    )
  }

  /// What the metadata of a model say.
  static func v2Facts(_ metadata: JSON) -> ModelFacts {
    var facts = ModelFacts()
    let tensors = metadata["inputs"]?.elements ?? []
    facts.tensors = tensors.compactMap { $0["name"]?.string }
    facts.outputs = metadata["outputs"]?.elements?.compactMap { $0["name"]?.string } ?? []
    for output in metadata["outputs"]?.elements ?? [] {
      facts.classes = output["parameters"]?["labels"]?.elements?.compactMap(\.string) ?? facts.classes
      if output["parameters"]?["region"] == .boolean(true) { facts.takesRegions = true }
    }
    if tensors.count == 1, let size = tensors[0]["shape"]?.elements?.last?.count,
      (1...ModelFacts.widthLimit).contains(size), tensors[0]["datatype"]?.string != "BYTES"
    {
      facts.width = size
      let described = tensors[0]["parameters"]
      let names = described?["columns"]?.elements?.compactMap(\.string) ?? []
      facts.areWhole = noteType(of: tensors[0], &facts)
      if names.count == size, Set(names).count == size {
        facts.inputs = names.indices.map { number(names[$0], described, at: $0, isWhole: facts.areWhole) }
      }
    } else if tensors.count > 1 || tensors.first?["datatype"]?.string == "BYTES" {
      for tensor in tensors { describe(tensor, &facts) }
    }
    return facts
  }

  /// A tensor that is one column.
  private static func describe(_ tensor: JSON, _ facts: inout ModelFacts) {
    let name = tensor["name"]?.string ?? "\(facts.inputs.count)"
    let parameters = tensor["parameters"]
    if tensor["datatype"]?.string == "BYTES" {
      let levels = parameters?["categories"]?.elements?.compactMap(\.string) ?? []
      if levels.isEmpty { facts.unlistedCategories.append(name) }
      facts.inputs.append(
        DescribedColumn(name: name, kind: .category(levels: levels.isEmpty ? ["?"] : levels)))
    } else {
      let isWhole = noteType(of: tensor, &facts)
      facts.inputs.append(number(name, parameters, at: 0, isWhole: isWhole))
    }
  }

  /// Notes the datatype of a tensor of whole numbers or truth values, which must come as such.
  private static func noteType(of tensor: JSON, _ facts: inout ModelFacts) -> Bool {
    guard let type = tensor["datatype"]?.string, let name = tensor["name"]?.string,
      type.hasPrefix("INT") || type.hasPrefix("UINT") || type == "BOOL"
    else { return false }
    facts.datatypes[name] = type
    return true
  }

  /// A column of numbers, with what the parameters of its tensor tell of it.
  private static func number(
    _ name: String, _ parameters: JSON?, at place: Int, isWhole: Bool
  ) -> DescribedColumn {
    func element(_ key: String) -> JSON? {
      parameters?[key]?.elements.flatMap { $0.indices.contains(place) ? $0[place] : nil }
    }
    var column = DescribedColumn(
      name: name, kind: .number(range(element("minimum"), element("maximum"))),
      isWhole: isWhole || element("integer") == .boolean(true))
    if let group = element("group"), let category = group["name"]?.string, column.isIndicator {
      let (least, most) = (group["least"]?.count ?? 0, group["most"]?.count ?? 1)
      column.group = IndicatorGroup(name: category, least: min(least, max(most, 1)), most: max(most, 1))
    }
    return column
  }

  /// A range whose ends a server gives; nil if one is missing or none that an attack can search up to.
  private static func range(_ lower: JSON?, _ upper: JSON?) -> ClosedRange<Double>? {
    guard let lower = finite(lower), let upper = finite(upper) else { return nil }
    return min(lower, upper)...max(lower, upper)
  }

  /// A bound that a server gives; nil for one that no attack can search up to.
  private static func finite(_ json: JSON?) -> Double? {
    json?.number.flatMap { abs($0) <= 1e150 ? $0 : nil }
  }
}

extension DescribedColumn {
  /// Whether it holds nothing but 0 and 1.
  fileprivate var isIndicator: Bool { kind == .number(0...1) }
}

// MARK: Other dialects

extension ServerDetection {
  private func v1() async throws -> (client: any WireClient, facts: ModelFacts) {
    let last = path.count > 2 ? path[2].split(separator: ":").first.map(String.init) : nil
    let models =
      last == nil ? try await get("/v1/models")?["models"]?.elements?.compactMap(\.string) ?? [] : []
    let model = try one(of: models, named: last)
    let place = "/v1/models/\(model)"
    let status = try await get(place)
    let isTensorFlow = status?["model_version_status"] != nil
    var facts = ModelFacts()
    if isTensorFlow, let metadata = try await get(place + "/metadata") {
      facts = Self.tensorFlowFacts(metadata)
    }
    return (
      InstancesClient(dialect: isTensorFlow ? .tfserving : .kserveV1, url: base + place + ":predict"), facts
    )
  }

  /// The width of a model with one input, from the signature that TensorFlow Serving gives.
  static func tensorFlowFacts(_ metadata: JSON) -> ModelFacts {
    var facts = ModelFacts()
    let signature = metadata["metadata"]?["signature_def"]?["signature_def"]?["serving_default"]
    let inputs = signature?["inputs"]?.members ?? []
    if inputs.count == 1 { facts.areWhole = isWhole(inputs[0].value["dtype"]?.string ?? "") }
    if inputs.count == 1, let sizes = inputs[0].value["tensor_shape"]?["dim"]?.elements, sizes.count == 2 {
      facts.width = sizes[1]["size"].flatMap { $0.string.flatMap { Int($0) } ?? $0.count }.flatMap {
        (1...ModelFacts.widthLimit).contains($0) ? $0 : nil
      }
    } else {
      for input in inputs {
        if input.value["dtype"]?.string == "DT_STRING" {
          facts.unlistedCategories.append(input.name)
          facts.inputs.append(DescribedColumn(name: input.name, kind: .category(levels: ["?"])))
        } else {
          let type = input.value["dtype"]?.string ?? ""
          facts.inputs.append(
            DescribedColumn(
              name: input.name, kind: .number(type == "DT_BOOL" ? 0...1 : nil), isWhole: Self.isWhole(type)))
        }
      }
    }
    return facts
  }

  /// Whether a datatype of TensorFlow holds whole numbers only.
  private static func isWhole(_ type: String) -> Bool {
    type.hasPrefix("DT_INT") || type.hasPrefix("DT_UINT") || type == "DT_BOOL"
  }

  private func isMLflow() async throws -> Bool {
    let version = try await reply("/version")
    guard version.status == 200, version.body.first.map({ (48...57).contains($0) }) == true else {
      return false
    }
    return try await reply("/ping").status == 200
  }

  private func bigml() async throws -> (client: any WireClient, facts: ModelFacts) {
    let named = path.count > 1 && path[0] == "model" ? String(path[1]) : nil
    let list = named == nil ? try await get("/model") : nil
    let models =
      list?["objects"]?.elements?.compactMap {
        $0["resource"]?.string?.split(separator: "/").last.map(String.init)
      } ?? []
    let model = try one(of: models, named: named)
    guard let resource = try await get("/model/\(model)") else {
      throw HTTPOracleError.notUnderstood(url: "\(base)/model/\(model)", reason: "the model is not described")
    }
    return (BigMLClient(url: base + "/prediction", model: model), Self.bigmlFacts(resource))
  }

  static func bigmlFacts(_ resource: JSON) -> ModelFacts {
    var facts = ModelFacts()
    let target = resource["objective_field"]?.string
    let fields = resource["model"]?["model_fields"] ?? resource["model"]?["fields"]
    for field in fields?.members ?? [] {
      let (name, summary) = (field.value["name"]?.string ?? field.name, field.value["summary"])
      let categories =
        summary?["categories"]?.elements?.compactMap { $0.elements?.first.flatMap { RawAnswer.text(of: $0) } }
        ?? []
      if field.name == target {
        facts.classes = categories
      } else if field.value["optype"]?.string == "categorical" {
        if categories.isEmpty { facts.unlistedCategories.append(name) }
        facts.inputs.append(
          DescribedColumn(name: name, kind: .category(levels: categories.isEmpty ? ["?"] : categories)))
      } else {
        facts.inputs.append(
          DescribedColumn(name: name, kind: .number(range(summary?["minimum"], summary?["maximum"]))))
      }
    }
    return facts
  }

  private func amazonModels() async throws -> [String]? {
    let reply = try await sent(AmazonClient.call("DescribeMLModels", base + "/", .object([:])))
    guard reply.status == 200 else { return nil }
    return reply.json?["Results"]?.elements?.compactMap { $0["MLModelId"]?.string }
  }

  private func amazon(_ models: [String]) async throws -> (client: any WireClient, facts: ModelFacts) {
    let model = try one(of: models, named: nil)
    let reply = try await exchange.send(
      AmazonClient.call(
        "GetMLModel", base + "/", .object(["MLModelId": .string(model), "Verbose": .boolean(true)])))
    return (AmazonClient(url: base + "/", model: model), Self.amazonFacts(reply.json))
  }

  /// What the description of a model of Amazon says.
  static func amazonFacts(_ description: JSON?) -> ModelFacts {
    var facts = ModelFacts()
    if let text = description?["Schema"]?.string, let schema = try? JSONReader.value(of: Array(text.utf8)) {
      facts.classes = schema["classes"]?.elements?.compactMap(\.string) ?? []
      for attribute in schema["attributes"]?.elements ?? [] {
        let name = attribute["attributeName"]?.string ?? ""
        if attribute["attributeType"]?.string == "NUMERIC" {
          let ends = attribute["range"]?.elements ?? []
          facts.inputs.append(
            DescribedColumn(
              name: name, kind: .number(ends.count == 2 ? Self.range(ends[0], ends[1]) : nil)))
        } else {
          let levels = attribute["categories"]?.elements?.compactMap(\.string) ?? []
          if levels.isEmpty { facts.unlistedCategories.append(name) }
          facts.inputs.append(
            DescribedColumn(name: name, kind: .category(levels: levels.isEmpty ? ["?"] : levels)))
        }
      }
    }
    return facts
  }
}
