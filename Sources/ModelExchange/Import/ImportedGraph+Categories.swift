import Tabular

/// The operators that make numbers of categories.
extension ImportedGraph {
  mutating func oneHot(_ node: ImportedNode) throws -> GraphValue {
    let pieces = try features(node)
    let accepts = node.integer("zeros", default: 1) == 1
    guard pieces.count == 1 else { throw node.unsupported("is applied to \(pieces.count) columns") }
    let texts: [String]
    switch pieces[0] {
    case .text: texts = node.texts("cats_strings")
    case .number(let number) where number.isInteger && number.fill == nil:
      texts = node.integers("cats_int64s").map { String($0) }
    case .category(let category) where category.columns.count == 1:
      return try oneHot(category, node.integers("cats_int64s").map { Double($0) }, accepts, node)
    default: throw node.unsupported("is applied to numbers that are not whole")
    }
    try check(categories: texts, node)
    // Every level becomes a column that is called after both.
    let name = pieces[0].name.utf8.count
    try spend(texts.reduce(0) { $0 + 2 * $1.utf8.count + name + 192 })
    let columns = texts.indices.map { ImportedCategory.Column.indicator($0, on: 1, off: 0) }
    return .features([
      .category(try category(pieces[0], texts, columns, acceptsOthers: accepts, node))
    ])
  }

  /// Indicators of the numbers that categories became.
  private mutating func oneHot(
    _ category: ImportedCategory, _ numbers: [Double], _ accepts: Bool, _ node: ImportedNode
  ) throws -> GraphValue {
    try check(categories: numbers.map { "\($0)" }, node)
    let inner = category.columns[0]
    try spend(numbers.count, of: (category.levels.count + 8) * MemoryLayout<Double>.stride)
    var result = category
    result.columns = numbers.map { number in
      let own = category.levels.indices.filter { inner.value($0) == number }
      if own.count == 1, inner.value(nil) != number { return .indicator(own[0], on: 1, off: 0) }
      return .values(
        category.levels.indices.map { inner.value($0) == number ? 1 : 0 },
        other: inner.value(nil) == number ? 1 : 0)
    }
    if !accepts, !numbers.contains(inner.value(nil)) { result.acceptsOthers = false }
    return .features([.category(result)])
  }

  private func check(categories: [String], _ node: ImportedNode) throws {
    guard !categories.isEmpty, Set(categories).count == categories.count else {
      throw node.damaged("has no usable categories")
    }
    guard categories.count <= Self.columnLimit else {
      throw node.unsupported("makes more than \(Self.columnLimit) columns")
    }
  }

  /// The category that a table of numbers makes of texts or of whole numbers.
  private mutating func category(
    _ piece: FeaturePiece, _ keys: [String], _ columns: [ImportedCategory.Column], acceptsOthers: Bool,
    _ node: ImportedNode
  ) throws -> ImportedCategory {
    guard case .text(let text) = piece else {
      return ImportedCategory(
        name: piece.name, levels: keys, columns: columns, acceptsOthers: acceptsOthers,
        missing: acceptsOthers ? .other : .refused)
    }
    if text.map != nil || !text.replaced.isEmpty {
      let levels = (text.map?.keys.count ?? keys.count) + text.replaced.count
      try spend(columns.count, of: (levels + 8) * MemoryLayout<Double>.stride)
    }
    return text.category(keys, columns, acceptsOthers: acceptsOthers)
  }

  // MARK: LabelEncoder

  /// What LabelEncoder makes of a constant, or of the texts or numbers of a column.
  mutating func labelled(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    let table = try ImportedLabels(node)
    try spend(table.keys.reduce(0) { $0 + $1.utf8.count + 64 })
    if case .constant(let tensor) = node.inputs[0] {
      guard let labels = tensor.labels else { throw node.unsupported("is applied to fractions") }
      let found = labels.map { table.place(of: $0) }
      try spend(found.count, of: 64)
      return .constant(
        ImportedTensor(dimensions: tensor.dimensions, elements: table.elements(at: found)))
    }
    let pieces = try features(node)
    guard pieces.count == 1 else { throw node.unsupported("is applied to \(pieces.count) columns") }
    switch (pieces[0], table.values) {
    case (.text(var text), .texts(let values)):
      guard text.map == nil else { throw node.unsupported("is the second map of texts of a column") }
      text.map = .init(keys: table.keys, values: values, other: table.otherText)
      return .features([.text(text)])
    case (.number(let number), _) where number.fill != nil || !number.steps.isEmpty:
      throw node.unsupported("is applied to numbers that were changed")
    case (.text, .numbers(let values)), (.number, .numbers(let values)):
      let column = ImportedCategory.Column.values(values, other: table.otherNumber)
      return .features([
        .category(
          try category(pieces[0], table.keys, [column], acceptsOthers: table.acceptsOthers, node))
      ])
    default: throw node.unsupported("makes texts of numbers")
    }
  }

