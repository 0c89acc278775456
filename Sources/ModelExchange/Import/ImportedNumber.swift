import Tabular

/// A column of numbers with its scaling `(x − offset) / scale`.
struct ImportedNumber: Hashable {
  /// Most steps of a scaling.
  static let stepLimit = 16

  /// What a node does to the number: `(x − subtracted) · factor / divisor`.
  struct Step: Hashable {
    let subtracted: Double
    let factor: Double
    let divisor: Double
  }

  /// The column of the table.
  var name: String
  private(set) var offset = 0.0
  private(set) var scale = 1.0
  /// What stands for a missing value, in the user's unit; nil if nothing does.
  var fill: Double?
  /// Whether it holds whole numbers.
  private(set) var isInteger = false
  /// Whether fractions are cut off, which only makes sense for the number of a category.
  private(set) var isCut = false
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

  /// The number as a whole one, its fraction cut off.
  var whole: ImportedNumber {
    guard !isInteger else { return self }
    var result = self
    (result.isInteger, result.isCut) = (true, true)
    return result
  }

  /// The range of the scaled number, which a graph does not tell but for truth values; nil where it is not known.
  var bounds: ClosedRange<Double>? {
    guard isTruth, scale != 0 else { return nil }
    let ends = ((0 - offset) / scale, (1 - offset) / scale)
    return min(ends.0, ends.1)...max(ends.0, ends.1)
  }

  /// Scales by one more step.
  mutating func scale(by step: Step) {
    offset += step.subtracted * scale
    scale *= step.divisor / step.factor
    isInteger = false
    steps.append(step)
  }

  /// The scaled number as the graph computes it.
  private func graphValue(_ number: Float) -> Double {
    Double(
      steps.reduce(number) { value, step in
        (value - Float(step.subtracted)) * Float(step.factor) / Float(step.divisor)
      })
  }

  /// The threshold on the scaled number in double precision that sends every number the way on which the graph sends it,
  /// which rounds the number and what it makes of it to single precision.
  ///
  /// Without it, a number on a threshold, such as a whole one halfway between two others, would go by chance.
  func threshold(_ value: Double) -> Double {
    guard isSingle, scale > 0, scale.isFinite, offset.isFinite else { return value }
    let limit = Float(largestWhere: { graphValue($0) <= value })
    let scaled = Scaling(offset: offset, scale: scale).scaled(limit.largestRoundedToAtMost)
    return min(max(scaled, -Double.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }
}
