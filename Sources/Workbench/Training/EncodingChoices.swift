public import Tabular

/// How the columns of a table become numbers, as far as it is chosen; the rest follows the kind of model.
public struct EncodingChoices: Sendable, Hashable {
  /// Scaling of numbers; nil for mean 0 and deviation 1, but for none with trees and without an intercept.
  public var scaling: EncodingOptions.NumericScaling?
  /// Bins of equal mass in place of every number; nil for the numbers.
  public var bins: Int?
  /// What becomes of missing values; nil for filling them in, but for keeping them with trees.
  public var missing: EncodingOptions.MissingValues?
  /// What becomes of categories that training did not see.
  public var unseen = EncodingOptions.UnseenLevels.allZero
  /// Whether trees get one column per category instead of codes.
  public var oneHot = false
  /// Columns that are not used.
  public var ignored: ColumnList = []

  /// Nothing chosen.
  public init() {}

  /// Checks that a scaling leaves a model without an intercept its zero.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``.
  public static func checkZero(intercept: Bool, scaling: EncodingOptions.NumericScaling) throws {
    guard !intercept, scaling != .none else { return }
    throw WorkbenchError.usage(
      "--scale \(word(scaling)) moves the zero of the columns, through which a model without an intercept goes; use only one "
        + "of the two")
  }

  /// The options of an encoder for trees or for other models, with or without an intercept.
  ///
  /// - Parameters:
  ///   - columns: names of the columns of the table.
  ///   - categories: columns that hold categories even if they look like numbers.
  /// - Throws: ``WorkbenchError/usage(_:)`` for choices that do not go together.
  public func options(
    forTrees: Bool, intercept: Bool = true, columns: [String] = [], categories: [String] = []
  ) throws -> EncodingOptions {
    let policy = missing ?? (forTrees ? .keep : .impute)
    if policy == .keep, !forTrees {
      throw WorkbenchError.usage(
        "--missing keep is for trees; other models need impute, own-level or drop-rows")
    }
    try Self.checkZero(intercept: intercept, scaling: scaling ?? .none)
    var options = EncodingOptions(
      numeric: scaling ?? (forTrees || !intercept ? .none : .standard), bins: bins,
      categories: forTrees && !oneHot ? .codes : .indicators, missing: policy, unseen: unseen,
      ignored: ignored.names(among: columns))
    if !intercept { options.keepsConstants = true }
    options.declaredCategories = categories
    return options
  }

  /// A scaling as it is typed.
  static func word(_ scaling: EncodingOptions.NumericScaling) -> String {
    switch scaling {
    case .standard: "standard"
    case .unitRange: "unit"
    case .symmetricRange: "symmetric"
    case .none: "none"
    }
  }
}
