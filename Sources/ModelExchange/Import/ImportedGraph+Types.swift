import Tabular

/// The operator that changes the type of numbers.
extension ImportedGraph {
  /// What Cast gives: the same, if the type holds every value as it is; only single precision may round.
  mutating func cast(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    let value = node.inputs[0]
    guard let code = Int32(exactly: node.integer("to", default: 0)), let type = TensorElement(rawValue: code)
    else { throw node.unsupported("gives the unknown type \(node.integer("to", default: 0))") }
    guard keeps(value, type) else { throw node.unsupported("changes the values of \(value.kind)") }
    guard type == .float, case .features(let pieces) = value, pieces.contains(where: \.isExact) else {
      return value
    }
    try spend(on: pieces)
    return .features(pieces.map(\.inSinglePrecision))
  }

  private func keeps(_ value: GraphValue, _ type: TensorElement) -> Bool {
    let isFraction = type == .float || type == .double
    switch value {
    case .features(let pieces):
      return pieces.allSatisfy { piece in
        switch piece {
        case .text: type == .string
        case .number(let number): isFraction || (number.isInteger && type == .int64)
        case .levels: isFraction
        }
      }
    case .constant(let tensor):
      guard tensor.numbers != nil else { return type == .string }
      return isFraction || (type == .int64 && tensor.integers != nil)
    case .network, .complement, .undivided, .probabilities, .numbers: return isFraction
    case .choice, .label: return type != .bool && type != .uint8
    }
  }
}

extension FeaturePiece {
  /// Whether it is a number in double precision that nothing was done to.
  fileprivate var isExact: Bool {
    if case .number(let number) = self { !number.isSingle && number.steps.isEmpty } else { false }
  }

  /// The same, rounded to single precision.
  fileprivate var inSinglePrecision: FeaturePiece {
    guard case .number(var number) = self, isExact else { return self }
    number.isSingle = true
    return .number(number)
  }
}
