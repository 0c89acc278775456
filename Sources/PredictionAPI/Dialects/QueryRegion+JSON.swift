import Querying
import Tabular

/// Regions on the wire: an array with an object per column, `{"above":0.5,"atMost":2}` for a number, of which either end
/// may be left out, and `{"levels":["a","c"]}` for a category, whose names are those of the column.
extension QueryRegion {
  /// - Throws: 400 for something else, or for a region without a query.
  init(json: JSON, _ inputs: [InputColumn]) throws(APIError) {
    guard let sides = json.elements, sides.count == inputs.count else {
      throw .invalid("'region' must be an array with an object for each of the \(inputs.count) columns")
    }
    self.init(whole: inputs)
    for (column, side) in sides.enumerated() {
      let name = "column \(column + 1)"
      guard side.members != nil else { throw .invalid("the region of \(name) is \(side.kind)") }
      if inputs[column].isNumber {
        restrict(
          column, above: try Self.end(side["above"], name) ?? -.infinity,
          atMost: try Self.end(side["atMost"], name) ?? .infinity)
      } else if let levels = side["levels"]?.elements {
        let places = levels.compactMap { level in inputs[column].levels.firstIndex { $0 == level.string } }
        guard places.count == levels.count else {
          throw .invalid("the region of \(name) has a category that the column does not have")
        }
        restrict(column, to: places)
      }
    }
    guard !isEmpty else { throw .invalid("the region holds no query") }
  }

  private static func end(_ json: JSON?, _ name: String) throws(APIError) -> Double? {
    guard let json else { return nil }
    guard let number = json.number, number.isFinite else {
      throw .invalid("an end of the region of \(name) is no finite number")
    }
    return number
  }

  /// The region as it is sent.
  func json(_ inputs: [InputColumn]) -> JSON {
    .array(
      zip(sides, inputs).map { side, input in
        var members: [JSON.Member] = []
        switch side {
        case .interval(let lower, let upper):
          if lower.isFinite { members.append(.init(name: "above", value: .number(lower))) }
          if upper.isFinite { members.append(.init(name: "atMost", value: .number(upper))) }
        case .levels(let isIn):
          let names = zip(input.levels, isIn).compactMap { $1 ? $0 : nil }
          members.append(.init(name: "levels", value: .strings(names)))
        }
        return .object(members)
      })
  }
}
