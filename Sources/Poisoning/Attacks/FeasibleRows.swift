import Learning
import LinearAlgebra
import Tabular

extension FeatureSpace {
  /// Moves numbers to the nearer end of their range and every one-hot group to its largest level.
  func moveToCorner(_ row: inout [Double]) {
    for column in numeric {
      let middle = (lower[column] + upper[column]) / 2
      row[column] = row[column] < middle ? lower[column] : upper[column]
    }
    keepLargestLevels(&row)
  }

  /// Keeps the largest level of every one-hot group at 1, all others at 0; the first wins a tie.
  func keepLargestLevels(_ row: inout [Double]) {
    for group in groups {
      guard let best = group.columns.max(by: { (row[$0], $1) < (row[$1], $0) }) else { continue }
      for column in group.columns { row[column] = column == best ? 1 : 0 }
    }
  }

  /// Clips the numbers to the box and makes every one-hot group valid.
  func makeFeasible(_ row: inout [Double]) {
    clip(&row)
    keepLargestLevels(&row)
  }

  /// Whether every number is in its range and every group has exactly one level.
  public func contains(_ row: UnsafeBufferPointer<Double>) -> Bool {
    numeric.allSatisfy { row[$0] >= lower[$0] && row[$0] <= upper[$0] }
      && groups.allSatisfy { group in
        group.columns.allSatisfy { row[$0] == 0 || row[$0] == 1 }
          && group.columns.reduce(0) { $0 + row[$1] } == 1
      }
  }
}

extension RegressionData {
  /// Moves every row into the feasible space.
  mutating func makeFeasible(in space: FeatureSpace) {
    for row in 0..<count {
      var values = features.row(row)
      space.makeFeasible(&values)
      features.setRow(row, values)
    }
  }
}

extension MethodCard.Taxonomy {
  /// Where attacks on training data stand in the threat catalogues.
  static let trainingData = MethodCard.Taxonomy(
    atlas: ["AML.T0020", "AML.T0059", "AML.T0031"], owasp: ["ML02:2023"],
    nist: ["NISTAML.013"])
}

extension MethodCard.Taxonomy {
  /// Where defences that clean or outvote training data stand in the threat catalogues.
  static let sanitizeTrainingData = MethodCard.Taxonomy(
    atlas: ["AML.M0007", "AML.M0025"], owasp: ["ML02:2023"], nist: ["NISTAML.013"])
}
