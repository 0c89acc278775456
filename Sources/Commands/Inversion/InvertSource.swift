import Datasets
import ArgumentParser
import Methods
import Workbench

/// The model that is attacked and the people: a file, a service, or a model that is trained here.
struct InvertSource: ParsableArguments {
  @Argument(help: ArgumentHelp("Address of a prediction service.", valueName: "url"))
  var url: String?

  @Option(help: ArgumentHelp("Model file to attack.", valueName: "file"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Kind of model to train on half of the people, by its id; the others are no members.", valueName: "id"))
  var train: String?

  @Option(
    name: .customLong("train-set"),
    help: ArgumentHelp("A setting of the trained model.", valueName: "name=value"))
  var trainSettings: [String] = []

  @Option(help: ArgumentHelp("People to attack: a file or the id of a data set.", valueName: "file|id"))
  var data: String?

  @Option(help: ArgumentHelp("File with the people that the model was trained on.", valueName: "file"))
  var members: String?

  @Option(
    help: ArgumentHelp(
      "Column that the model predicts. (default: that of the model file)", valueName: "column"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "Columns that hold categories though they look like numbers, separated by commas.", valueName: "columns"
    ))
  var categories: String?

  @Option(help: ArgumentHelp("Columns that are not used, separated by commas.", valueName: "columns"))
  var ignore: String?

  @Option(
    help: ArgumentHelp(
      "Range of the numbers whose range is not known, or a JSON file with the inputs. (default: that of the people; what a model's scaling or thresholds suggest; else -1:1)",
      valueName: "low:high|file"))
  var ranges: String?

  @OptionGroup(title: ConnectionOptions.title) var connection: ConnectionOptions

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  func validate() throws {
    let given = [url, model, train].compactMap { $0 }
    guard given.count == 1 else {
      throw ValidationError(
        given.isEmpty
          ? "nothing to attack; give the address of a service, --model FILE or --train ID"
          : "give only one of an address, --model and --train")
    }
    try connection.check(format)
    guard url != nil || connection.given(format).isEmpty else {
      throw ValidationError("\(connection.given(format)[0]) goes with the address of a service")
    }
    if train != nil, data == nil || target == nil {
      throw ValidationError("--train needs --data and --target")
    }
    if members != nil, train != nil { throw ValidationError("--members goes with --model or a service") }
    if train == nil, !trainSettings.isEmpty { throw ValidationError("--train-set goes with --train") }
    if train == nil, ignore != nil { throw ValidationError("--ignore goes with --train") }
    guard train == nil || ranges == nil else {
      throw ValidationError("--ranges goes with --model or the address of a service")
    }
    if let train {
      try usage {
        _ = try MethodRegistry.current.learners.make(train, settings: MethodSettings(trainSettings))
      }
    }
  }

  /// The model and the people.
  func people() throws -> PeopleUnderAttack {
    let place: PeopleUnderAttack.Model =
      if let train { .trained(train, settings: trainSettings) } else if let url {
        .url(url, connection.connection(format))
      } else { .file(model ?? "") }
    var people = PeopleUnderAttack(place)
    (people.data, people.members, people.target) = (data, members, target)
    (people.categories, people.ignored, people.ranges) = (categories, ignore, ranges)
    people.reading = try format.reading()
    return people
  }
}
