import ArgumentParser
import Tabular
import Workbench

/// The options that say how the columns of a table become numbers.
struct EncodingFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Numbers: standard (mean 0, deviation 1), unit (to 0...1), symmetric (to -1...1) or none. "
        + "(default: standard, none for trees and with --no-intercept)", valueName: "scaling"))
  var scale: ScaleChoice?

  @Option(help: ArgumentHelp("Replace every number by this many bins of equal mass.", valueName: "count"))
  var bins: Int?

  @Option(
    help: ArgumentHelp(
      "Values that are missing: impute, drop-rows, own-level, zero, keep or fail. (default: impute, keep for trees)",
      valueName: "policy"))
  var missing: MissingChoice?

  @Option(help: "Categories that training did not see: zero for no category at all (with a remark), or fail.")
  var unseen = UnseenChoice.zero

  @Flag(help: "Give trees one column per category instead of codes.")
  var oneHot = false

  @Option(
    help: ArgumentHelp("Columns that are not used, separated by commas.", valueName: "columns"))
  var ignore: String?

  /// The words for ``EncodingOptions/NumericScaling``.
  enum ScaleChoice: String, ExpressibleByArgument, CaseIterable {
    case standard, unit, symmetric, none

    var scaling: EncodingOptions.NumericScaling {
      switch self {
      case .standard: .standard
      case .unit: .unitRange
      case .symmetric: .symmetricRange
      case .none: .none
      }
    }
  }

  /// The words for ``EncodingOptions/MissingValues``.
  enum MissingChoice: String, ExpressibleByArgument, CaseIterable {
    case impute, keep, zero, fail
    case dropRows = "drop-rows"
    case ownLevel = "own-level"

    var policy: EncodingOptions.MissingValues {
      switch self {
      case .impute: .impute
      case .keep: .keep
      case .zero: .zero
      case .fail: .fail
      case .dropRows: .dropRows
      case .ownLevel: .ownLevel
      }
    }
  }

  /// The words for ``EncodingOptions/UnseenLevels``.
  enum UnseenChoice: String, ExpressibleByArgument, CaseIterable {
    case fail, zero

    var policy: EncodingOptions.UnseenLevels { self == .fail ? .fail : .allZero }
  }

  func validate() throws {
    if let bins, bins < 2 { throw ValidationError("--bins must be at least 2, not \(bins)") }
  }

  /// What these options choose.
  var choices: EncodingChoices {
    var choices = EncodingChoices()
    choices.scaling = scale?.scaling
    choices.bins = bins
    choices.missing = missing?.policy
    choices.unseen = unseen.policy
    choices.oneHot = oneHot
    choices.ignored = ColumnList(text: ignore)
    return choices
  }
}
