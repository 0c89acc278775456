import Querying
import Tabular

/// What a server of the Open Inference Protocol says of itself and of its models.
enum V2Metadata {
  /// The server.
  static let server: JSON = .object([
    "name": .string("bezoar"), "version": .string("0.1.0"), "extensions": .array([]),
  ])

  /// The list of models, as Triton and MLServer give it.
  static func index(_ models: ModelList) -> JSON {
    .array(
      models.all.map {
        .object([
          "name": .string($0.name), "version": .string($0.version), "state": .string("READY"),
          "reason": .string(""),
        ])
      })
  }

  /// A model.
  static func model(_ model: ServedModel) -> JSON {
    .object([
      "name": .string(model.name), "versions": .strings([model.version]), "platform": .string("bezoar"),
      "inputs": .array(inputs(model)), "outputs": .array(outputs(model).map { output($0, model) }),
      "parameters": .object(
        model.describesInputs ? ["accepts_missing": .boolean(model.capabilities.acceptsMissing)] : [:]),
    ])
  }

  /// The datatype of a column.
  static func datatype(_ input: InputColumn) -> String { input.isNumber ? "FP64" : "BYTES" }

  private static func inputs(_ model: ServedModel) -> [JSON] {
    let columns = model.schema.inputs
    guard model.isNumeric else {
      guard model.describesInputs else { return [] }
      return columns.map { tensor($0.name, datatype($0), 1, described([$0], model)) }
    }
    return [tensor("inputs", "FP64", columns.count, described(columns, model))]
  }

  private static func tensor(_ name: String, _ datatype: String, _ width: Int, _ parameters: JSON?) -> JSON {
    var members: [JSON.Member] = [
      .init(name: "name", value: .string(name)), .init(name: "datatype", value: .string(datatype)),
      .init(name: "shape", value: .array([.number(-1), .number(Double(width))])),
    ]
    if let parameters { members.append(.init(name: "parameters", value: parameters)) }
    return .object(members)
  }

  /// What clients may know of columns: names, bounds and categories.
  private static func described(_ columns: [InputColumn], _ model: ServedModel) -> JSON? {
    guard model.describesInputs else { return nil }
    if case .category(let levels)? = columns.first?.kind { return .object(["categories": .strings(levels)]) }
    let ranges = columns.map { model.toldRange(of: $0) }
    func list(_ value: (ClosedRange<Double>) -> Double) -> JSON {
      .array(ranges.map { $0.map { .number(value($0)) } ?? .null })
    }
    var members: [JSON.Member] = [
      .init(name: "columns", value: .strings(columns.map(\.name))),
      .init(name: "minimum", value: list(\.lowerBound)), .init(name: "maximum", value: list(\.upperBound)),
    ]
    if columns.contains(where: \.isWhole) {
      members.append(.init(name: "integer", value: .array(columns.map { .boolean($0.isWhole) })))
    }
    if columns.contains(where: { $0.group != nil }) {
      members.append(.init(name: "group", value: .array(columns.map { described($0.group) })))
    }
    return .object(members)
  }

  /// A category that stands in 0/1 columns of its own, and how many of them are 1 in a row.
  private static func described(_ group: IndicatorGroup?) -> JSON {
    guard let group else { return .null }
    return .object([
      "name": .string(group.name), "least": .number(Double(group.least)), "most": .number(Double(group.most)),
    ])
  }

  /// Names of the outputs that clients may ask for; the first is the usual one.
  static func outputs(_ model: ServedModel) -> [String] {
    var names = ["predict"]
    if model.capabilities.content == .probabilities { names.append("predict_proba") }
    if [.probabilities, .confidence].contains(model.capabilities.content) { names.append("confidence") }
    if model.capabilities.details.contains(.nodes) { names += ["node", "fields"] }
    if model.capabilities.details.contains(.gradients) { names.append("gradient") }
    if model.capabilities.details.contains(.counterfactuals) { names.append("counterfactual") }
    return names
  }

  private static func output(_ name: String, _ model: ServedModel) -> JSON {
    switch name {
    case "predict": return tensor(name, "\(predictType(model))", 1, nil)
    case "predict_proba":
      return tensor(
        name, "FP64", model.schema.classCount,
        model.describesInputs ? .object(["labels": .strings(model.schema.classes)]) : nil)
    case "node": return tensor(name, "INT64", 1, nil)
    case "fields": return tensor(name, "BYTES", 1, nil)
    case "gradient": return tensor(name, "FP64", model.schema.inputs.count, nil)
    case "counterfactual":
      let takesRegion = model.capabilities.details.contains(.boundedCounterfactuals)
      return tensor(
        name, "FP64", model.schema.inputs.count, takesRegion ? .object(["region": .boolean(true)]) : nil)
    default: return tensor(name, "FP64", 1, nil)
    }
  }

  /// The datatype of predictions.
  static func predictType(_ model: ServedModel) -> StaticString {
    switch model.labelKind {
    case .number: "FP64"
    case .integers: "INT64"
    case .strings: "BYTES"
    }
  }

  /// - Throws: 400 for an output that the model does not offer.
  static func check(output: String, of model: ServedModel) throws(APIError) {
    let offered = outputs(model)
    guard offered.contains(output) else {
      throw .invalid(
        "model '\(model.name)' does not give the output '\(output.prefix(40))'; it gives \(offered.joined(separator: ", "))"
      )
    }
  }

  /// What is needed for some outputs besides the answer.
  static func details(_ outputs: [String]) -> AnswerDetails {
    var details: AnswerDetails = []
    for output in outputs {
      switch output {
      case "node", "fields": details.insert(.nodes)
      case "gradient": details.insert(.gradients)
      case "counterfactual": details.insert(.counterfactuals)
      default: break
      }
    }
    return details
  }
}
