import LinearAlgebra
import Querying
import Tabular

/// Servers of the Open Inference Protocol.
extension ServerDetection {
  func v2() async throws -> (client: any WireClient, facts: ModelFacts) {
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
  static func range(_ lower: JSON?, _ upper: JSON?) -> ClosedRange<Double>? {
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
