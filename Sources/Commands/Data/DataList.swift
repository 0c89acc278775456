import Datasets
import ArgumentParser
import Experiments
import Foundation
import Reporting

/// Lists the data sets.
struct DataList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the data sets and whether their files are here.",
    discussion: """
      Examples:
        bezoar data list
        bezoar data list --json
      """)

  @OptionGroup var options: GlobalOptions

  /// A line of the list as data.
  private struct Entry: Encodable {
    let id: String
    let title: String
    let rows: Int
    let columns: Int
    let bytes: Int
    let licence: String
    let isPresent: Bool
  }

  func run() async throws {
    let searchPath = options.searchPath
    let entries = try DatasetCatalogue.all.map { card in
      Entry(
        id: card.id, title: card.title, rows: card.rows, columns: card.columns, bytes: card.bytes,
        licence: card.licence.name,
        isPresent: card.paths(on: searchPath) != nil
          || card.files.allSatisfy { DatasetCatalogue.embedded($0.path) != nil })
    }
    if options.json {
      options.console.write(try jsonText(entries))
      return
    }
    let width = entries.map(\.id.count).max() ?? 0
    for entry in entries {
      let name = entry.id + String(repeating: " ", count: width - entry.id.count)
      let state = entry.bytes == 0 ? "made up " : entry.isPresent ? "here    " : "not here"
      options.console.write(
        "\(name)  \(state)  \(Self.right("\(entry.rows) x \(entry.columns)", 12))"
          + "  \(Self.right(sizeText(entry.bytes), 8))  \(entry.title)\n")
    }
    options.console.note("bezoar data describe ID tells more; bezoar data get ID obtains the files")
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(width - text.count, 0)) + text
  }
}

/// JSON with sorted keys and a line break at the end.
func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}

extension DatasetCard {
  /// The card as JSON.
  func json() throws -> String { try jsonText(self) }
}
