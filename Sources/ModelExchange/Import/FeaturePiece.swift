import Tabular

/// Some columns of encoded features, made of one column of the table.
enum FeaturePiece: Hashable {
  /// A number.
  case number(ImportedNumber)
  /// A text, which a model cannot take yet.
  case text(name: String)
  /// One indicator per level.
  case levels(name: String, [String], acceptsOthers: Bool)

  /// How many encoded columns it has.
  var width: Int {
    if case .levels(_, let levels, _) = self { levels.count } else { 1 }
  }

  /// Bytes of memory, without what is shared with the piece that it was made of.
  var memory: Int {
    let size = MemoryLayout<FeaturePiece>.stride
    guard case .number(let number) = self, !number.steps.isEmpty else { return size }
    return size + 32 + number.steps.count * MemoryLayout<ImportedNumber.Step>.stride
  }

  /// The column of the table.
  var name: String {
    switch self {
    case .number(let number): number.name
    case .text(let name), .levels(let name, _, _): name
    }
  }

  /// The same column under another name.
  func named(_ name: String) -> FeaturePiece {
    switch self {
    case .number(var number):
      number.name = name
      return .number(number)
    case .text: return .text(name: name)
    case .levels(_, let levels, let acceptsOthers):
      return .levels(name: name, levels, acceptsOthers: acceptsOthers)
    }
  }
}

/// A column of numbers with its scaling `(x − offset) / scale`.
struct ImportedNumber: Hashable {
  /// Most steps of a scaling.
  static let stepLimit = 16

  /// What a node does to the number.
  struct Step: Hashable {
    let subtracted: Float
    let factor: Float
  }

  /// The column of the table.
  var name: String
  var offset = 0.0
  var scale = 1.0
  /// What stands for a missing value, in the user's unit; nil if nothing does.
  var fill: Double?
  /// Whether the input holds whole numbers.
  var isInteger = false
  /// Whether the graph computes in single precision.
  var isSingle: Bool
  /// Whether the input of the graph takes whole numbers only, whatever becomes of them.
  let takesWhole: Bool
  /// Whether the input of the graph takes 0 and 1 only.
  let isTruth: Bool
  private(set) var steps: [Step] = []

  /// The column of an input.
  init(name: String, isInteger: Bool, isSingle: Bool, isTruth: Bool = false) {
    self.name = name
    self.isInteger = isInteger
    self.isSingle = isSingle
    self.isTruth = isTruth
    takesWhole = isInteger
  }

  /// The range of the scaled number, which a graph does not tell but for truth values; nil where it is not known.
  var bounds: ClosedRange<Double>? {
    guard isTruth, scale != 0 else { return nil }
    let ends = ((0 - offset) / scale, (1 - offset) / scale)
    return min(ends.0, ends.1)...max(ends.0, ends.1)
  }

  /// Scales to `(value − subtracted) · factor`.
  mutating func scale(subtracting subtracted: Double, multiplyingBy factor: Double) {
    offset += subtracted * scale
    scale /= factor
    isInteger = false
    steps.append(Step(subtracted: Float(subtracted), factor: Float(factor)))
  }

  /// The threshold on the scaled number in double precision that sends every number the way on which the graph sends it,
  /// which rounds the number and what it makes of it to single precision.
  ///
  /// Without it, a number on a threshold, such as a whole one halfway between two others, would go by chance.
  func threshold(_ value: Double) -> Double {
    guard isSingle, scale > 0, scale.isFinite, offset.isFinite else { return value }
    let limit = Float(largestWhere: { number in
      Double(steps.reduce(number) { ($0 - $1.subtracted) * $1.factor }) <= value
    })
    let scaled = Scaling(offset: offset, scale: scale).scaled(limit.largestRoundedToAtMost)
    return min(max(scaled, -Double.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }
}
