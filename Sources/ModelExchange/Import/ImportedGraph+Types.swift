import Tabular

/// The operator that changes the type of numbers.
extension ImportedGraph {
  /// What Cast gives: the same, if the type holds every value as it is; only single precision may round.
  mutating func cast(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    let value = node.inputs[0]
    guard let code = Int32(exactly: node.integer("to", default: 0)), let type = TensorElement(rawValue: code)
    else { throw node.unsupported("gives the unknown type \(node.integer("to", default: 0))") }
    if type == .bool, case .total(let id) = value { return .isPositive(id) }
    if case .isZero = value, type == .float || type == .double { return value }
    if type == .int64 || type == .int32, case .features(let pieces) = value {
      // Fractions are cut off; only a category may be made of what is left.
      try spend(on: pieces)
      return .features(
        try pieces.map { piece in
          switch piece {
          case .number(let number)
          where type == .int64 && number.steps.isEmpty && number.fill == nil && !number.isTruth:
            .number(number.whole)
          case .category(let category) where category.holds(type): piece
          default: throw node.unsupported("changes the values of features")
          }
        })
    }
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
        case .category(let category): isFraction || category.holds(type)
        }
      }
    case .constant(let tensor):
      guard tensor.numbers != nil else { return type == .string }
      return isFraction || (type == .int64 && tensor.integers != nil)
    case .network, .answers: return isFraction
    case .total, .isPositive, .isZero: return false
    case .choice, .label: return type != .bool && type != .uint8
    }
  }
}

extension ImportedCategory {
  /// Whether a type holds all its values as they are.
  fileprivate func holds(_ type: TensorElement) -> Bool {
    func fits(_ value: Double) -> Bool {
      type == .bool ? value == 0 || value == 1 : value == value.rounded() && abs(value) < 0x1p31
    }
    guard type == .bool || type == .int64 || type == .int32 else { return false }
    return columns.allSatisfy { column in
      switch column {
      case .indicator(_, let on, let off): fits(on) && fits(off)
      case .values(let values, let other): values.allSatisfy(fits) && fits(other)
      }
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
