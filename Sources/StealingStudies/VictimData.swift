public import Datasets
import Experiments
public import LinearAlgebra
public import Tabular

/// The rows of a data set as a model and its attacker take them.
public struct VictimDesign: Sendable {
  /// From encoded columns to columns between -1 and 1.
  public let features: FeatureEncoder
  /// Name of the target.
  public let target: String
  /// Names of the classes.
  public let classes: [String]
  /// One row per example, all values between -1 and 1.
  public let rows: Matrix
  /// The class of every row.
  public let labels: [Int]
}

/// The data sets of the models that Tramèr et al. (USENIX Security 2016, table 3) stole.
public enum VictimData: String, Sendable, Hashable, Codable, CaseIterable {
  case circles, moons, blobs, iris, digits, steak, pima, mushrooms
  case fiveClass = "five-class"
  case adultIncome = "adult-income"
  case adultRace = "adult-race"
  case happiness = "gss-happiness"
  case breastCancer = "breast-cancer"

  /// The sets with two classes.
  public static let binary: [VictimData] = [.mushrooms, .adultIncome, .pima, .breastCancer, .circles, .moons]
  /// The sets with more.
  public static let multiclass: [VictimData] = [
    .digits, .iris, .steak, .happiness, .adultRace, .blobs, .fiveClass,
  ]

  /// Encoded rows and classes of all complete rows: an indicator per category, then every column, indicators included,
  /// scaled to -1...1 as in the source. In Adult a missing category counts as one of its own, as in its numbers.
  ///
  /// - Parameter seed: of the points of generated sets.
  /// - Throws: `CatalogueError` if the data are not there, `TabularError`, `DesignError`.
  public func design(searchPath: DataSearchPath, seed: UInt64) throws -> VictimDesign {
    let (table, target, options) = try source(searchPath, seed)
    let encoder =
      self == .digits
      ? try digits(table, target: target) : try ClassEncoder.fit(table, target: target, options: options)
    let design = try encoder.design(table)
    let space = encoder.features.space
    let columns = space.names.indices.map { column in
      InputColumn(
        name: space.names[column], kind: .number(lower: space.lower[column], upper: space.upper[column]))
    }
    let scaling = FeatureEncoder(inputs: columns)
    return VictimDesign(
      features: scaling, target: target, classes: encoder.classes,
      rows: try scaling.features(inputs: design.features), labels: design.labels)
  }

  private func source(
    _ searchPath: DataSearchPath, _ seed: UInt64
  ) throws -> (Table, target: String, EncodingOptions) {
    var (reader, options) = (TableReader(), EncodingOptions(numeric: .symmetricRange))
    func read(_ name: String) throws -> Table { try DataSource(name, searchPath: searchPath).table(reader) }
    switch self {
    case .circles, .moons, .blobs, .fiveClass: return (synthetic(seed: seed), "class", options)
    case .iris: return (try read("iris-fisher"), "species", options)
    case .digits: return (try read("digits"), "digit", options)
    case .pima:
      reader.hasHeader = false
      return (try read("pima-diabetes"), "column9", options)
    case .breastCancer:
      reader.hasHeader = false
      reader.missing.insert("?")
      options.missing = .dropRows
      return (try read("breast-cancer-wisconsin"), "column11", options)
    case .mushrooms:
      options.ignored = ["stalk_root"]
      return (try read("mushrooms"), "type", options)
    case .adultIncome: return (try read("adult"), "income", options)
    case .adultRace: return (try read("adult"), "race", options)
    case .steak:
      let table = try read("steak")
      (options.missing, options.ignored) = (.dropRows, ["RespondentID"])
      // The second line of the file is a sub-header.
      return (
        table.rows(at: Array(1..<max(table.rowCount, 1))), "How do you like your steak prepared?", options
      )
    case .happiness:
      let categories = ["age", "children"]
      for name in categories { reader.kinds[name] = .categorical }
      (options.missing, options.ignored) = (.dropRows, ["year", "id"])
      options.declaredCategories = categories
      return (try read("gss-happiness"), "Happiness of marriage", options)
    }
  }

  /// All 64 pixels, those that are the same in every picture included, so that the widths are those of the source.
  private func digits(_ table: Table, target: String) throws -> ClassEncoder {
    let pixels = table.columns.filter { $0.name != target }
    return ClassEncoder(
      target: target, classes: try ClassEncoder.labels(table, target: target),
      features: FeatureEncoder(
        inputs: pixels.map { InputColumn(name: $0.name, kind: .number(lower: 0, upper: 16)) }))
  }

  /// Points of a generator as a table with the target `class`.
  func synthetic(seed: UInt64) -> Table {
    var random = RandomStream(seed: seed).child("stealing").child(rawValue)
    let points =
      switch self {
      case .circles: SyntheticClasses.circles(using: &random)
      case .moons: SyntheticClasses.moons(using: &random)
      case .blobs: SyntheticClasses.blobs(using: &random)
      default: SyntheticClasses.clusters(using: &random)
      }
    let columns = (0..<points.features.columns).map {
      Table.Column(name: "x\($0 + 1)", values: .numeric(points.features.column($0)))
    }
    let names = (0...(points.labels.max() ?? 0)).map(String.init)
    return Table(
      columns: columns + [
        Table.Column(name: "class", values: .categorical(codes: points.labels, levels: names))
      ])
  }
}
