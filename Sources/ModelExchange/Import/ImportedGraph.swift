import Learning
import Tabular

/// Reads a graph node by node: every tensor becomes what it means (``GraphValue``), until an output is a model.
///
/// Only what earlier nodes made can be used, so a graph that goes round in circles has no first node. The bytes of
/// everything that is made are added up before it is made, and a small file may not become much; values are let go after
/// their last use.
struct ImportedGraph {
  /// Most nodes of a graph.
  static let nodeLimit = 10_000
  /// Most columns of a value.
  static let columnLimit = 1 << 17
  /// Most bytes of the name of an input.
  static let nameLimit = 1 << 10
  /// Most bytes that a graph of any size may become.
  static let memoryLimit = 1 << 30

  let graph: ONNXGraphProto
  let file: String
  let names: ONNXFile.Names
  /// Bytes that the graph may become.
  private let memory: Int
  private var spent = 0
  private var values: [String: GraphValue] = [:]
  /// Everything that was made so far.
  private var made: Set<String> = []
  /// The last id that was given.
  var lastID = 0

  /// The graph of a file of some bytes.
  init(_ graph: ONNXGraphProto, file: String, bytes: Int, names: ONNXFile.Names) {
    self.graph = graph
    self.file = file
    self.names = names
    memory = Self.memory(ofFile: bytes)
  }

  /// The bytes that the graph of a file may become.
  static func memory(ofFile bytes: Int) -> Int { min(64 * bytes + 16 << 20, memoryLimit) }

  /// The pipeline that the graph computes, and what the reader should know of it.
  ///
  /// - Throws: ``ModelExchangeError``.
  func pipeline() throws -> (pipeline: Pipeline, notes: [String]) {
    var reader = self
    guard graph.node.count <= Self.nodeLimit else {
      throw unsupported("it has \(graph.node.count) nodes, more than \(Self.nodeLimit)")
    }
    for tensor in graph.initializer {
      do {
        let constant = try ImportedTensor(tensor)
        try reader.spend(constant.memory)
        try reader.define(tensor.name, .constant(constant))
      } catch let defect as ImportedTensor.Defect {
        throw damaged("the constant '\(tensor.name)' \(defect.reason)")
      }
    }
    try reader.readInputs()
    do {
      let uses = reader.lastUses
      for (place, node) in graph.node.enumerated() {
        try reader.read(node)
        for name in node.input + node.output where uses[name, default: -1] <= place {
          reader.values[name] = nil
        }
      }
      return try reader.finish()
    } catch let error as ModelError {
      throw damaged(error.description)
    }
  }

  func damaged(_ reason: String) -> ModelExchangeError { .damaged(file: file, reason: reason) }
  func unsupported(_ reason: String) -> ModelExchangeError { .unsupported(file: file, reason: reason) }

  /// The place of the last node that takes each value; results of the graph are taken after all nodes.
  private var lastUses: [String: Int] {
    var uses: [String: Int] = [:]
    for (place, node) in graph.node.enumerated() {
      for name in node.input { uses[name] = place }
    }
    for output in graph.output { uses[output.name] = graph.node.count }
    return uses
  }

  private mutating func define(_ name: String, _ value: GraphValue) throws {
    guard made.insert(name).inserted else { throw damaged("'\(name)' is made twice") }
    values[name] = value
  }

  /// Counts what is about to be made: some things of `bytes` bytes each.
  mutating func spend(_ count: Int, of bytes: Int = 1) throws {
    let (cost, isHuge) = count.multipliedReportingOverflow(by: bytes)
    let (sum, overflow) = spent.addingReportingOverflow(cost)
    guard !isHuge, !overflow, sum <= memory else {
      throw unsupported(
        "it would take more than \(memory >> 20) MB of memory, too much for a file of its size")
    }
    spent = sum
  }

  /// Counts features of these columns, each with some bytes more.
  mutating func spend(on pieces: [FeaturePiece], adding bytes: Int = 0) throws {
    try spend(pieces.reduce(0) { $0 + $1.memory + bytes })
  }

  // MARK: Inputs

