import FoundationEssentials
import Learning
import LinearAlgebra

/// A classification problem that a script of `Tests/Peers` writes for both sides: a file of doubles with the number
/// of rows, columns and classes, then the labels, then the features row by row.
enum ProblemFile {
  /// Reads a file.
  static func read(_ path: String) throws -> ClassificationData {
    let bytes = try Data(contentsOf: URL(filePath: path))
    return bytes.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: Double.self)
      let (rows, columns) = (Int(values[0]), Int(values[1]))
      return ClassificationData(
        features: Matrix(rows: rows, columns: columns, elements: Array(values[(3 + rows)...])),
        labels: values[3..<3 + rows].map { Int($0) }, classCount: Int(values[2]))
    }
  }
}
