import FoundationEssentials

/// Puts a graph together: nodes in the order of their computation, constants, and names that are used once.
struct GraphBuilder {
  /// The flavour, which decides the type of numbers.
  let flavour: ONNXFlavour
  private(set) var graph = ONNXGraphProto()
  private var names: Set<String> = []

  /// A graph of the given name that keeps `reserved` for its inputs.
  init(_ flavour: ONNXFlavour, reserving reserved: [String]) {
    self.flavour = flavour
    graph.name = "bezoar"
    names = Set(reserved)
  }

  /// A name that nothing else has.
  mutating func unique(_ wish: String) -> String {
    var (name, count) = (wish, 1)
    while !names.insert(name).inserted {
      count += 1
      name = "\(wish)_\(count)"
    }
    return name
  }

  /// Adds a node with one result and returns its name.
  mutating func add(
    _ operation: String, _ inputs: [String], _ attributes: [ONNXAttributeProto] = [], named wish: String
  ) -> String {
    add(operation, .standard, inputs, attributes, named: wish)
  }

  /// Adds a node of an operator of any domain with one result and returns its name.
  mutating func add(
    _ operation: String, _ domain: OperatorDomain, _ inputs: [String], _ attributes: [ONNXAttributeProto],
    named wish: String
  ) -> String {
    let output = unique(wish)
    add(operation, domain, inputs, outputs: [output], attributes)
    return output
  }

  /// Adds a node with results of given names.
  mutating func add(
    _ operation: String, _ domain: OperatorDomain, _ inputs: [String], outputs: [String],
    _ attributes: [ONNXAttributeProto]
  ) {
    var node = ONNXNodeProto()
    node.opType = operation
    if domain != .standard { node.domain = domain.rawValue }
    node.name = "\(operation)_\(graph.node.count)"
    node.input = inputs
    node.output = outputs
    node.attribute = attributes
    graph.node.append(node)
  }

  /// Adds a constant of numbers, in the type of the flavour.
  mutating func constant(_ values: [Double], _ dimensions: [Int], named wish: String) -> String {
    initializer(.numbers(values, dimensions, flavour.elementType), wish)
  }

  /// Adds a constant of whole numbers.
  mutating func constant(_ values: [Int64], _ dimensions: [Int], named wish: String) -> String {
    initializer(.integers(values, dimensions), wish)
  }

  /// Adds a constant list of texts.
  mutating func constant(_ values: [String], named wish: String) -> String {
    initializer(.texts(values), wish)
  }

  private mutating func initializer(_ tensor: ONNXTensorProto, _ wish: String) -> String {
    var tensor = tensor
    tensor.name = unique(wish)
    graph.initializer.append(tensor)
    return tensor.name
  }

  /// Declares an input of one column, whose name was reserved.
  mutating func input(_ name: String, _ element: TensorElement) {
    graph.input.append(.matrix(name, element, columns: 1))
  }

  /// Declares a result of the graph with `columns` columns, or a list if nil.
  mutating func output(_ name: String, _ element: TensorElement, columns: Int?) {
    graph.output.append(.matrix(name, element, columns: columns))
  }

  /// Joins blocks of columns.
  mutating func concatenated(_ blocks: [String], named wish: String) -> String {
    blocks.count == 1 ? blocks[0] : add("Concat", blocks, [.integer("axis", 1)], named: wish)
  }
}

extension ONNXValueInfoProto {
  fileprivate static func matrix(_ name: String, _ element: TensorElement, columns: Int?) -> Self {
    var rows = ONNXTensorShapeProto.Dimension()
    rows.dimParam = "rows"
    var info = ONNXValueInfoProto()
    info.name = name
    info.type.tensorType.elemType = element.rawValue
    info.type.tensorType.shape.dim = [rows]
    if let columns {
      var width = ONNXTensorShapeProto.Dimension()
      width.dimValue = Int64(columns)
      info.type.tensorType.shape.dim.append(width)
    }
    return info
  }
}

extension ONNXTensorProto {
  /// Numbers as doubles or rounded to single precision.
  static func numbers(_ values: [Double], _ dimensions: [Int], _ element: TensorElement) -> Self {
    var tensor = ONNXTensorProto()
    tensor.dims = dimensions.map { Int64($0) }
    tensor.dataType = element.rawValue
    tensor.rawData =
      element == .double
      ? littleEndian(values.map { $0.bitPattern.littleEndian })
      : littleEndian(values.map { Float($0).bitPattern.littleEndian })
    return tensor
  }

  /// Whole numbers.
  static func integers(_ values: [Int64], _ dimensions: [Int]) -> Self {
    var tensor = ONNXTensorProto()
    tensor.dims = dimensions.map { Int64($0) }
    tensor.dataType = TensorElement.int64.rawValue
    tensor.rawData = littleEndian(values.map { $0.littleEndian })
    return tensor
  }

  /// A list of bytes.
  static func bytes(_ values: [UInt8]) -> Self {
    var tensor = ONNXTensorProto()
    tensor.dims = [Int64(values.count)]
    tensor.dataType = TensorElement.uint8.rawValue
    tensor.rawData = Data(values)
    return tensor
  }

  /// A list of texts.
  static func texts(_ values: [String]) -> Self {
    var tensor = ONNXTensorProto()
    tensor.dims = [Int64(values.count)]
    tensor.dataType = TensorElement.string.rawValue
    tensor.stringData = values.map { Data($0.utf8) }
    return tensor
  }

  private static func littleEndian<Word: FixedWidthInteger>(_ words: [Word]) -> Data {
    words.withUnsafeBytes { Data($0) }
  }
}

extension ONNXAttributeProto {
  private static func make(_ name: String, _ type: AttributeType, _ set: (inout Self) -> Void) -> Self {
    var attribute = ONNXAttributeProto()
    attribute.name = name
    attribute.type = type
    set(&attribute)
    return attribute
  }

  static func integer(_ name: String, _ value: Int64) -> Self { make(name, .int) { $0.i = value } }
  static func number(_ name: String, _ value: Float) -> Self { make(name, .float) { $0.f = value } }
  static func text(_ name: String, _ value: String) -> Self {
    make(name, .string) { $0.s = Data(value.utf8) }
  }
  static func integers(_ name: String, _ values: [Int64]) -> Self { make(name, .ints) { $0.ints = values } }
  static func texts(_ name: String, _ values: [String]) -> Self {
    make(name, .strings) { $0.strings = values.map { Data($0.utf8) } }
  }
  static func tensor(_ name: String, _ value: ONNXTensorProto) -> Self {
    make(name, .tensor) { $0.t = value }
  }

  /// Numbers in single precision, the only one that lists of an attribute have.
  static func numbers(_ name: String, _ values: [Double]) -> Self {
    make(name, .floats) { $0.floats = values.map { Float($0) } }
  }
}
