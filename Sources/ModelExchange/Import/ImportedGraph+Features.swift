import Tabular

/// The operators that encode features.
extension ImportedGraph {
  /// The features that a node takes as its first input.
  private func features(_ node: ImportedNode) throws -> [FeaturePiece] {
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
    if node.inputs.count == 2, case .complement(let first) = node.inputs[0],
      case .network(let second) = node.inputs[1], first == second
    {
      return .probabilities(ImportedModel(features: first.features, model: try first.binaryClassifier()))
    }
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
    let selectsRows = node.operation == .gather && node.integer("axis", default: 0) == 0
    if node.operation == .arrayFeatureExtractor || selectsRows, case .choice = node.inputs[1],
      case .constant(let classes) = node.inputs[0], let labels = classes.labels
    {
      try take(labels)
      return .label
    }
    guard node.operation == .arrayFeatureExtractor || node.integer("axis", default: 0) == 1 else {
      throw node.unsupported("selects rows")
    }
    let pieces = try features(node)
    guard case .constant(let tensor) = node.inputs[1], let columns = tensor.integers else {
      throw node.unsupported("selects columns that are no constants")
    }
    guard !columns.isEmpty else { throw node.damaged("selects no column") }
    guard pieces.allSatisfy({ $0.width == 1 }) else { throw node.unsupported("selects among indicators") }
    guard columns.count <= Self.columnLimit else {
      throw node.unsupported("makes more than \(Self.columnLimit) columns")
    }
    let chosen = try columns.map { column in
      guard pieces.indices.contains(column) else {
        throw node.damaged("selects column \(column) of \(pieces.count)")
      }
      return pieces[column]
    }
    try spend(on: chosen)
    return .features(chosen)
  }

  mutating func scaled(_ node: ImportedNode) throws -> GraphValue {
    let pieces = try features(node)
    let width = pieces.reduce(0) { $0 + $1.width }
    let offsets = node.has("offset") ? node.numbers("offset") : [0]
    let scales = node.has("scale") ? node.numbers("scale") : [1]
    return .features(
      try affine(pieces, node, subtract: spread(offsets, width, node), multiply: spread(scales, width, node)))
  }

  /// The pieces of `(x − subtract) · multiply`, applied to every encoded column.
  private mutating func affine(
    _ pieces: [FeaturePiece], _ node: ImportedNode, subtract: [Double], multiply: [Double]
  ) throws -> [FeaturePiece] {
    try spend(on: pieces, adding: 32 + MemoryLayout<ImportedNumber.Step>.stride)
    var column = 0
    return try pieces.map { piece in
      defer { column += piece.width }
      switch piece {
      case .number(var number):
        guard multiply[column] != 0 else {
          throw node.unsupported("multiplies column '\(number.name)' by zero")
        }
        guard number.steps.count < ImportedNumber.stepLimit else {
          throw node.unsupported("is step \(ImportedNumber.stepLimit + 1) of a scaling")
        }
        number.scale(subtracting: subtract[column], multiplyingBy: multiply[column])
        return .number(number)
      case .levels(let name, let levels, _):
        let own = column..<column + levels.count
        guard own.allSatisfy({ subtract[$0] == 0 && multiply[$0] == 1 }) else {
          throw node.unsupported("scales the indicators of column '\(name)'")
        }
        return piece
      case .text(let name): throw node.damaged("scales the texts of column '\(name)'")
      }
    }
  }

  /// Arithmetic with constants: of features a scaling, of sums of a layer its biases, of a probability its complement.
  mutating func arithmetic(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 2)
    var (value, constant, isSwapped) = (node.inputs[0], node.inputs[1], false)
    if case .constant = value { (value, constant, isSwapped) = (constant, value, true) }
    guard case .constant(let tensor) = constant, let numbers = tensor.numbers else {
      throw node.unsupported("joins \(value.kind) and \(constant.kind)")
    }
    switch value {
    case .features(let pieces):
      let width = pieces.reduce(0) { $0 + $1.width }
      let numbers = try spread(numbers, width, node)
      let (zeros, ones) = ([Double](repeating: 0, count: width), [Double](repeating: 1, count: width))
      switch (node.operation, isSwapped) {
      case (.add, _):
        return .features(try affine(pieces, node, subtract: numbers.map { -$0 }, multiply: ones))
      case (.sub, false): return .features(try affine(pieces, node, subtract: numbers, multiply: ones))
      case (.mul, _): return .features(try affine(pieces, node, subtract: zeros, multiply: numbers))
      case (.div, false):
        return .features(try affine(pieces, node, subtract: zeros, multiply: numbers.map { 1 / $0 }))
      default: throw node.unsupported("subtracts or divides features from constants")
      }
    case .network(let network):
      if node.operation == .add { return .network(try biased(network, numbers, node)) }
      if node.operation == .sub, isSwapped, numbers == [1], network.outputCount == 1 {
        return .complement(network)
      }
      throw node.unsupported("changes outputs of layers")
    default: throw node.unsupported("is applied to \(value.kind)")
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
        guard case .number(var number) = piece else {
          throw node.unsupported("fills in categories")
        }
        number.fill = number.fill ?? number.offset + number.scale * value
        return .number(number)
      })
  }

  mutating func oneHot(_ node: ImportedNode) throws -> GraphValue {
    let pieces = try features(node)
    let accepts = node.integer("zeros", default: 1) == 1
    guard pieces.count == 1 else { throw node.unsupported("is applied to \(pieces.count) columns") }
    let levels: [String]
    switch pieces[0] {
    case .text: levels = node.texts("cats_strings")
    case .number(let number) where number.isInteger && number.fill == nil:
      levels = node.integers("cats_int64s").map { String($0) }
    default: throw node.unsupported("is applied to numbers that are not whole")
    }
    guard !levels.isEmpty, Set(levels).count == levels.count else {
      throw node.damaged("has no usable categories")
    }
    guard levels.count <= Self.columnLimit else {
      throw node.unsupported("makes more than \(Self.columnLimit) columns")
    }
    // Every level becomes a column that is called after both.
    let name = pieces[0].name.utf8.count
    try spend(levels.reduce(0) { $0 + 2 * $1.utf8.count + name + 128 })
    return .features([.levels(name: pieces[0].name, levels, acceptsOthers: accepts)])
  }
}
