import Querying
import Tabular

/// Services that are asked by a template, which the user gives or the server's OpenAPI document tells.
extension ServerDetection {
  /// A client of a template.
  func templated(
    _ url: String, _ template: ServiceTemplate
  ) throws -> (client: any WireClient, facts: ModelFacts) {
    let client = TemplateClient(url: url, template: template)
    let (names, quoted) = client.columns
    var facts = ModelFacts()
    facts.areTyped = false
    // Where all columns have a place, or one by its number, those with a name are only some of them.
    let hasOthers = client.takesAll || client.largestNumber > 0
    if hasOthers, known.columnNames.isEmpty {
      if !client.takesAll, names.isEmpty { facts.width = client.largestNumber }
      return (client, facts)
    }
    for name in hasOthers ? known.columnNames : names {
      if known.holdsText(name) ?? quoted.contains(name) {
        facts.unlistedCategories.append(name)
        facts.inputs.append(DescribedColumn(name: name, kind: .category(levels: ["?"])))
      } else {
        facts.inputs.append(DescribedColumn(name: name, kind: .number(nil)))
      }
    }
    return (client, facts)
  }

  /// A client of the likeliest way to ask that the OpenAPI document of the server describes; nil if it has none.
  func described() async throws -> (client: any WireClient, facts: ModelFacts)? {
    let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    let slash = url[start...].firstIndex(of: "/") ?? url.endIndex
    let (origin, path) = (String(url[..<slash]), String(url[slash...]))
    let reply = try await sent(WireRequest(method: "GET", url: origin + "/openapi.json"))
    guard reply.status == 200, let json = reply.json else { return nil }
    let operations = OpenAPIDocument(json) { known.examples.isEmpty ? nil : known.holdsText($0) != nil }
      .operations
    let wanted = operations.filter { $0.path == path || $0.path.hasPrefix(path + "?") }
    guard let operation = wanted.first ?? (path.count > 1 ? nil : operations.first) else { return nil }
    return (TemplateClient(url: origin + operation.path, template: operation.template), operation.facts)
  }
}
