/// What a dialect makes of columns that the model does not take, and of those that a row does not name.
struct ColumnRule: Sendable, Hashable {
  /// Whether columns that the model does not take are passed over; else they are an error.
  let ignoresUnknown: Bool
  /// Whether a column that is not named is a missing value, for models that take missing values; else it is an error.
  let fillsAbsent: Bool

  /// Only columns of the model; what is absent is missing.
  static let knownColumns = ColumnRule(ignoresUnknown: false, fillsAbsent: true)
  /// All columns of the model, among any others: MLflow's way with a signature.
  static let allColumns = ColumnRule(ignoresUnknown: true, fillsAbsent: false)
}
