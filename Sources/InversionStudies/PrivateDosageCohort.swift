public import Datasets
import Experiments
import Privacy
public import Learning
public import LinearAlgebra
import Tabular

/// The warfarin patients of Fredrikson et al. (2014) as private mechanisms take them: numbers scaled by public ranges,
/// and an indicator for each category but the first, so that a row has few features.
///
/// The ranges are not read from the rows at hand: numbers lie within four deviations of their standardisation, doses
/// between 2.1 and 315 mg per week, the smallest and largest of the published records, unless a limit narrows it. Those
/// records are public; an owner of private ones must take a range from elsewhere.
public struct PrivateDosageCohort: Sendable, Hashable {
  /// Features, and the standardised square root of the dose.
  public let rows: RegressionData
  /// The VKORC1 genotype of every row, by its place in ``genotypes``.
  public let genotype: [Int]

  /// Names of the features.
  public static let features =
    numbers + flags
    + categories.flatMap { category in category.levels.dropFirst().map { "\(category.name):\($0)" } }
  /// The genotypes; the first has no indicator.
  public static let genotypes = ["CT", "TT", "CC"]
  /// The features that say the genotype.
  public static let genotypeColumns = features.indices.filter { features[$0].hasPrefix("vkorc1:") }
  /// What is public of the features for a tree: numbers in −1...1 and indicators.
  static let treeFeatures = features.indices.map { index in
    PrivateTree.Feature.number(index < numbers.count ? -1...1 : 0...1)
  }
  /// Columns of the table that a row comes from.
  public static let columnCount = numbers.count + flags.count + categories.count

  private static let numbers = ["age", "height", "weight"]
  private static let flags = ["amiodarone", "decr"]
  private static let categories = [
    (name: "race", levels: ["white", "asian", "black"]),
    (name: "cyp2c9", levels: ["11", "12", "13", "22", "23", "33"]), (name: "vkorc1", levels: genotypes),
  ]
  /// Deviations from the mean within which numbers count.
  private static let deviations = 4.0

  /// All patients.
  ///
  /// - Throws: `CatalogueError` if the file is not there, `TabularError`, `DesignError`.
  public init(searchPath: DataSearchPath) throws {
    var reader = TableReader()
    for name in Self.flags + Self.categories.map(\.name) { reader.kinds[name] = .categorical }
    let table = try DataSource("iwpc-scaled", searchPath: searchPath).table(reader)
    func column(_ name: String) throws -> Table.Values {
      guard let index = table.index(of: name) else {
        throw DesignError.unknownColumn(name, known: table.columns.map(\.name), nearest: nil)
      }
      return table.columns[index].values
    }
    func numbers(_ name: String) throws -> [Double] {
      if case .numeric(let values) = try column(name) { values } else { [] }
    }
    func words(_ name: String) throws -> [String] {
      guard case .categorical(let codes, let levels) = try column(name) else { return [] }
      return codes.map { $0 < 0 ? "" : levels[$0] }
    }
    var columns = try Self.numbers.map { name in
      try numbers(name).map { min(max($0 / Self.deviations, -1), 1) }
    }
    columns += try Self.flags.map { name in try words(name).map { $0 == "1" ? 1 : 0 } }
    for category in Self.categories {
      let found = try words(category.name)
      columns += category.levels.dropFirst().map { level in found.map { $0 == level ? 1 : 0 } }
    }
    var features = Matrix(rows: table.rowCount, columns: columns.count)
    for (place, values) in columns.enumerated() {
      for (row, value) in values.enumerated() { features[row, place] = value }
    }
    rows = RegressionData(features: features, target: try numbers("dose"))
    genotype = try words("vkorc1").map { Self.genotypes.firstIndex(of: $0) ?? 0 }
  }

  private init(rows: RegressionData, genotype: [Int]) {
    self.rows = rows
    self.genotype = genotype
  }

  /// The share of the most frequent genotype.
  var mostFrequentGenotype: Double {
    let counts = Self.genotypes.indices.map { level in genotype.count { $0 == level } }
    return Double(counts.max() ?? 0) / Double(max(genotype.count, 1))
  }

  /// Some of the patients.
  public func patients(at indices: [Int]) -> PrivateDosageCohort {
    PrivateDosageCohort(rows: rows.rows(at: indices), genotype: indices.map { genotype[$0] })
  }

  /// The features with the same genotype in every row.
  public func features(withGenotype level: Int) -> Matrix {
    var result = rows.features
    for row in 0..<result.rows {
      for (place, column) in Self.genotypeColumns.enumerated() {
        result[row, column] = place + 1 == level ? 1 : 0
      }
    }
    return result
  }

  /// Public bounds of rows and doses; `doseLimit` narrows the standardised dose on both sides.
  public static func bounds(doseLimit: Double? = nil) -> PublicDoseBounds {
    let published = standardised(2.1)...standardised(315)
    guard let doseLimit else { return PublicDoseBounds(columns: columnCount, dose: published) }
    return PublicDoseBounds(
      columns: columnCount, dose: max(published.lowerBound, -doseLimit)...min(published.upperBound, doseLimit)
    )
  }

  /// Milligrams per week of a standardised square root.
  public static func milligrams(_ value: Double) -> Double {
    let root = max(1.4204 * value + 5.3736, 0)
    return root * root
  }

  /// The standardised square root of milligrams per week.
  static func standardised(_ dose: Double) -> Double { (dose.squareRoot() - 5.3736) / 1.4204 }
}

/// What is public of a dosage cohort.
public struct PublicDoseBounds: Sendable, Hashable {
  /// Columns of the table, each with a number from −1 to 1 or at most one indicator.
  public let columns: Int
  /// Range of the standardised square root of the dose.
  public let dose: ClosedRange<Double>
}

/// How well predicted doses serve patients.
struct DosageUtility {
  /// Share of patients whose dose is within 20 % of the true one.
  private(set) var within = 0.0
  /// Share with more than 1.2 times the true dose.
  private(set) var over = 0.0
  /// Share with less than 0.8 times the true dose.
  private(set) var under = 0.0
  /// Mean error in mg per week.
  private(set) var error = 0.0
  /// Share of the variance of the standardised square root that is explained.
  private(set) var explained = 0.0

  /// Compares predictions of the standardised square root with the truth.
  init(_ predictions: [Double], truth: [Double]) {
    let count = Double(max(truth.count, 1))
    let mean = truth.reduce(0, +) / count
    var (squares, spread) = (0.0, 0.0)
    for (prediction, value) in zip(predictions, truth) {
      let given = PrivateDosageCohort.milligrams(prediction)
      let right = PrivateDosageCohort.milligrams(value)
      within += abs(given - right) <= 0.2 * right ? 1 / count : 0
      over += given > 1.2 * right ? 1 / count : 0
      under += given < 0.8 * right ? 1 / count : 0
      error += abs(given - right) / count
      squares += (prediction - value) * (prediction - value)
      spread += (value - mean) * (value - mean)
    }
    explained = spread > 0 ? 1 - squares / spread : 0
  }

  /// The figures by their names in results.
  var metrics: Metrics {
    [
      "within_20_percent": within, "overdosed": over, "underdosed": under, "mean_absolute_error_mg": error,
      "r_squared": explained,
    ]
  }
}
