public import Experiments
import Inversion
public import Learning
import LinearAlgebra
import Tabular

/// Private logistic models of income on Adult: 30,162 complete rows, without education (as its number is there) and
/// final weight, 87 columns of indicators and of numbers scaled to [0, 1], no intercept.
///
/// Ranges and categories are those of the data set's public code book, which its file meets exactly.
public struct PrivateIncomeStudy: Sendable {
  /// All complete rows.
  public let rows: ClassificationData
  /// Columns of the table that a row comes from.
  static let columns = 12
  /// Strength of the penalty on the mean of losses.
  static let regularisation = 1e-3

  /// How a model is trained.
  public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
    case plain, objective, output
  }

  /// Reads the rows.
  ///
  /// - Throws: `CatalogueError` if the file is not there, `TabularError`, `DesignError`.
  public init(searchPath: DataSearchPath) throws {
    var reader = TableReader()
    reader.missing.insert("?")
    let table = try DataSource("adult", searchPath: searchPath).table(reader)
    let options = EncodingOptions(
      numeric: .unitRange, missing: .dropRows, ignored: ["education", "fnlwgt"])
    let encoder = try ClassEncoder.fit(table, target: "income", options: options)
    let design = try encoder.design(table)
    rows = ClassificationData(
      features: design.features, labels: design.labels, classCount: encoder.classes.count)
  }

  /// Trains on three quarters of the rows and measures on the others.
  ///
  /// - Throws: `PrivacyError`, `LearningError`.
  public func outcome(_ method: Method, epsilon: Double?, seed: UInt64) throws -> Outcome {
    let root = RandomStream(seed: seed).child("private income")
    var random = root.child("split")
    let split = try Split.split(rows: rows.count, validationShare: 0, testShare: 0.25, using: &random)
    let (training, test) = (rows.rows(at: split.training), rows.rows(at: split.test))
    random = root.child("noise").child(method.rawValue)
    let bounds = PublicBounds(norm: Double(Self.columns).squareRoot())
    let model =
      switch method {
      case .plain:
        // A budget so large that the noise is below the digits that are shown.
        try OutputPerturbation(
          epsilon: 1e4, regularisation: Self.regularisation, hasIntercept: false
        ).fit(training, bounds: bounds, using: &random).model
      case .objective:
        try ObjectivePerturbation(
          epsilon: epsilon ?? 1, regularisation: Self.regularisation, hasIntercept: false
        ).fit(training, bounds: bounds, using: &random).model
      case .output:
        try OutputPerturbation(
          epsilon: epsilon ?? 1, regularisation: Self.regularisation, hasIntercept: false
        ).fit(training, bounds: bounds, using: &random).model
      }
    let most = Set(training.labels).map { label in (training.labels.count { $0 == label }, label) }
      .max { $0 < $1 }?.1
    return Outcome(
      dataset: "adult", model: "logistic", attack: "none",
      defence: method == .plain ? "none" : method.rawValue,
      rate: 0, seed: seed,
      metrics: [
        "epsilon": epsilon, "accuracy": model.accuracy(on: test),
        "baseline_accuracy": Double(test.labels.count { $0 == most }) / Double(max(test.count, 1)),
      ])
  }
}
