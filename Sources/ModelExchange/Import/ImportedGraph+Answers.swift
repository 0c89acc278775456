import Learning
import LinearAlgebra
import RealModule

/// The operators behind a model.
extension ImportedGraph {
  /// A value as answers, with the outputs of layers as scores; nil if it is something else.
  mutating func answers(_ value: GraphValue) throws -> ImportedAnswers? {
    switch value {
    case .answers(let answers): return answers
    case .network(let network):
      guard let last = network.layers.last, [.identity, .sigmoid].contains(last.activation) else {
        return nil
      }
      let link: ImportedAnswers.Link = last.activation == .sigmoid ? .logistic : .identity
      try spend(last.biases.count, of: MemoryLayout<ImportedAnswers.Column>.stride)
      let isLinear = network.layers.count == 1
      if isLinear { try spend(last.weights.elements.count, of: MemoryLayout<Double>.stride) }
      return ImportedAnswers(
        id: network.id, features: network.features,
        columns: last.biases.indices.map { unit in
          let score: ImportedScore =
            isLinear
            ? .linear(weights: last.weights.row(unit), intercept: last.biases[unit])
            : .unit(unit, of: network, factor: 1, offset: 0)
          return .init(score: score, link: link)
        })
    default: return nil
    }
  }

  /// The answers that a node takes as its first input, nothing divided or chosen yet.
  private mutating func plain(_ node: ImportedNode) throws -> ImportedAnswers {
    guard var answers = try answers(node.inputs[0]) else {
      throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    guard let columns = answers.plainColumns else {
      throw node.unsupported("changes probabilities that add up to one")
    }
    (answers.columns, answers.selection) = (columns, nil)
    return answers
  }

  /// A new id for what is computed.
  mutating func newID() -> Int {
    lastID += 1
    return lastID
  }

  /// The same answers with labels.
  mutating func named(_ answers: ImportedAnswers, _ labels: [String]) throws -> ImportedAnswers {
    guard labels.count >= 2 else {
      throw unsupported("it has \(labels.count) classes; at least two are needed")
    }
    guard answers.labels == nil || answers.labels == labels else {
      throw damaged("two nodes give the classes different labels")
    }
    try spend(labels.reduce(0) { $0 + $1.utf8.count + 32 })
    var answers = answers
    answers.labels = labels
    return answers
  }

  // MARK: Single answers

  /// Answers after arithmetic with constants.
  mutating func computed(
    _ answers: ImportedAnswers, _ numbers: [Double], isSwapped: Bool, _ node: ImportedNode
  ) throws -> ImportedAnswers {
    let neutral: Double? =
      switch node.operation {
      case .mul: 1
      case .div: isSwapped ? nil : 1
      case .add: 0
      default: isSwapped ? nil : 0
      }
    if let neutral, numbers.allSatisfy({ $0 == neutral }) { return answers }
    guard let columns = answers.plainColumns else {
      throw node.unsupported("changes probabilities that add up to one")
    }
    guard numbers.count == columns.count || numbers.count == 1, numbers.allSatisfy(\.isFinite) else {
      throw node.damaged("has \(numbers.count) usable numbers for \(columns.count) columns")
    }
    try spend(answers.memory)
    return ImportedAnswers(
      id: newID(), features: answers.features,
      columns: try columns.enumerated().map { place, column in
        let number = numbers[numbers.count == 1 ? 0 : place]
        guard let result = column.computed(node.operation, number, isSwapped: isSwapped) else {
          throw node.unsupported("changes scores or probabilities in a way that no model here does")
        }
        return result
      })
  }

  /// What Exp, Reciprocal, Abs and Neg give.
  mutating func function(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    var answers = try plain(node)
    try spend(answers.memory)
    if node.operation == .neg {
      return .answers(try computed(answers, [-1], isSwapped: false, node))
    }
    answers.columns = try answers.columns.map { column in
      switch (node.operation, column.link) {
      case (.exp, .identity): return .init(score: column.score, link: .exponential)
      case (.reciprocal, .onePlusExponential):
        return .init(score: column.score.scaled(by: -1, adding: 0), link: .logistic)
      case (.abs, .logistic), (.abs, .share), (.abs, .exponential): return column
      default: throw node.unsupported("is applied to \(node.inputs[0].kind) of another kind")
      }
    }
    return .answers(answers)
  }

  mutating func activated(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    if case .answers = node.inputs[0], node.operation == .sigmoid {
      var answers = try plain(node)
      guard answers.columns.allSatisfy({ $0.link == .identity }) else {
        throw node.unsupported("is applied to probabilities")
      }
      try spend(answers.memory)
      for index in answers.columns.indices { answers.columns[index].link = .logistic }
      return .answers(answers)
    }
    guard case .network(var network) = node.inputs[0], let last = network.layers.indices.last,
      network.layers[last].activation == .identity
    else { throw node.unsupported("is applied to \(node.inputs[0].kind)") }
    try spend(network.layers.count, of: MemoryLayout<DenseLayer>.stride)
    network.layers[last].activation =
      switch node.operation {
      case .relu: .relu
      case .tanh: .tanh
      default: .sigmoid
      }
    return .network(network)
  }

  // MARK: Rows of answers

  mutating func softmax(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    guard [1, -1].contains(node.integer("axis", default: -1)) else {
      throw node.unsupported("normalises along axis \(node.integer("axis", default: -1))")
    }
    var answers = try plain(node)
    guard answers.columns.allSatisfy({ $0.link == .identity }) else {
      throw node.unsupported("is applied to probabilities")
    }
    answers.norm = .softmax
    return .answers(answers)
  }

  mutating func normalized(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    guard node.text("norm", default: "MAX") == "L1" else {
      throw node.unsupported("has a norm other than L1")
    }
    guard var answers = try answers(node.inputs[0]) else {
      throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    if answers.norm != .none, answers.selection == nil { return .answers(answers) }
    answers = try plain(node)
    guard answers.columns.allSatisfy({ $0.link == .logistic || $0.link == .share }) else {
      throw node.unsupported("is applied to scores")
    }
    answers.norm = .divided
    return .answers(answers)
  }

  /// What ReduceSum gives.
  mutating func total(_ node: ImportedNode) throws -> GraphValue {
    var axes = node.integers("axes")
    if node.inputs.count == 2, case .constant(let tensor) = node.inputs[1] { axes = tensor.integers ?? [] }
    guard axes == [1] || axes == [-1] else { throw node.unsupported("does not add up rows") }
    return .total(try plain(node).id)
  }

  /// Divisions of answers by their sum, and what stands around one so that it never divides by zero; nil for anything else.
  mutating func normalised(_ node: ImportedNode) throws -> GraphValue? {
    var first = node.inputs[0]
    if case .total = node.inputs[1], let answers = try answers(first) { first = .answers(answers) }
    switch (node.operation, first, node.inputs[1]) {
    case (.div, .answers(var answers), .total(let id)):
      guard answers.id == id, answers.norm == .none, answers.selection == nil else {
        throw node.unsupported("divides by a sum of something else")
      }
      answers.norm = .divided
      return .answers(answers)
    case (.add, .answers(let answers), .isZero(let id)) where answers.id == id: return node.inputs[0]
    case (.mul, .isZero, .constant), (.add, .total, .isZero): return node.inputs[0]
    case (.mul, .constant, .isZero): return node.inputs[1]
    default: return nil
    }
  }

  /// What Not gives.
  func negated(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    guard case .isPositive(let id) = node.inputs[0] else {
      throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    return .isZero(id)
  }

  /// Answers side by side, as Concat gives them.
  mutating func joined(_ node: ImportedNode) throws -> GraphValue {
    var columns: [ImportedAnswers.Column] = []
    var features: [FeaturePiece]?
    for input in node.inputs {
      guard let answers = try answers(input), let more = answers.plainColumns else {
        throw node.unsupported("joins \(input.kind)")
      }
      try spend(on: answers.features)
      guard features == nil || features == answers.features else {
        throw node.unsupported("joins models of different features")
      }
      features = answers.features
      guard columns.count + more.count <= Self.columnLimit else {
        throw node.unsupported("makes more than \(Self.columnLimit) columns")
      }
      try spend(more.count, of: MemoryLayout<ImportedAnswers.Column>.stride)
      columns += more
    }
    return .answers(ImportedAnswers(id: newID(), features: features ?? [], columns: columns))
  }

  /// Some columns of answers.
  mutating func chosen(
    _ columns: [Int], of answers: ImportedAnswers, _ node: ImportedNode
  ) throws -> ImportedAnswers {
    let before = answers.selection ?? Array(answers.columns.indices)
    guard columns.allSatisfy(before.indices.contains) else {
      throw node.damaged("selects a column that is not there")
    }
    try spend(columns.count, of: MemoryLayout<Int>.stride)
    var answers = answers
    answers.selection = columns.map { before[$0] }
    answers.labels = nil
    return answers
  }

  /// What Slice gives: columns side by side.
  mutating func sliced(_ node: ImportedNode) throws -> GraphValue {
    var ranges = (node.integers("starts"), node.integers("ends"), node.integers("axes"))
    if node.inputs.count > 1 {
      let lists = node.inputs.dropFirst().map { input -> [Int] in
        if case .constant(let tensor) = input { tensor.integers ?? [] } else { [] }
      }
      guard lists.count >= 3, lists.count < 4 || lists[3] == [1] else {
        throw node.unsupported("takes no columns side by side")
      }
      ranges = (lists[0], lists[1], lists[2])
    }
    guard [1, -1].contains(ranges.2.first), ranges.2.count == 1, ranges.0.count == 1, ranges.1.count == 1,
      let start = ranges.0.first, let end = ranges.1.first
    else { throw node.unsupported("takes no columns side by side") }
    guard let answers = try answers(node.inputs[0]) else {
      throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    guard start >= 0, start < min(end, answers.width) else { throw node.damaged("selects no column") }
    return .answers(try chosen(Array(start..<min(end, answers.width)), of: answers, node))
  }

  // MARK: Classes

  mutating func choice(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    guard node.integer("axis", default: 0) == 1, node.integer("select_last_index", default: 0) == 0 else {
      throw node.unsupported("looks for the largest in a way other than the first along axis 1")
    }
    guard let answers = try answers(node.inputs[0]), answers.selection == nil else {
      throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    return .choice(answers)
  }

  mutating func zipped(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    guard let answers = try answers(node.inputs[0]) else {
      throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    return .answers(try named(answers, try node.labels(integers: "classlabels_int64s")))
  }
}

extension ImportedAnswers.Column {
  /// The column after arithmetic with a constant; nil where no model here does that.
  fileprivate func computed(_ operation: ImportedOperator, _ number: Double, isSwapped: Bool) -> Self? {
    func scaled(_ factor: Double, _ offset: Double) -> Self {
      .init(score: score.scaled(by: factor, adding: offset), link: link)
    }
    switch (operation, link) {
    case (.add, .identity): return scaled(1, number)
    case (.add, .exponential) where number == 1: return .init(score: score, link: .onePlusExponential)
    case (.sub, .identity): return isSwapped ? scaled(-1, number) : scaled(1, -number)
    case (.sub, .share) where isSwapped && number == 1: return scaled(-1, 1)
    case (.sub, .logistic) where isSwapped && number == 1: return scaled(-1, 0)
    case (.mul, .identity) where number != 0: return scaled(number, 0)
    case (.mul, .exponential) where number > 0: return scaled(1, Double.log(number))
    case (.div, .identity) where !isSwapped && number != 0: return scaled(1 / number, 0)
    default: return nil
    }
  }
}
