import ArgumentParser
import Experiments
import InversionStudies
import Methods
import Reporting
import StealingStudies
import Workbench

/// What all reproductions hold their numbers against, without a run.
struct ReproduceStatements: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statements",
    abstract: "All statements with origin, number, accepted range and null; nothing is run.",
    discussion: """
      Every statement says whose number it stands beside, which numbers count as met
      and why, what the same measure gives where there is no effect, or why it is not
      judged. Those of dosage are as on the paper's patients (--data iwpc-onehot).

      Examples:
        bezoar reproduce statements
        bezoar reproduce statements --chapters dosage,stealing
        bezoar reproduce statements --json
      """)

  /// The chapters in their order, by the names of their commands.
  private static let chapters = ["dosage", "stealing", "stealing-http", "inversion"]

  @Option(help: "Chapters, separated by commas: dosage, stealing, stealing-http, inversion; all by default.")
  var chapters: String?

  @OptionGroup var options: GlobalOptions

  func validate() throws { _ = try chosen() }

  private func chosen() throws -> [String] {
    guard let chapters else { return Self.chapters }
    return try usage { try ListOption.names(chapters, from: Self.chapters, kind: "chapter") }
  }

  func run() throws {
    let chosen = try chosen()
    let entries =
      (DosageStudy.entries + StealingReproduction.entries + ServiceLab.entries
      + InversionReproduction.entries).filter { chosen.contains($0.chapter) }
    let console = options.console
    guard !options.json else { return console.write(try StatementsDocument(entries).json()) }
    console.write(TextTable(entries: entries))
    console.write(TextTable(originsOf: entries))
  }
}
