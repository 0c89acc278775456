import LinearAlgebra
import Querying
import Tabular

/// Services that tell nothing of themselves and take the requests of a platform that hosts models.
///
/// - Source: Amazon SageMaker, "Common Data Formats for Inference"; Seldon Core, "External Prediction API"; Azure Machine
///   Learning, "Deploy models to online endpoints"; Vertex AI, "Get online predictions".
extension ServerDetection {
  /// A way to ask: the request about one row, and the one about several, if there is one.
  private struct Shape {
    let request: String
    let batch: String?

    init(_ batch: String?, _ request: String) { (self.batch, self.request) = (batch, request) }
  }

  /// The shapes that are tried, those that say the most of what they are first.
  ///
  /// - Parameter names: the names of the columns, in quotes and with commas between.
  private static func shapes(_ names: String) -> [Shape] {
    let (values, members) = ("[{*}]", "{{**}}")
    return [
      Shape("{\"data\":{\"names\":[\(names)],\"ndarray\":[{rows}]}}", values),
      Shape("{\"input_data\":{\"columns\":[\(names)],\"data\":[{rows}]}}", values),
      Shape("{\"Inputs\":{\"data\":[{rows}]},\"GlobalParameters\":{\"method\":\"predict_proba\"}}", members),
      Shape("{\"Inputs\":{\"data\":[{rows}]}}", members),
      Shape("{\"instances\":[{rows}]}", values), Shape("{\"instances\":[{rows}]}", members),
      Shape("{\"instances\":[{rows}]}", "{\"features\":[{*}]}"),
      Shape("{\"data\":[{rows}]}", values), Shape("{\"data\":[{rows}]}", members),
      Shape("{\"input_data\":[{rows}]}", values), Shape("{\"inputs\":[{rows}]}", values),
      Shape("[{rows}]", members), Shape("[{rows}]", values), Shape(nil, members),
      Shape(nil, "{\"features\":[{*}]}"), Shape(nil, "{\"data\":[{*}]}"), Shape(nil, "{\"input\":[{*}]}"),
      Shape(nil, "{\"inputs\":[{*}]}"), Shape(nil, values),
    ]
  }

  /// Paths that are tried where the address has none.
  private static let paths = ["/predict", "/score", "/invocations", "/api/v1.0/predictions"]

  /// A client of the first shape that the server answers, asked about one row like those that the user gave; nil if there
  /// are no such rows or no shape fits.
  func shaped() async throws -> (client: any WireClient, facts: ModelFacts)? {
    guard !known.columnNames.isEmpty else { return nil }
    let names = known.columnNames.map { String(decoding: JSON.string($0).bytes, as: UTF8.self) }
      .joined(separator: ",")
    let addresses = url[url.targetStart...].hasPrefix("/") ? [url] : Self.paths.map { url + $0 }
    for address in addresses {
      guard try await isSelective(address) else { continue }
      let templates = Self.shapes(names).compactMap {
        try? ServiceTemplate(request: $0.request, batch: $0.batch)
      }
      if let found = try await first(of: templates, at: address) { return found }
      let facts = columnFacts(known.columnNames)
      let csv = CSVClient(url: address)
      if try await answers(csv, facts) { return (csv, facts) }
    }
    return nil
  }

  /// A client of the first of some templates that the server answers; nil if it answers none.
  func first(
    of templates: [ServiceTemplate], at address: String
  ) async throws -> (client: any WireClient, facts: ModelFacts)? {
    for template in templates {
      let found = try templated(address, template)
      if try await answers(found.client, found.facts) { return found }
    }
    return nil
  }

  /// Whether there is something at an address that does not answer every request alike.
  private func isSelective(_ address: String) async throws -> Bool {
    let request = WireRequest(
      url: address, headers: [("content-type", "application/json")], body: Array("{}".utf8))
    let reply = try await sent(request)
    return reply.status != 404 && reply.status != 405 && !(200..<300).contains(reply.status)
  }

  /// Whether the server has an answer to the middle of the columns.
  func answers(_ client: any WireClient, _ facts: ModelFacts) async throws -> Bool {
    guard let inputs = try sampleInputs(facts) else { return false }
    let row = Matrix(
      rows: 1, columns: inputs.count,
      elements: inputs.map { input in
        guard case .number(let lower, let upper) = input.kind else { return 0 }
        return input.feasible(lower / 2 + upper / 2)
      })
    do {
      guard case .answers(let answers) = try await client.ask(row, inputs, over: exchange) else {
        return false
      }
      return answers.count == 1 && answers[0].isWhole
    } catch HTTPOracleError.notUnderstood {
      return false
    }
  }

  /// The columns with their ranges; nil if the categories of one are not known.
  private func sampleInputs(_ facts: ModelFacts) throws -> [InputColumn]? {
    var columns = facts.inputs
    for place in columns.indices where facts.unlistedCategories.contains(columns[place].name) {
      guard let levels = known.levels(of: columns[place].name) else { return nil }
      columns[place].kind = .category(levels: levels)
    }
    return columns.isEmpty ? nil : try known.columns(columns).inputs
  }
}
