extension Figure {
  /// The numbers as comma-separated values with a heading.
  ///
  /// Lines and points are one row a point: `series,x,y,lower,upper`. Bars are one row a category:
  /// `category,<name>,<name> lower,<name> upper,…`. A missing number is an empty field.
  public var csv: String {
    switch form {
    case .bars(let categories): barRows(categories).joined()
    case .lines, .bands, .points: pointRows.joined()
    }
  }

  private var pointRows: [String] {
    var lines = ["series,x,y,lower,upper\n"]
    for one in series {
      for point in one.points {
        let numbers = [point.x, point.y, point.lower, point.upper].map(Self.field)
        lines.append(([Self.quoted(one.name)] + numbers).joined(separator: ",") + "\n")
      }
    }
    return lines
  }

  private func barRows(_ categories: [String]) -> [String] {
    var header = ["category"]
    for one in series {
      header.append(Self.quoted(one.name))
      if one.hasBounds { header += [Self.quoted(one.name + " lower"), Self.quoted(one.name + " upper")] }
    }
    var lines = [header.joined(separator: ",") + "\n"]
    for (index, category) in categories.enumerated() {
      var fields = [Self.quoted(category)]
      for one in series {
        let point = one.points.first { $0.x == Double(index) }
        fields.append(Self.field(point?.y))
        if one.hasBounds { fields += [Self.field(point?.lower), Self.field(point?.upper)] }
      }
      lines.append(fields.joined(separator: ",") + "\n")
    }
    return lines
  }

  private static func field(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return value == value.rounded() && value.magnitude < 1e15 ? String(Int(value)) : value.description
  }

  /// A field of text, quoted where the format needs it (RFC 4180).
  private static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { [44, 34, 10, 13].contains($0) }) else { return text }
    let doubled = text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
    return "\"" + doubled + "\""
  }
}
