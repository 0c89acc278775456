import ArgumentParser

/// The model, the records and the attacks on membership.
struct MembershipOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Model file to attack, or the address of a prediction service.", valueName: "file|url")
  )
  var model: String?

  @Option(help: ArgumentHelp("Records that the model file was trained on.", valueName: "file"))
  var members: String?

  @Option(help: ArgumentHelp("Records that it was not trained on.", valueName: "file"))
  var others: String?

  @Option(
    help: ArgumentHelp(
      "Kind of model to train, by its id; with --model, that of its shadow models.", valueName: "id"))
  var train: String?

  @Option(
    name: .customLong("train-set"),
    help: ArgumentHelp("A setting of the trained models.", valueName: "name=value"))
  var trainSettings: [String] = []

  @Option(help: ArgumentHelp("Records: a file or the id of a data set.", valueName: "file|id"))
  var data: String?

  @Option(help: ArgumentHelp("Column that the model predicts.", valueName: "column"))
  var target: String?

  @Option(help: ArgumentHelp("Use so many records, drawn at random. (default: all)", valueName: "records"))
  var rows: Int?

  @Option(help: ArgumentHelp("Columns that are not used, separated by commas.", valueName: "columns"))
  var ignore: String?

  @Option(
    help: ArgumentHelp(
      "Range of the numbers whose range is not known, or a JSON file with the inputs. (default: that of the members)",
      valueName: "low:high|file"))
  var ranges: String?

  @Option(
    help: ArgumentHelp(
      "Attacks, separated by commas: gap, loss, entropy, shadow, lira, rmia, label-only, exec:PROGRAM. (default: all that work)",
      valueName: "ids"))
  var attack: String?

  @Option(
    name: .customLong("guard"),
    help: ArgumentHelp(
      "Guard that the answers of the attacked model pass, such as rounding:decimals=2; may be repeated.",
      valueName: "id:name=value,..."))
  var guards: [String] = []

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the attack.", valueName: "name=value"))
  var settings: [String] = []

  @Option(help: "Shadow models, an even number; 0 for none.")
  var shadows = 64

  @Option(
    name: [.short, .long], help: ArgumentHelp("Folder for the report and the results.", valueName: "folder"))
  var output = "out/membership"

  @OptionGroup(title: ConnectionOptions.title) var connection: ConnectionOptions

  @OptionGroup(title: TableFormat.title) var format: TableFormat
}
