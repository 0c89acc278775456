import Experiments
import Learning
import LinearAlgebra
import Tabular

/// Handwritten digits of 8 by 8 pixels between 0 and 1.
struct Digits: Sendable {
  /// All 64 pixels of 1,797 digits, those that never vary included, with their classes.
  let data: ClassificationData
  /// The pixels as columns.
  let inputs: [InputColumn]

  /// Pixels of a row and of a column.
  static let side = 8

  /// The digits.
  ///
  /// - Throws: `TabularError` and `DesignError`.
  init(_ lab: InversionLab) throws {
    let table = try lab.table("digits")
    let target = "digit"
    guard let place = table.index(of: target) else {
      throw DesignError.unknownColumn(target, known: table.columns.map(\.name), nearest: nil)
    }
    let pixels = table.columns.filter { $0.name != target }
    var features = Matrix(rows: table.rowCount, columns: pixels.count)
    for (column, pixel) in pixels.enumerated() {
      guard case .numeric(let values) = pixel.values else { continue }
      for (row, value) in values.enumerated() { features[row, column] = value / 16 }
    }
    let labels: [Int] =
      switch table.columns[place].values {
      case .numeric(let values): values.map { Int($0) }
      case .categorical(let codes, let levels): codes.map { Int(levels[max($0, 0)]) ?? 0 }
      }
    data = ClassificationData(features: features, labels: labels, classCount: 10)
    inputs = pixels.map { InputColumn(name: $0.name, kind: .number(lower: 0, upper: 1)) }
  }
}
