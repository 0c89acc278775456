import Experiments
import LinearAlgebra
import Methods
import Querying
import Tabular

/// What a program finds in its folder: `scenario.json`, and tables as CSV files.
struct Scenario {
  /// The version of the files and of `scenario.json`.
  static let version = 1

  /// The file that the program leaves.
  struct Expected {
    let file: String
    let columns: [String]
    let rows: Int
  }

  private var members: [String: JSONValue]
  private var tables: [(name: String, table: Table)] = []

  /// A scenario for a program.
  ///
  /// - Parameter seed: what the program draws its random numbers from; at most 2⁵³, which every language reads.
  init(_ program: ExternalProgram, family: MethodFamily, seed: Int) {
    members = [
      "version": .whole(Self.version), "family": .text(family.rawValue), "method": .text(program.id),
      "seed": .whole(seed), "settings": .object(program.settings.mapValues { .text($0) }), "files": [:],
    ]
  }

  /// A seed for a program, drawn from a stream.
  static func seed(_ random: inout RandomStream) -> Int { Int(random.next() >> 11) }

  /// Something more in `scenario.json`.
  subscript(name: String) -> JSONValue? {
    get { members[name] }
    set { members[name] = newValue }
  }

  /// Adds a table, which becomes `NAME.csv`.
  mutating func add(_ name: String, _ table: Table) { tables.append((name, table)) }

  /// Says what the program is to leave.
  mutating func expect(_ expected: Expected) {
    members["answer"] = [
      "file": .text(expected.file), "columns": JSONValue(expected.columns), "rows": .whole(expected.rows),
    ]
  }

  /// `scenario.json` as text.
  func json() throws -> String {
    var all = members
    all["files"] = .object(Dictionary(tables.map { ($0.name, .text("\($0.name).csv")) }) { $1 })
    return try StableJSON.text(JSONValue.object(all))
  }

  /// Writes the files of the scenario.
  ///
  /// - Throws: ``ExternalError/system(what:code:)``.
  func write(to folder: ScratchFolder) throws {
    for (name, table) in tables { try folder.write(TableWriter.bytes(table), to: "\(name).csv") }
    try folder.write(Array(try json().utf8), to: "scenario.json")
  }
}

extension Scenario {
  /// A table with the number of every row, from 1, before other columns.
  static func numbered(_ rows: Int, _ columns: [(String, [Double])]) -> Table {
    Table(
      columns: [Table.Column(name: "row", values: .numeric((0..<rows).map { Double($0 + 1) }))]
        + columns.map { Table.Column(name: $0.0, values: .numeric($0.1)) })
  }

  /// The columns of a matrix with their names.
  static func columns(_ matrix: Matrix, _ names: [String]) -> [(String, [Double])] {
    names.indices.map { (names[$0], matrix.column($0)) }
  }

  /// A name that no column has.
  static func free(_ name: String, besides names: [String]) -> String {
    var result = name
    while names.contains(result) { result += "_" }
    return result
  }

  /// The columns of a model, as its users see them.
  static func columns(of schema: QuerySchema) -> JSONValue {
    .list(
      schema.inputs.map { input in
        switch input.kind {
        case .number(let lower, let upper):
          [
            "name": .text(input.name), "kind": input.isWhole ? "whole" : "number", "lower": .number(lower),
            "upper": .number(upper),
          ]
        case .category(let levels):
          ["name": .text(input.name), "kind": "category", "levels": JSONValue(levels)]
        }
      })
  }

  /// Names of the columns of a model that no table has otherwise.
  static func names(of schema: QuerySchema) -> [String] {
    var taken = ["row"]
    for input in schema.inputs { taken.append(free(input.name, besides: taken)) }
    return Array(taken.dropFirst())
  }
}
