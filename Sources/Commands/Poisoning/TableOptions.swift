import Datasets
import ArgumentParser
import Tabular
import Workbench

/// The options that say which table is meant and what is to be predicted.
struct TableOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "CSV or TSV file, gzip-compressed or not, or the id of a data set.", valueName: "file|id"))
  var data: String

  @Option(help: ArgumentHelp("Column that the model predicts.", valueName: "column"))
  var target: String

  @Option(
    help: ArgumentHelp(
      "Columns that are not used, separated by commas, such as row numbers.", valueName: "columns"))
  var ignore: String?

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  @Option(
    help: ArgumentHelp(
      "Numbers in front of the model: unit (features and target to 0...1) or none (raw columns). The penalty counts "
        + "in these units; attacks and defences work in shares of the ranges either way. "
        + "(default: unit, none with --no-intercept)", valueName: "scaling"))
  var scale: ScaleChoice?

  @Option(help: "Features without a value: impute, drop-rows, own-level or fail.")
  var missing = MissingChoice.impute

  /// The words for ``EncodingOptions/MissingValues`` on the command line.
  enum MissingChoice: String, ExpressibleByArgument, CaseIterable {
    case impute
    case dropRows = "drop-rows"
    case ownLevel = "own-level"
    case fail

    var policy: EncodingOptions.MissingValues {
      switch self {
      case .impute: .impute
      case .dropRows: .dropRows
      case .ownLevel: .ownLevel
      case .fail: .fail
      }
    }
  }

  /// The words for ``EncodingOptions/NumericScaling`` that the attacks know.
  enum ScaleChoice: String, ExpressibleByArgument, CaseIterable {
    case unit, none

    var scaling: EncodingOptions.NumericScaling { self == .unit ? .unitRange : .none }
  }

  /// The table that is meant.
  func request() throws -> UserTableRequest {
    var request = UserTableRequest(data: data, target: target)
    request.ignored = ColumnList(text: ignore)
    request.reading = try format.reading()
    request.scaling = scale?.scaling
    request.missing = missing.policy
    return request
  }
}
