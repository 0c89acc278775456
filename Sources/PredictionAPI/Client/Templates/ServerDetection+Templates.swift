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
    // Where all columns have a place, or one by its number, those with a name are only some of them.
    let hasOthers = client.takesAll || client.largestNumber > 0
    if hasOthers, known.columnNames.isEmpty {
      var facts = ModelFacts()
      facts.areTyped = false
      if !client.takesAll, names.isEmpty { facts.width = client.largestNumber }
      return (client, facts)
    }
    return (client, columnFacts(hasOthers ? known.columnNames : names, quoted: quoted))
  }

  /// Columns of these names, of words where the user's rows or a template say so.
  func columnFacts(_ names: [String], quoted: Set<String> = []) -> ModelFacts {
    var facts = ModelFacts()
    facts.areTyped = false
    for name in names {
      if known.holdsText(name) ?? quoted.contains(name) {
        facts.unlistedCategories.append(name)
        facts.inputs.append(DescribedColumn(name: name, kind: .category(levels: ["?"])))
      } else {
        facts.inputs.append(DescribedColumn(name: name, kind: .number(nil)))
      }
    }
    return facts
  }

  /// A client of the likeliest way to ask that the OpenAPI document of the server describes; nil if it has none.
  func described() async throws -> (client: any WireClient, facts: ModelFacts)? {
    let (origin, path) = (String(url[..<url.targetStart]), String(url[url.targetStart...]))
    // FastAPI's place, and that of BentoML.
    guard let json = try await document(origin + "/openapi.json", origin + "/docs.json") else { return nil }
    let operations = OpenAPIDocument(json) { known.examples.isEmpty ? nil : known.holdsText($0) != nil }
      .operations
    let wanted = operations.filter { $0.path == path || $0.path.hasPrefix(path + "?") }
    guard let operation = wanted.first ?? (path.count > 1 ? nil : operations.first) else { return nil }
    let (template, place) = (operation.template, origin + operation.path)
    // A list of numbers may be one row, or an array of rows whose rank the document does not tell.
    if template.batch == nil, template.request?.takesAll == true, !known.columnNames.isEmpty,
      let text = template.request?.text, text.ranges(of: "[{*}]").count == 1,
      let rows = try? ServiceTemplate(
        request: "[{*}]", batch: text.replacing("[{*}]", with: "[{rows}]")),
      let found = try await first(of: [template, rows], at: place)
    {
      return found
    }
    return (TemplateClient(url: place, template: template), operation.facts)
  }

  /// Bytes of the largest document that is read; those of real services have some kilobytes.
  private static let largestDocument = 4 << 20

  /// The first document of some places that describes paths.
  private func document(_ places: String...) async throws -> JSON? {
    for place in places {
      let reply = try await sent(WireRequest(method: "GET", url: place))
      guard reply.body.count <= Self.largestDocument else { continue }
      if reply.status == 200, let json = reply.json, json["paths"] != nil { return json }
    }
    return nil
  }
}
