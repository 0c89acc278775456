import Tabular

/// The columns of a model as MLflow lists them where it complains of a request, such as
/// `schema '['age': long (required), 'job': string (required)]'`.
struct MLflowSignature {
  /// The columns; categories have the one level `?`, since their levels are not listed.
  let columns: [DescribedColumn]
  /// Columns of categories.
  let categories: [String]

  /// The signature in a complaint; nil if there is none of named columns.
  init?(complaint text: String) {
    guard let start = text.firstRange(of: "with schema '[")?.upperBound else { return nil }
    var (rest, columns, categories) = (text[start...], [DescribedColumn](), [String]())
    while let quote = rest.first, quote == "'" || quote == "\"" {
      rest = rest.dropFirst()
      guard let end = rest.firstRange(of: "\(quote): ") else { return nil }
      let name = String(rest[..<end.lowerBound])
      rest = rest[end.upperBound...]
      guard let close = rest.firstRange(of: " (") else { return nil }
      let type = rest[..<close.lowerBound]
      switch type {
      case "double", "float": columns.append(DescribedColumn(name: name, kind: .number(nil)))
      case "long", "integer":
        columns.append(DescribedColumn(name: name, kind: .number(nil), isWhole: true))
      case "boolean": columns.append(DescribedColumn(name: name, kind: .number(0...1), isWhole: true))
      case "string":
        columns.append(DescribedColumn(name: name, kind: .category(levels: ["?"])))
        categories.append(name)
      default: return nil
      }
      guard let next = rest.firstIndex(of: ")") else { return nil }
      rest = rest[rest.index(after: next)...]
      guard rest.hasPrefix(", ") else { break }
      rest = rest.dropFirst(2)
    }
    var facts = ModelFacts()
    facts.inputs = columns
    guard rest.hasPrefix("]"), !columns.isEmpty, facts.fault == nil else { return nil }
    (self.columns, self.categories) = (columns, categories)
  }
}