  private mutating func readInputs() throws {
    var columns: [(input: String, pieces: [FeaturePiece])] = []
    for input in graph.input where !made.contains(input.name) {
      let dimensions = input.type.tensorType.shape.dim
      let width = dimensions.count == 2 && dimensions[1].hasDimValue ? Int(dimensions[1].dimValue) : 0
      guard (1...Self.columnLimit).contains(width) else {
        throw unsupported(
          "the input '\(input.name)' does not say that it has from 1 to \(Self.columnLimit) columns")
      }
      guard input.name.utf8.count <= Self.nameLimit else {
        throw unsupported("the name of an input has more than \(Self.nameLimit) bytes")
      }
      try spend(width, of: MemoryLayout<FeaturePiece>.stride + input.name.utf8.count + 40)
      columns.append((input.name, try pieces(input, width)))
    }
    if let given = names.columns {
      let total = columns.reduce(0) { $0 + $1.pieces.count }
      guard given.count == total else {
        throw unsupported("\(given.count) names of columns are given and the inputs have \(total) columns")
      }
      var rest = given[...]
      for index in columns.indices {
        columns[index].pieces = columns[index].pieces.map { $0.named(rest.removeFirst()) }
      }
    }
    for (name, pieces) in columns { try define(name, .features(pieces)) }
  }

  /// The columns of an input, numbered if there are several.
  private func pieces(_ input: ONNXValueInfoProto, _ width: Int) throws -> [FeaturePiece] {
    try (0..<width).map { index in
      let name = width == 1 ? input.name : "\(input.name)\(index)"
      switch TensorElement(rawValue: input.type.tensorType.elemType) {
      case .float: return .number(ImportedNumber(name: name, isInteger: false, isSingle: true))
      case .double: return .number(ImportedNumber(name: name, isInteger: false, isSingle: false))
      case .int32, .int64, .bool:
        let isTruth = input.type.tensorType.elemType == Int32(TensorElement.bool.rawValue)
        return .number(ImportedNumber(name: name, isInteger: true, isSingle: true, isTruth: isTruth))
      case .string: return .text(ImportedText(name: name))
      case .uint8, nil:
        throw unsupported(
          "the input '\(input.name)' has elements of the unsupported type \(input.type.tensorType.elemType)")
      }
    }
  }

  // MARK: Nodes

  private mutating func read(_ proto: ONNXNodeProto) throws {
    let domain = proto.domain == "ai.onnx" ? "" : proto.domain
    guard let operation = ImportedOperator(rawValue: proto.opType), operation.domain.rawValue == domain else {
      throw ModelExchangeError.unsupportedOperator(
        file: file, name: proto.opType, domain: domain.isEmpty ? "ai.onnx" : domain,
        node: ImportedNode.name(proto))
    }
    let inputs = try proto.input.map { name in
      guard let value = values[name] else {
        throw damaged("node '\(ImportedNode.name(proto))' uses '\(name)', which no earlier node makes")
      }
      return value
    }
    guard !inputs.isEmpty else { throw damaged("node '\(ImportedNode.name(proto))' has no input") }
    let node = try ImportedNode(proto, operation: operation, inputs: inputs, file: file)
    let results = try apply(node)
    guard node.outputs.count <= results.count else {
      throw node.damaged("has \(node.outputs.count) outputs instead of \(results.count)")
    }
    for (name, value) in zip(node.outputs, results) where !name.isEmpty { try define(name, value) }
  }

  private mutating func apply(_ node: ImportedNode) throws -> [GraphValue] {
    switch node.operation {
    case .cast: [try cast(node)]
    case .identity, .reshape: [try passed(node)]
    case .concat, .featureVectorizer: [try concatenated(node)]
    case .gather, .arrayFeatureExtractor: [try selected(node)]
    case .slice: [try sliced(node)]
    case .scaler: [try scaled(node)]
    case .imputer: [try imputed(node)]
    case .oneHotEncoder: [try oneHot(node)]
    case .labelEncoder: [try labelled(node)]
    case .where: [try chosen(node)]
    case .add, .sub, .mul, .div: [try arithmetic(node)]
    case .matMul: [try product(node)]
    case .relu, .tanh, .sigmoid: [try activated(node)]
    case .exp, .reciprocal, .abs, .neg: [try function(node)]
    case .not: [try negated(node)]
    case .reduceSum: [try total(node)]
    case .softmax: [try softmax(node)]
    case .argMax: [try choice(node)]
    case .normalizer: [try normalized(node)]
    case .zipMap: [try zipped(node)]
    case .linearClassifier: try linearClassifier(node)
    case .linearRegressor: [try linearRegressor(node)]
    case .treeEnsembleClassifier: try treeClassifier(node)
    case .treeEnsembleRegressor: [try treeRegressor(node)]
    }
  }

