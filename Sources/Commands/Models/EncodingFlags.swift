import ArgumentParser
import Tabular

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

  /// Checks that a scaling, by its word, leaves a model without an intercept its zero.
  static func checkZero(intercept: Bool, scale: String) throws {
    guard !intercept, scale != "none" else { return }
    throw ValidationError(
      "--scale \(scale) moves the zero of the columns, through which a model without an intercept goes; use only one "
        + "of the two")
  }

  /// The options of an encoder for trees or for other models, with or without an intercept.
  ///
  /// - Parameters:
  ///   - columns: names of the columns of the table.
  ///   - categories: columns that hold categories even if they look like numbers.
  func options(
    forTrees: Bool, intercept: Bool = true, columns: [String] = [], categories: [String] = []
  ) throws -> EncodingOptions {
    let policy = missing?.policy ?? (forTrees ? .keep : .impute)
    if policy == .keep, !forTrees {
      throw ValidationError("--missing keep is for trees; other models need impute, own-level or drop-rows")
    }
    try Self.checkZero(intercept: intercept, scale: scale?.rawValue ?? "none")
    var options = EncodingOptions(
      numeric: scale?.scaling ?? (forTrees || !intercept ? .none : .standard), bins: bins,
      categories: forTrees && !oneHot ? .codes : .indicators, missing: policy, unseen: unseen.policy,
      ignored: ListOption.columns(ignore, of: columns))
    if !intercept { options.keepsConstants = true }
    options.declaredCategories = categories
    return options
  }
}
