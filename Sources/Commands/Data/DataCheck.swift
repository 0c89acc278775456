import Datasets
import ArgumentParser
import Experiments
import Methods

/// Compares the files that are here with their cards.
struct DataCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compare the files of data sets with the SHA-256 of their cards.",
    discussion: """
      Without an id all data sets are checked and absent files are no failure; a
      data set that is named must be there. Ends with 1 if a file is wrong or
      missing.

      Examples:
        bezoar data check
        bezoar data check iwpc steak --data-dir ~/data
      """)

  @Argument(help: "Ids of data sets; all by default.")
  var ids: [String] = []

  @OptionGroup var options: GlobalOptions

  private struct Line: Encodable {
    let id: String
    let file: String
    let status: String
    let path: String?
    let sha256: String?
  }

  func run() async throws {
    let cards = try ids.isEmpty ? DatasetCatalogue.all : ids.map { try DatasetCatalogue.card(id: $0) }
    var lines: [Line] = []
    for card in cards {
      for file in card.files {
        try Interruption.check()
        lines.append(try check(card, file))
      }
    }
    if options.json { options.console.write(try jsonText(lines)) }
    let failed = lines.contains { $0.status == "wrong" || ($0.status == "missing" && !ids.isEmpty) }
    if failed { throw ExitCode(ProgramExit.failure) }
  }

  private func check(_ card: DatasetCard, _ file: DatasetCard.File) throws -> Line {
    let console = options.console
    do {
      let path = try options.searchPath.locate(card, file: file)
      let found = try FileHash.sha256(path: path)
      let isRight = found == file.sha256
      if !isRight {
        let error = CatalogueError.hashMismatch(path: path, expected: file.sha256, found: found)
        console.fail(String(describing: error))
      }
      if !options.json { console.write("\(isRight ? "right   " : "wrong   ") \(card.id)  \(path)\n") }
      return Line(
        id: card.id, file: file.path, status: isRight ? "right" : "wrong", path: path, sha256: found)
    } catch let error as CatalogueError {
      guard case .notFound = error else { throw error }
      if let bytes = DatasetCatalogue.embedded(file.path) {
        if !options.json { console.write("built in \(card.id)  \(file.path)\n") }
        return Line(
          id: card.id, file: file.path, status: "built in", path: nil, sha256: FileHash.sha256(bytes: bytes))
      }
      if !ids.isEmpty { console.fail(String(describing: error)) }
      if !options.json { console.write("missing  \(card.id)  \(file.path)\n") }
      return Line(id: card.id, file: file.path, status: "missing", path: nil, sha256: nil)
    }
  }
}
