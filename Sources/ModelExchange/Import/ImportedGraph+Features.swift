import Learning
import Tabular

/// The operators that encode features.
extension ImportedGraph {
  /// The features that a node takes as its first input.
  func features(_ node: ImportedNode) throws -> [FeaturePiece] {
    guard case .features(let pieces) = node.inputs[0] else {
      throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    return pieces
  }

  /// One number per encoded column, where a single one counts for all.
  private func spread(_ values: [Double], _ width: Int, _ node: ImportedNode) throws -> [Double] {
    guard values.count == width || values.count == 1 else {
      throw node.damaged("has \(values.count) numbers for \(width) columns")
    }
    return values.count == width ? values : [Double](repeating: values[0], count: width)
  }

  /// What Identity and Reshape give: the same, as nothing here depends on shapes.
  func passed(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: node.operation == .reshape ? 2 : 1)
    if node.operation == .reshape { try checkShape(node, node.inputs[0]) }
    return node.inputs[0]
  }

  /// Rows must stay rows.
  private func checkShape(_ node: ImportedNode, _ value: GraphValue) throws {
    guard case .constant(let tensor) = node.inputs[1], let shape = tensor.integers else {
      throw node.unsupported("has a shape that is no constant")
    }
    let width: Int
    switch value {
    case .features(let pieces): width = pieces.reduce(0) { $0 + $1.width }
    case .network(let network): width = network.outputCount
    case .answers(let answers): width = answers.width
    case .choice, .label:
      guard shape == [-1] || shape == [-1, 1] else { throw node.unsupported("has the shape \(shape)") }
      return
    default: throw node.unsupported("is applied to \(value.kind)")
    }
    let isFree = shape.count == 2 && shape[0] == -1 && shape[1] == width
    guard isFree || (width == 1 && shape == [-1]) else { throw node.unsupported("has the shape \(shape)") }
  }

  /// What Concat and FeatureVectorizer give: columns side by side.
  mutating func concatenated(_ node: ImportedNode) throws -> GraphValue {
    guard [1, -1, 2].contains(node.integer("axis", default: 1)) else {
      throw node.unsupported("joins along axis \(node.integer("axis", default: 1))")
    }
    if try answers(node.inputs[0]) != nil { return try joined(node) }
    var (pieces, width) = ([FeaturePiece](), 0)
    for input in node.inputs {
      guard case .features(let more) = input else { throw node.unsupported("joins \(input.kind)") }
      width += more.reduce(0) { $0 + $1.width }
      guard width <= Self.columnLimit else {
        throw node.unsupported("makes more than \(Self.columnLimit) columns")
      }
      try spend(on: more)
      pieces += more
    }
    return .features(pieces)
  }

