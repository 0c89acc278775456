import FoundationEssentials
public import Tabular

/// What an attacker knows beforehand of the inputs of a server.
public enum InputDescription: Sendable, Hashable {
  /// Every input is a number between these bounds, unless the server says otherwise.
  case numbers(lower: Double, upper: Double)
  /// These inputs, in this order, and the names of the classes if they are known.
  case inputs([InputColumn], classes: [String])

  /// Reads `LOWER:UPPER`, or the name of a JSON file such as
  /// `{"inputs":[{"name":"age","lower":18,"upper":90},{"name":"job","levels":["a","b"]}],"classes":["no","yes"]}`.
  ///
  /// - Throws: ``HTTPOracleError/rangesUnusable(_:)``.
  public init(_ text: String) throws {
    let ends = text.split(separator: ":", omittingEmptySubsequences: false)
    if ends.count == 2, let lower = Double(ends[0]), let upper = Double(ends[1]) {
      guard lower.isFinite, upper.isFinite, lower < upper else {
        throw HTTPOracleError.rangesUnusable("'\(text)' must be two finite numbers, the lower one first")
      }
      self = .numbers(lower: lower, upper: upper)
      return
    }
    guard let data = try? Data(contentsOf: URL(filePath: text)) else {
      throw HTTPOracleError.rangesUnusable("'\(text)' is neither LOWER:UPPER nor a file that can be read")
    }
    do {
      try self.init(json: try JSONReader.value(of: [UInt8](data)))
    } catch let error as JSONError {
      throw HTTPOracleError.rangesUnusable("\(text): \(error.description)")
    }
  }

  init(json: JSON) throws(HTTPOracleError) {
    guard let list = json["inputs"]?.elements, !list.isEmpty else {
      throw .rangesUnusable("expected {\"inputs\":[{\"name\":…,\"lower\":…,\"upper\":…},…]}")
    }
    var inputs: [InputColumn] = []
    for item in list {
      guard let name = item["name"]?.string else { throw .rangesUnusable("an input has no name") }
      if let levels = item["levels"]?.elements?.compactMap(\.string), !levels.isEmpty {
        inputs.append(InputColumn(name: name, kind: .category(levels: levels)))
      } else if let lower = item["lower"]?.number, let upper = item["upper"]?.number, lower <= upper {
        inputs.append(InputColumn(name: name, kind: .number(lower: lower, upper: upper)))
      } else {
        throw .rangesUnusable("input '\(name)' needs 'lower' and 'upper', or 'levels'")
      }
    }
    self = .inputs(inputs, classes: json["classes"]?.elements?.compactMap(\.string) ?? [])
  }

  /// Bounds of a number of which nothing else is known.
  var bounds: (lower: Double, upper: Double) {
    if case .numbers(let lower, let upper) = self { (lower, upper) } else { (-1, 1) }
  }
}
