import Datasets
import ArgumentParser
import Experiments
import Methods
import Reporting

/// Shows the card of a data set.
struct DataDescribe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Show the card of a data set: origin, licence, columns and traps.",
    discussion: """
      Examples:
        bezoar data describe steak
        bezoar data describe iwpc --json
        bezoar data describe iris --croissant > iris.croissant.json
      """)

  @Argument(help: "Id of the data set, as bezoar data list shows it.")
  var id: String

  @Flag(help: "Print Croissant 1.1 metadata (JSON-LD) instead.")
  var croissant = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let card = try DatasetCatalogue.card(id: id)
    if croissant {
      options.console.write(try CroissantDocument(card).json())
    } else if options.json {
      options.console.write(try card.json())
    } else {
      options.console.write(text(card))
      options.console.write(columns(card))
      for trap in card.traps { options.console.write("beware: \(trap)\n") }
    }
  }

  private func text(_ card: DatasetCard) -> String {
    var lines = [
      card.title, "", card.description, "",
      "id         \(card.id)",
      "rows       \(card.rows) x \(card.columns) columns",
      "target     \(card.target)",
      "sensitive  \(card.sensitive.isEmpty ? "none" : card.sensitive.joined(separator: "; "))",
      "licence    \(card.licence.name)\(card.licence.url.map { ", \($0)" } ?? "")",
      "creators   \(card.creators.joined(separator: "; "))",
      "published  \(card.published)",
      "page       \(card.url)",
      "cite       \(card.citation)",
    ]
    for file in card.files {
      let place = try? options.searchPath.locate(card, file: file)
      lines.append("file       \(file.path), \(sizeText(file.bytes)), \(place ?? "not here")")
      lines.append("           SHA-256 \(file.sha256)")
      lines += file.urls.map { "           \($0)" }
    }
    if card.isGenerated { lines.append("file       none: bezoar data generate \(card.id) -o FILE") }
    return lines.joined(separator: "\n") + "\n\n"
  }

  private func columns(_ card: DatasetCard) -> String {
    let width = card.schema.map(\.name.count).max() ?? 0
    let lines = card.schema.map { column in
      let name = padded(column.name, width)
      let count = column.count.map { " (\($0) columns)" } ?? ""
      return "  \(name)  \(padded(column.kind.rawValue, 11))  \(column.meaning)\(count)\n"
    }
    return lines.joined() + "\n"
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }
}
