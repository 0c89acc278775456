import ArgumentParser
import Workbench

/// What is to be found out of a model, and how.
struct InvertOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Sensitive column that is guessed.", valueName: "column"))
  var sensitive: String?

  @Option(
    help: ArgumentHelp(
      "Columns that the attacker knows, separated by commas. (default: all but the sensitive one)",
      valueName: "columns"))
  var known: String?

  @Option(
    help: ArgumentHelp("Column on whose groups the attack map takes its prior too.", valueName: "column"))
  var group: String?

  @Option(
    help: ArgumentHelp(
      "Ids of attacks or exec:PROGRAM, separated by commas; one to rebuild something. (default: all that work on a column, the "
        + "first in the list that works otherwise)", valueName: "ids"))
  var attack: String?

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the attack.", valueName: "name=value"))
  var settings: [String] = []

  @Flag(help: "See the answers of a model file only, and count them.")
  var blackBox = false

  @Option(name: .customLong("class"), help: ArgumentHelp("Class to rebuild, or all.", valueName: "label|all"))
  var label: String?

  @Option(help: ArgumentHelp("Pixels in a row, for pictures in the report.", valueName: "pixels"))
  var width: Int?

  @Option(
    help: ArgumentHelp(
      "All training rows of a ridge or logistic model file but one, which is rebuilt.", valueName: "file"))
  var knows: String?

  @Option(
    help: ArgumentHelp(
      "The least-squares model file before a row was deleted, which is rebuilt; --data are public rows.",
      valueName: "file"))
  var before: String?

  @Option(
    help: ArgumentHelp("File with the row, to compare what is rebuilt with it.", valueName: "file"))
  var truth: String?

  @Option(help: "Repetitions with other splits; intervals are over them.")
  var seeds = 5

  @Option(
    name: [.short, .long], help: ArgumentHelp("Folder for the report and the results.", valueName: "folder"))
  var output = "out/invert"

}

extension InvertOptions {
  /// The job that is asked for.
  enum Job {
    case attribute(AttributeGuessing)
    case classes(ClassRebuilding)
    case row(RowReconstruction)
  }

  /// The job, with what every one of them takes.
  func job(_ source: InvertSource, seeds: [UInt64]) throws -> Job {
    let people = try source.people()
    if let evidence = knows.map({ .otherRows($0) })
      ?? before.map({ RowReconstruction.Evidence.earlierModel($0) })
    {
      var job = RowReconstruction(people, from: evidence)
      (job.attack, job.settings, job.truth) = (attack, settings, truth)
      return .row(job)
    }
    if let label {
      var job = ClassRebuilding(people, label: label)
      (job.attack, job.settings, job.seesAnswersOnly, job.width) = (attack, settings, blackBox, width)
      return .classes(job)
    }
    var job = AttributeGuessing(people, sensitive: sensitive ?? "")
    (job.known, job.group, job.attack, job.settings) = (known, group, attack, settings)
    (job.seesAnswersOnly, job.seeds) = (blackBox, seeds)
    return .attribute(job)
  }
}
