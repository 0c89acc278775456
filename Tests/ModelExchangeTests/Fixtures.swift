import Foundation
import TestSupport

/// Files in `Tests/Fixtures/onnx`.
enum Fixtures {
  /// Path of a file.
  static func path(_ name: String) -> String {
    FixtureFile.path("onnx/\(name)")
  }

  /// Bytes of a file.
  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try FixtureFile.data("onnx/\(name)"))
  }

  /// What scikit-learn says of the models.
  struct Predictions: Decodable {
    /// A model with rows and answers.
    struct Model: Decodable, Sendable {
      let name: String
      let rows: [String: [Cell?]]
      let labels: [String]?
      let classes: [String]?
      let probabilities: [[Double]]?
      let numbers: [Double]?
    }

    /// A number or a text.
    enum Cell: Decodable, Sendable {
      case number(Double)
      case text(String)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else {
          self = .text(try container.decode(String.self))
        }
      }
    }

    let source: String
    let models: [Model]
  }

  /// The answers of scikit-learn.
  static func predictions() throws -> Predictions {
    try FixtureFile.decode("onnx/predictions.json")
  }
}