  /// What Gather and ArrayFeatureExtractor give: some columns, or the labels of predicted classes.
  mutating func selected(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 2)
    let axis = node.integer("axis", default: 0)
    let selectsRows = node.operation == .gather && axis == 0
    if node.operation == .arrayFeatureExtractor || selectsRows, case .choice(let answers) = node.inputs[1],
      case .constant(let classes) = node.inputs[0], let labels = classes.labels
    {
      return .label(try named(answers, labels))
    }
    guard !selectsRows else { throw node.unsupported("selects rows") }
    guard node.operation == .arrayFeatureExtractor || [1, -1, 2].contains(axis) else {
      throw node.unsupported("selects along axis \(axis)")
    }
    guard case .constant(let tensor) = node.inputs[1], let columns = tensor.integers else {
      throw node.unsupported("selects columns that are no constants")
    }
    guard !columns.isEmpty else { throw node.damaged("selects no column") }
    guard columns.count <= Self.columnLimit else {
      throw node.unsupported("makes more than \(Self.columnLimit) columns")
    }
    if let answers = try answers(node.inputs[0]) {
      return .answers(try chosen(columns, of: answers, node))
    }
    return .features(try chosen(columns, of: features(node), node))
  }

  /// Some encoded columns; those of one category that stand side by side stay together.
  private mutating func chosen(
    _ columns: [Int], of pieces: [FeaturePiece], _ node: ImportedNode
  ) throws -> [FeaturePiece] {
    var owners: [(piece: Int, column: Int)] = []
    for (place, piece) in pieces.enumerated() {
      owners += (0..<piece.width).map { (place, $0) }
    }
    var (result, last) = ([FeaturePiece](), -1)
    for column in columns {
      guard owners.indices.contains(column) else {
        throw node.damaged("selects column \(column) of \(owners.count)")
      }
      let (place, inner) = owners[column]
      guard case .category(var category) = pieces[place] else {
        result.append(pieces[place])
        last = -1
        continue
      }
      let chosen = category.columns[inner]
      try spend(MemoryLayout<ImportedCategory.Column>.stride)
      if place == last, case .category(var open)? = result.popLast() {
        open.columns.append(chosen)
        result.append(.category(open))
      } else {
        category.columns = [chosen]
        result.append(.category(category))
      }
      last = place
    }
    try spend(on: result)
    return result
  }

  mutating func scaled(_ node: ImportedNode) throws -> GraphValue {
    let pieces = try features(node)
    let width = pieces.reduce(0) { $0 + $1.width }
    let offsets = try spread(node.has("offset") ? node.numbers("offset") : [0], width, node)
    let scales = try spread(node.has("scale") ? node.numbers("scale") : [1], width, node)
    return .features(
      try affine(pieces, node) { .init(subtracted: offsets[$0], factor: scales[$0], divisor: 1) })
  }

  /// The pieces after a step for every encoded column.
  private mutating func affine(
    _ pieces: [FeaturePiece], _ node: ImportedNode, _ step: (_ column: Int) -> ImportedNumber.Step
  ) throws -> [FeaturePiece] {
    try spend(on: pieces, adding: 32 + MemoryLayout<ImportedNumber.Step>.stride)
    var (column, result) = (0, [FeaturePiece]())
    for piece in pieces {
      switch piece {
      case .number(var number):
        let step = step(column)
        guard step.factor != 0, step.divisor != 0 else {
          throw node.unsupported("multiplies column '\(number.name)' by zero")
        }
        guard number.steps.count < ImportedNumber.stepLimit else {
          throw node.unsupported("is step \(ImportedNumber.stepLimit + 1) of a scaling")
        }
        guard !number.isCut else {
          throw node.unsupported("scales column '\(number.name)' after its fractions are cut off")
        }
        number.scale(by: step)
        result.append(.number(number))
      case .category(var category):
        try spend(category.memory)
        category.columns = category.columns.enumerated().map { place, own in
          let step = step(column + place)
          return own.changed { ($0 - step.subtracted) * step.factor / step.divisor }
        }
        result.append(.category(category))
      case .text(let text): throw node.damaged("scales the texts of column '\(text.name)'")
      }
      column += piece.width
    }
    return result
  }

  /// Arithmetic with constants: of features a scaling, of sums of a layer its biases, and what stands behind a model.
  mutating func arithmetic(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 2)
    var (value, constant, isSwapped) = (node.inputs[0], node.inputs[1], false)
    if case .constant = value { (value, constant, isSwapped) = (constant, value, true) }
    if let result = try normalised(node) { return result }
    guard case .constant(let tensor) = constant, let numbers = tensor.numbers else {
      throw node.unsupported("joins \(value.kind) and \(constant.kind)")
    }
    if case .network(let network) = value, node.operation == .add,
      network.layers.last?.activation == .identity
    {
      return .network(try biased(network, numbers, node))
    }
    if let answers = try answers(value) {
      return .answers(try computed(answers, numbers, isSwapped: isSwapped, node))
    }
    guard case .features(let pieces) = value else { throw node.unsupported("is applied to \(value.kind)") }
    let all = try spread(numbers, pieces.reduce(0) { $0 + $1.width }, node)
    switch (node.operation, isSwapped) {
    case (.add, _):
      return .features(try affine(pieces, node) { .init(subtracted: -all[$0], factor: 1, divisor: 1) })
    case (.sub, false):
      return .features(try affine(pieces, node) { .init(subtracted: all[$0], factor: 1, divisor: 1) })
    case (.mul, _):
      return .features(try affine(pieces, node) { .init(subtracted: 0, factor: all[$0], divisor: 1) })
    case (.div, false):
      return .features(try affine(pieces, node) { .init(subtracted: 0, factor: 1, divisor: all[$0]) })
    default: throw node.unsupported("subtracts or divides features from constants")
    }
  }

  mutating func imputed(_ node: ImportedNode) throws -> GraphValue {
    let pieces = try features(node)
    guard node.number("replaced_value_float", default: 0).isNaN else {
      throw node.unsupported("replaces values other than missing ones")
    }
    try node.refuse("imputed_value_int64s", "replaced_value_int64")
    let fills = try spread(node.numbers("imputed_value_floats"), pieces.count, node)
    try spend(on: pieces)
    return .features(
      try zip(pieces, fills).map { piece, value in
        guard case .number(var number) = piece, !number.isCut else {
          throw node.unsupported("fills in categories")
        }
        number.fill = number.fill ?? number.offset + number.scale * value
        return .number(number)
      })
  }
}
