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

  @Option(
    help: ArgumentHelp(
      "Columns whose kind is not to be guessed, such as zip=categorical,age=numeric.",
      valueName: "column=kind,..."))
  var kinds: String?

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
    _ = try columnKinds()
  }

  /// The kinds of columns that are given.
  func columnKinds() throws -> [String: ColumnKind] {
    var result: [String: ColumnKind] = [:]
    for pair in kinds?.split(separator: ",") ?? [] {
      guard let equals = pair.lastIndex(of: "="),
        let kind = ColumnKind(rawValue: String(pair[pair.index(after: equals)...]))
      else {
        let known = ColumnKind.allCases.map(\.rawValue).joined(separator: " or ")
        throw ValidationError("--kinds takes column=kind with the kind \(known), not '\(pair)'")
      }
      result[String(pair[..<equals])] = kind
    }
    return result
  }

  /// Checks that a scaling, by its word, leaves a model without an intercept its zero.
  static func checkZero(intercept: Bool, scale: String) throws {
    guard !intercept, scale != "none" else { return }
    throw ValidationError(
      "--scale \(scale) moves the zero of the columns, through which a model without an intercept goes; use only one "
        + "of the two")
  }

  /// The options of an encoder for trees or for other models, with or without an intercept.
  func options(forTrees: Bool, intercept: Bool = true) throws -> EncodingOptions {
    let policy = missing?.policy ?? (forTrees ? .keep : .impute)
    if policy == .keep, !forTrees {
      throw ValidationError("--missing keep is for trees; other models need impute, own-level or drop-rows")
    }
    try Self.checkZero(intercept: intercept, scale: scale?.rawValue ?? "none")
    var options = EncodingOptions(
      numeric: scale?.scaling ?? (forTrees || !intercept ? .none : .standard), bins: bins,
      categories: forTrees && !oneHot ? .codes : .indicators, missing: policy, unseen: unseen.policy,
      ignored: ignore?.split(separator: ",").map { String($0) } ?? [])
    if !intercept { options.keepsConstants = true }
    options.declaredCategories = try columnKinds().filter { $0.value == .categorical }.keys.sorted()
    return options
  }
}
