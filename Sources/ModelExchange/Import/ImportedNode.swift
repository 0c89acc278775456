import FoundationEssentials

/// One node of a graph, with its settings by name.
struct ImportedNode {
  let file: String
  let operation: ImportedOperator
  /// Name of the node, or of what it makes if it has none.
  let name: String
  let inputs: [GraphValue]
  let outputs: [String]
  private let attributes: [String: ONNXAttributeProto]

  /// A node of an operator that is understood.
  init(_ node: ONNXNodeProto, operation: ImportedOperator, inputs: [GraphValue], file: String) throws {
    self.file = file
    self.operation = operation
    name = Self.name(node)
    self.inputs = inputs
    outputs = node.output
    attributes = Dictionary(node.attribute.map { ($0.name, $0) }) { first, _ in first }
    guard attributes.count == node.attribute.count, !node.attribute.contains(where: \.hasRefAttrName) else {
      throw damaged("has a setting twice")
    }
  }

  /// What a node is called in messages.
  static func name(_ node: ONNXNodeProto) -> String {
    node.name.isEmpty ? node.output.first ?? "" : node.name
  }

  /// The error for parts that contradict each other.
  func damaged(_ reason: String) -> ModelExchangeError {
    .damaged(file: file, reason: "node '\(name)' (\(operation.rawValue)) \(reason)")
  }

  /// The error for something that no model here does.
  func unsupported(_ reason: String) -> ModelExchangeError {
    .unsupported(file: file, reason: "node '\(name)' (\(operation.rawValue)) \(reason)")
  }

  /// Checks the number of inputs.
  func expect(inputs count: Int) throws {
    guard inputs.count == count else { throw damaged("has \(inputs.count) inputs instead of \(count)") }
  }

  /// Whether a setting is there and not empty.
  func has(_ name: String) -> Bool {
    guard let attribute = attributes[name] else { return false }
    return attribute.hasT || attribute.hasF || attribute.hasI || attribute.hasS
      || !(attribute.floats.isEmpty && attribute.ints.isEmpty && attribute.strings.isEmpty)
  }

  func integer(_ name: String, default value: Int) -> Int { attributes[name].map { Int($0.i) } ?? value }
  func integers(_ name: String) -> [Int] { attributes[name]?.ints.map { Int($0) } ?? [] }
  func number(_ name: String, default value: Double) -> Double {
    attributes[name].map { Double($0.f) } ?? value
  }
  func numbers(_ name: String) -> [Double] { attributes[name]?.floats.map { Double($0) } ?? [] }
  func text(_ name: String, default value: String) -> String {
    attributes[name].map { String(decoding: $0.s, as: UTF8.self) } ?? value
  }
  func texts(_ name: String) -> [String] {
    attributes[name]?.strings.map { String(decoding: $0, as: UTF8.self) } ?? []
  }

  /// Numbers that stand in a list or, in double precision, in a tensor of the longer name.
  func numbersOrTensor(_ name: String) throws -> [Double] {
    guard let tensor = attributes["\(name)_as_tensor"], tensor.hasT else { return numbers(name) }
    do {
      guard let numbers = try ImportedTensor(tensor.t).numbers else {
        throw damaged("has texts for \(name)_as_tensor")
      }
      return numbers
    } catch let defect as ImportedTensor.Defect {
      throw damaged("has a setting \(name)_as_tensor that \(defect.reason)")
    }
  }

  /// The labels of classes, as texts or whole numbers.
  func labels(integers name: String) throws -> [String] {
    let labels = has("classlabels_strings") ? texts("classlabels_strings") : integers(name).map { String($0) }
    guard labels.count >= 2 else { throw unsupported("has \(labels.count) classes; at least two are needed") }
    return labels
  }

  /// Refuses settings that would change the meaning.
  func refuse(_ names: String...) throws {
    for name in names where has(name) { throw unsupported("has the setting \(name), which is not supported") }
  }
}