  // MARK: Where

  /// What Where gives where it puts a constant text in the place of one text of a column, as SimpleImputer does.
  mutating func chosen(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 3)
    guard case .features(let flags) = node.inputs[0], flags.count == 1, case .category(let flag) = flags[0],
      case .constant(let tensor) = node.inputs[1], case .texts(let texts) = tensor.elements,
      texts.count == 1, case .features(let pieces) = node.inputs[2], pieces.count == 1,
      case .text(var text) = pieces[0], text.name == flag.name, text.map == nil
    else { throw node.unsupported("does more than put a text in the place of another") }
    guard flag.levels.count == 1, let column = flag.columns.first, flag.columns.count == 1,
      column.value(0) == 1, column.value(nil) == 0, flag.acceptsOthers, text.replaced[flag.levels[0]] == nil
    else { throw node.unsupported("replaces more than one text") }
    text.replaced[flag.levels[0]] = texts[0]
    try spend(texts[0].utf8.count + flag.levels[0].utf8.count + 256)
    return .features([.text(text)])
  }
}

/// The table of a LabelEncoder.
struct ImportedLabels {
  /// What the keys become.
  enum Values {
    case numbers([Double])
    case texts([String])
  }

  /// The keys as texts, each once.
  let keys: [String]
  let values: Values
  /// What every other text becomes; nil for texts that are named nowhere.
  let otherText: String?
  let otherNumber: Double
  /// Whether the table says what becomes of other keys; if not, another program refuses them.
  let acceptsOthers: Bool
  private let places: [String: Int]

  /// Reads the settings of a node.
  ///
  /// - Throws: ``ModelExchangeError``.
  init(_ node: ImportedNode) throws {
    let keys: [String]
    if node.has("keys_strings") {
      keys = node.texts("keys_strings")
    } else if node.has("keys_int64s") {
      keys = node.integers("keys_int64s").map { String($0) }
    } else {
      keys = node.numbers("keys_floats").map { Int(exactly: $0).map { String($0) } ?? String(Float($0)) }
    }
    let count: Int
    if node.has("values_strings") {
      let texts = node.texts("values_strings")
      (values, count) = (.texts(texts), texts.count)
    } else {
      let numbers =
        node.has("values_int64s")
        ? node.integers("values_int64s").map { Double($0) } : node.numbers("values_floats")
      (values, count) = (.numbers(numbers), numbers.count)
    }
    guard keys.count == count, count > 0, Set(keys).count == count else {
      throw node.damaged("has \(keys.count) keys and \(count) values")
    }
    self.keys = keys
    places = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
    acceptsOthers = node.has("default_int64") || node.has("default_float") || node.has("default_string")
    otherText = node.has("default_string") ? node.text("default_string", default: "") : nil
    otherNumber =
      node.has("values_int64s")
      ? Double(node.integer("default_int64", default: -1)) : node.number("default_float", default: -0.0)
    if case .numbers(let numbers) = values {
      // What is missing in another program's table of numbers is no number that a model could take.
      guard numbers.allSatisfy(\.isFinite), otherNumber.isFinite else {
        throw node.unsupported("makes a category a number that is not finite")
      }
    }
  }

  /// The place of a key.
  func place(of key: String) -> Int? { places[key] }

  /// What keys at places become.
  func elements(at places: [Int?]) -> ImportedTensor.Elements {
    switch values {
    case .numbers(let numbers): .numbers(places.map { $0.map { numbers[$0] } ?? otherNumber })
    case .texts(let texts): .texts(places.map { $0.map { texts[$0] } ?? otherText ?? "_Unused" })
    }
  }
}
