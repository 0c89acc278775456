import LinearAlgebra
import Querying
import Tabular

/// Servers of the other dialects.
extension ServerDetection {
  func v1() async throws -> (client: any WireClient, facts: ModelFacts) {
    // Platforms have places of their own, such as /v1/projects/…/endpoints/1:predict.
    if path.count > 1, path[1] != "models", url.hasSuffix(":predict") {
      return (InstancesClient(dialect: .kserveV1, url: url), columnFacts(known.columnNames))
    }
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

  func isMLflow() async throws -> Bool {
    let version = try await reply("/version")
    guard version.status == 200, version.body.first.map({ (48...57).contains($0) }) == true else {
      return false
    }
    return try await reply("/ping").status == 200
  }

  /// A scoring server of MLflow, or another container that answers there.
  func invocations() async throws -> (client: any WireClient, facts: ModelFacts) {
    let address = base + "/invocations"
    if known.columnNames.isEmpty { return (MLflowClient(url: address), ModelFacts()) }
    if try await isMLflow() { return (MLflowClient(url: address), ModelFacts()) }
    let facts = columnFacts(known.columnNames)
    for form in MLflowClient.Form.allCases {
      if try await answers(MLflowClient(url: address, form: form, isNamed: true), facts) {
        return (MLflowClient(url: address), ModelFacts())
      }
    }
    return try await shaped() ?? (MLflowClient(url: address), ModelFacts())
  }

  func bigml() async throws -> (client: any WireClient, facts: ModelFacts) {
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

  func amazonModels() async throws -> [String]? {
    let reply = try await sent(AmazonClient.call("DescribeMLModels", base + "/", .object([:])))
    guard reply.status == 200 else { return nil }
    return reply.json?["Results"]?.elements?.compactMap { $0["MLModelId"]?.string }
  }

  func amazon(_ models: [String]) async throws -> (client: any WireClient, facts: ModelFacts) {
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
