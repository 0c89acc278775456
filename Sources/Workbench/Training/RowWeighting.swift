import Learning
import Tabular

/// How much every row counts in training, from a column of the table and from its class.
public struct RowWeighting: Sendable, Equatable {
  /// What the class of a row does to its weight.
  public enum Classes: Sendable, Equatable {
    /// The rows of all classes count alike.
    case equal
    /// All classes get the same total.
    case balanced
    /// A factor for the rows of some classes; the others have 1.
    case factors([String: Double])
  }

  /// Column that holds weights; nil for ones.
  public let column: String?
  public let classes: Classes
  /// The weights of classes as they were written; nil for none.
  public let classText: String?

  /// Weights of a column and of classes.
  ///
  /// - Parameters:
  ///   - column: name of the column; nil for ones.
  ///   - text: `balanced`, or factors such as `yes=5,no=1`; nil for classes that count alike.
  /// - Throws: ``WorkbenchError/usage(_:)`` for class weights that cannot be read.
  public init(column: String? = nil, classes text: String?) throws {
    self.column = column
    classText = text
    guard let text else {
      classes = .equal
      return
    }
    guard text != "balanced" else {
      classes = .balanced
      return
    }
    var factors: [String: Double] = [:]
    let form = "balanced or class=factor,... with factors of at least 0"
    for (name, value) in try ListOption.pairs(text, option: "--class-weights", form: form) {
      guard let factor = Double(value), factor >= 0, factor.isFinite else {
        throw WorkbenchError.usage("--class-weights takes \(form), not '\(name)=\(value)'")
      }
      factors[name] = factor
    }
    classes = .factors(factors)
  }

  /// All rows count alike, but for the weights of a column if one is named.
  public init(column: String? = nil) {
    self.column = column
    classes = .equal
    classText = nil
  }

  /// The weights that the column gives to all rows of a table; nil for ones.
  ///
  /// - Throws: `DesignError` for a column that is absent, has gaps or words; `LearningError` for negative numbers.
  func columnWeights(_ table: Table) throws -> [Double]? {
    guard let column else { return nil }
    guard let index = table.index(of: column) else {
      throw DesignError.unknownColumn(column, known: table.columns.map(\.name), nearest: nil)
    }
    let weights = try table.columns[index].numbers()
    if let row = weights.firstIndex(where: \.isNaN) {
      throw DesignError.missingValue(column: column, row: row + 1)
    }
    if let row = weights.firstIndex(where: { $0 < 0 }) {
      throw LearningError.invalidWeight(row: row, value: weights[row])
    }
    return weights
  }

  /// The weights of rows of the given classes; nil if all are one.
  ///
  /// - Parameter own: the weights of the same rows by the column.
  /// - Throws: ``WorkbenchError/unknownClass(_:known:)`` for a factor of a class that is not there.
  func weights(_ own: [Double]?, labels: [Int], classes names: [String]) throws -> [Double]? {
    let factors: [Double]
    switch classes {
    case .equal: return own
    case .balanced:
      factors = ClassificationData.balancedFactors(labels: labels, classCount: names.count, weights: own)
    case .factors(let given):
      if let unknown = given.keys.sorted().first(where: { !names.contains($0) }) {
        throw WorkbenchError.unknownClass(unknown, known: names)
      }
      factors = names.map { given[$0] ?? 1 }
    }
    return labels.indices.map { (own?[$0] ?? 1) * factors[labels[$0]] }
  }
}
