import FoundationEssentials
import LinearAlgebra
import Reporting
import Stealing

/// What a theft found besides a model, as JSON: a list of objects with a name, a meaning, and a number or the rows of
/// a matrix. What is not finite is written as text.
struct FindingsFile: Encodable {
  private struct Entry: Encodable {
    let name: String
    let meaning: String
    var number: Double?
    var rows: [[Double]]?
  }

  private let entries: [Entry]

  init(_ findings: [Finding]) {
    entries = findings.map { finding in
      var entry = Entry(name: finding.name, meaning: finding.meaning)
      switch finding.value {
      case .number(let number): entry.number = number
      case .matrix(let matrix): entry.rows = (0..<matrix.rows).map { matrix.row($0) }
      }
      return entry
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(entries)
  }

  /// The file.
  func bytes() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try [UInt8](encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}

extension Finding {
  /// The finding in short: its number, or the shape of its matrix.
  var summary: String {
    switch value {
    case .number(let number): Int(exactly: number).map { String($0) } ?? number.significant()
    case .matrix(let matrix): "\(matrix.rows) × \(matrix.columns) numbers"
    }
  }
}
