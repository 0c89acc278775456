import Datasets
import ArgumentParser
import Experiments
import Methods
import Synchronization

/// Obtains the files of a data set.
struct DataGet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Obtain the files of a data set and check them.",
    discussion: """
      A transfer that broke off is continued by the same command. Files go to --to,
      else --data-dir, else BEZOAR_DATA, else $XDG_DATA_HOME/bezoar or
      ~/.local/share/bezoar.

      Examples:
        bezoar data get iwpc
        bezoar data get steak --to data
        bezoar data get sever-enron --from /media/course/datasets
        bezoar data get adult --from https://mirror.example.org/datasets/
      """)

  @Argument(help: "Id of the data set, as bezoar data list shows it.")
  var id: String

  @Option(
    help: ArgumentHelp(
      "Folder, address of a folder (ending in a slash) or of the file, instead of the known addresses.",
      valueName: "source"))
  var from: String?

  @Option(help: ArgumentHelp("Folder to put the files in.", valueName: "folder"))
  var to: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let card = try DatasetCatalogue.card(id: id)
    guard !card.isGenerated else { throw CatalogueError.generated(id: id) }
    Interruption.keeps { "what came of the files is kept, and the same command goes on from there" }
    let work = Task { try await get(card) }
    Interruption.onRequest { work.cancel() }
    try await work.value
  }

  private func get(_ card: DatasetCard) async throws {
    let download = DatasetDownload(card, to: to ?? options.searchPath.home, from: from)
    for file in card.files {
      try Interruption.check()
      let bar = Progress("\(file.name), kB", total: (file.bytes + 999) / 1000, console: options.console)
      defer { bar.finish() }
      let shown = Mutex(0)
      let outcome = try await download.fetch(file) { done in
        let steps = shown.withLock { shown -> Int in
          let now = (done + 999) / 1000
          defer { shown = max(now, shown) }
          return max(now - shown, 0)
        }
        if steps > 0 { bar.advance(by: steps) }
      }
      bar.finish()
      options.console.write(download.destination(file) + "\n")
      switch outcome {
      case .present: options.console.note("\(file.name) was there already and is right")
      case .obtained(let origin): options.console.note("\(file.name) obtained from \(origin), SHA-256 right")
      }
    }
    options.console.note("licence: \(card.licence.name); cite: \(card.citation)")
  }
}
