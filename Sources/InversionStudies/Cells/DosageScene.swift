import Experiments
public import Inversion
public import Learning
import LinearAlgebra
import Querying
import Tabular

/// The warfarin patients of Fredrikson et al. (2014) as Yeom et al. (2018) prepared them, and models of their dose.
public struct DosagePatients: Sendable {
  /// Everybody: a value per column, and the standardised square root of the dose.
  public let records: AttributeRecords
  /// The encoding of the columns for a linear model.
  public let features: FeatureEncoder
  /// Names of the columns, in order.
  public let names: [String]

  /// All 4,819 patients.
  ///
  /// - Throws: `CatalogueError` if the data are not there.
  public init(_ lab: InversionLab) throws {
    let categories = ["race", "amiodarone", "decr", "cyp2c9", "vkorc1"]
    let table = try lab.table(
      "iwpc-scaled", kinds: Dictionary(uniqueKeysWithValues: categories.map { ($0, .categorical) }))
    var options = EncodingOptions(numeric: .none, missing: .fail)
    options.declaredCategories = categories
    features = try FeatureEncoder.fit(table, without: ["dose"], options: options)
    names = features.inputColumns.map(\.name)
    let schema = QuerySchema(inputs: features.inputColumns, target: .number)
    guard let place = table.index(of: "dose"), case .numeric(let doses) = table.columns[place].values else {
      throw DesignError.unknownColumn("dose", known: table.columns.map(\.name), nearest: nil)
    }
    records = AttributeRecords(rows: try schema.rows(of: table), responses: .numbers(doses))
  }

  /// The doses of some patients.
  public func doses(_ rows: [Int]) -> [Double] {
    guard case .numbers(let values) = records.responses.rows(at: rows) else { return [] }
    return values
  }

  /// The encoded columns and doses of some patients.
  ///
  /// - Throws: `DesignError`.
  public func data(_ rows: [Int]) throws -> RegressionData {
    RegressionData(
      features: try features.features(inputs: records.rows.rows(at: rows)), target: doses(rows))
  }

  /// Training, attacked and auxiliary patients: three quarters, an eighth and an eighth.
  public func split(seed: UInt64) -> (training: [Int], others: [Int], auxiliary: [Int]) {
    var random = RandomStream(seed: seed).child("inversion").child("dosage")
    let order = random.permutation(records.count)
    let (first, second) = (order.count * 3 / 4, order.count * 7 / 8)
    return (Array(order[..<first]), Array(order[first..<second]), Array(order[second...]))
  }

  /// A linear model of the patients of a split, to be attacked for one column.
  ///
  /// - Parameters:
  ///   - known: names of the known columns; nil for all but the sensitive one.
  ///   - group: column of the conditional prior.
  /// - Throws: `LearningError`.
  public func scene(
    seed: UInt64, sensitive: String, known: [String]? = nil, group: String? = nil,
    learner: LinearLearner = .leastSquares
  ) throws -> AttributeScene {
    let parts = split(seed: seed)
    let model = try learner.fit(try data(parts.training))
    return try AttributeScene(
      try Pipeline(features: features, target: .number(name: "dose"), model: .linear(model)),
      training: records.rows(at: parts.training), others: records.rows(at: parts.others),
      auxiliary: records.rows(at: parts.auxiliary), sensitive: names.firstIndex(of: sensitive) ?? 0,
      known: known.map { $0.compactMap { names.firstIndex(of: $0) } },
      group: group.flatMap { names.firstIndex(of: $0) })
  }
}