  // MARK: Result

  private mutating func finish() throws -> (pipeline: Pipeline, notes: [String]) {
    var (found, label):
      ([(name: String, answers: ImportedAnswers)], (name: String, answers: ImportedAnswers)?)
    (found, label) = ([], nil)
    for output in graph.output {
      switch values[output.name] {
      case .answers(let answers): found.append((output.name, answers))
      case .network(let network) where network.layers.last?.activation == .identity:
        if let answers = try answers(.network(network)) { found.append((output.name, answers)) }
      case .label(let answers): label = label ?? (output.name, answers)
      default: continue
      }
    }
    guard let first = found.first ?? label else {
      throw unsupported("none of its outputs is a label, a prediction with probabilities, or one number")
    }
    if let label, !found.isEmpty, label.answers.id != first.answers.id {
      throw unsupported("its label is not the class with the largest of its scores or probabilities")
    }
    guard let labels = label?.answers.labels ?? found.lazy.compactMap(\.answers.labels).first else {
      guard label == nil else { throw unsupported("nothing names its classes") }
      return try finished(first.answers, labels: nil, name: first.name)
    }
    if let other = found.first(where: { $0.answers.labels != nil && $0.answers.labels != labels }) {
      throw damaged("the labels of '\(other.name)' are not those of '\(label?.name ?? "")'")
    }
    let whole = try joined(found.map(\.answers)) ?? label?.answers ?? first.answers
    return try finished(whole, labels: labels, name: label?.name ?? first.name)
  }

  /// All columns of answers of which every output holds some; nil without an output.
  private func joined(_ parts: [ImportedAnswers]) throws -> ImportedAnswers? {
    guard var first = parts.first else { return nil }
    if parts.count == 1, let columns = first.plainColumns {
      (first.columns, first.selection) = (columns, nil)
      return first
    }
    let chosen = parts.flatMap { $0.selection ?? Array($0.columns.indices) }
    guard parts.allSatisfy({ $0.id == first.id && $0.norm == first.norm }),
      Set(chosen) == Set(first.columns.indices)
    else { throw unsupported("its outputs are no probabilities of all classes of one model") }
    first.selection = nil
    return first
  }

  private mutating func finished(
    _ answers: ImportedAnswers, labels: [String]?, name: String
  ) throws -> (Pipeline, [String]) {
    try spend(on: answers.features, adding: 512)
    let isForTrees = answers.columns.contains { if case .trees = $0.score { true } else { false } }
    var width = 0
    for piece in answers.features {
      guard case .category(let category) = piece else {
        width += 1
        continue
      }
      try spend(category.levels.count, of: category.name.utf8.count + 256)
      width += category.levels.count
    }
    for column in answers.columns {
      switch column.score {
      case .trees(let ensemble, let target, _, _) where column.link != .share:
        for tree in ensemble.trees where tree.targets.contains(target) { try spend(tree.count, of: 256) }
      case .trees: break
      case .linear, .unit: try spend(width, of: 2 * MemoryLayout<Double>.stride)
      }
    }
    if case .unit(_, let network, _, _)? = answers.columns.first?.score {
      try spend(network.layers.first?.biases.count ?? 0, of: 2 * width * MemoryLayout<Double>.stride)
    }
    let encoding = try ImportedEncoding(answers.features, isForTrees: isForTrees, file: file)
    var result = ImportedResult(answers, encoding, file: file)
    let model = try labels.map { try result.classifier($0) } ?? result.regressor()
    let target =
      labels.map { Pipeline.Target.classes(name: names.target ?? name, labels: $0) }
      ?? .number(name: names.target ?? name)
    let notes =
      ["the columns are called \(encoding.names); the target '\(target.name)'"] + encoding.notes
      + result.notes
    return (try Pipeline(features: encoding.encoder, target: target, model: model), notes)
  }
}

extension Pipeline.Target {
  /// Name of the target.
  fileprivate var name: String {
    switch self {
    case .number(let name), .classes(let name, _): name
    }
  }
}
