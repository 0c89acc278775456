import Experiments
import Inversion
import Learning
import LinearAlgebra
import Querying
import Tabular

/// People of a data set with a class to predict and a sensitive attribute of two values.
struct ClassPeople: Sendable {
  /// The data sets.
  enum Source: String, Sendable, CaseIterable {
    /// How Americans like their steak; sensitive: whether somebody cheated on a partner. 430 people.
    case steak
    /// General Social Survey, happiness of marriage; sensitive: watched an X-rated movie last year. 16,247 people.
    case happiness = "gss-happiness"
    /// Census income of complete rows; sensitive: married and living together. 30,162 people.
    case adult
  }

  /// Everybody: a value per column and the class.
  let records: AttributeRecords
  /// The columns.
  let inputs: [InputColumn]
  /// The classes.
  let classes: [String]
  /// Name of the class column.
  let target: String
  /// The sensitive column.
  let sensitive: Int
  /// The place of the value that is to be found, among the two.
  let positive: Int

  /// The people of a data set; a category that is not given counts as one of its own.
  ///
  /// - Throws: `CatalogueError` if the data are not there.
  init(_ source: Source, _ lab: InversionLab) throws {
    let (table, target, sensitive, positive) = try Self.table(source, lab)
    var options = EncodingOptions(numeric: .none, categories: .codes, missing: .fail)
    options.declaredCategories = table.columns.filter { $0.values.isCategorical }.map(\.name)
    let encoder = try ClassEncoder.fit(table, target: target, options: options)
    let design = try encoder.design(table)
    inputs = encoder.features.inputColumns
    classes = encoder.classes
    self.target = target
    let schema = QuerySchema(inputs: inputs, target: .classes(classes))
    guard let column = schema.index(of: sensitive),
      let level = inputs[column].levels.firstIndex(of: positive)
    else { throw DesignError.unknownColumn(sensitive, known: inputs.map(\.name), nearest: nil) }
    self.sensitive = column
    self.positive = level
    records = AttributeRecords(rows: try schema.rows(of: table), responses: .labels(design.labels))
  }

  private static func table(
    _ source: Source, _ lab: InversionLab
  ) throws -> (Table, target: String, sensitive: String, positive: String) {
    switch source {
    case .steak:
      let (target, sensitive) = (
        "How do you like your steak prepared?", "Have you ever cheated on your significant other?"
      )
      let whole = try lab.table("steak")
      // The second line of the file is a sub-header, and everybody left eats steak.
      let people = whole.rows(at: Array(1..<max(whole.rowCount, 1)))
        .removing(columns: ["RespondentID", "Do you eat steak?"]).knowing([target, sensitive])
      return (people.fillingCategories(), target, sensitive, "Yes")
    case .happiness:
      let (target, sensitive) = ("Happiness of marriage", "watched x-rated movies in the last year")
      let whole = try lab.table("gss-happiness", kinds: ["age": .categorical, "children": .categorical])
      let people = whole.knowing([target, sensitive]).removing(columns: ["year", "id"])
        .numbering("age", ["89 OR OLDER": 89]).numbering("children", ["EIGHT OR MORE": 8])
      return (people.fillingCategories(), target, sensitive, "YES")
    case .adult:
      let whole = try lab.table("adult")
      let people = whole.withoutLevel("?")
        .removing(columns: ["fnlwgt", "education-num", "relationship"])
        .grouping(
          "marital-status", ["Married-civ-spouse", "Married-AF-spouse"], as: "married", else: "single")
      return (people, "income", "marital-status", "married")
    }
  }

  /// People by a seed: members, attacked others and auxiliary people.
  func split(seed: UInt64, auxiliary: Double = 0.1) -> (training: [Int], others: [Int], auxiliary: [Int]) {
    var random = RandomStream(seed: seed).child("inversion").child(target)
    let order = random.permutation(records.count)
    let others = order.count / 4
    let extra = Int(auxiliary * Double(others))
    return (
      Array(order[others...]), Array(order[extra..<others]), Array(order[..<extra])
    )
  }

  /// A model of some people, to be attacked.
  ///
  /// - Parameter train: gives the model of encoded rows.
  /// - Throws: `LearningError` and `DesignError`.
  func scene(
    training: [Int], others: [Int], auxiliary: [Int], forTrees: Bool,
    train: (ClassificationData, FeatureEncoder) throws -> FittedModel
  ) throws -> AttributeScene {
    let features = FeatureEncoder(
      inputs: inputs, isScaled: !forTrees, categories: forTrees ? .codes : .indicators)
    let rows = records.rows(at: training)
    guard case .labels(let labels) = rows.responses else { throw DesignError.noRows }
    let data = ClassificationData(
      features: try features.features(inputs: rows.rows), labels: labels, classCount: classes.count)
    return try AttributeScene(
      try Pipeline(
        features: features, target: .classes(name: target, labels: classes), model: try train(data, features)),
      training: rows, others: records.rows(at: others), auxiliary: records.rows(at: auxiliary),
      sensitive: sensitive)
  }

  /// A tree on some people.
  ///
  /// - Throws: `LearningError` and `DesignError`.
  func treeScene(
    training: [Int], others: [Int], auxiliary: [Int], limits: TreeLimits,
    criterion: DecisionTreeClassifier.Criterion = .gini, priorityDepth: Int? = nil,
    using random: inout RandomStream
  ) throws -> AttributeScene {
    var stream = random
    let scene = try scene(training: training, others: others, auxiliary: auxiliary, forTrees: true) {
      data, features in
      let priority = priorityDepth.map { SplitPriority(feature: sensitive, depth: $0) }
      let settings = TreeSettings(
        limits: limits, categoricalFeatures: features.codedColumns, breaksTiesAtRandom: true,
        priority: priority)
      return .treeClassifier(
        try DecisionTreeClassifier(criterion: criterion, settings: settings).fit(data, using: &stream))
    }
    random = stream
    return scene
  }
}

extension Table.Values {
  /// Whether these are categories.
  fileprivate var isCategorical: Bool {
    if case .categorical = self { true } else { false }
  }
}

extension Table {
  /// The rows that have a value in all of these columns.
  fileprivate func knowing(_ names: [String]) -> Table {
    let places = names.compactMap { index(of: $0) }
    return rows(
      at: (0..<rowCount).filter { row in
        places.allSatisfy { place in
          switch columns[place].values {
          case .numeric(let values): !values[row].isNaN
          case .categorical(let codes, _): codes[row] >= 0
          }
        }
      })
  }

  /// The rows without this level in any column.
  fileprivate func withoutLevel(_ level: String) -> Table {
    rows(
      at: (0..<rowCount).filter { row in
        columns.allSatisfy { column in
          guard case .categorical(let codes, let levels) = column.values else { return true }
          return codes[row] >= 0 && levels[codes[row]] != level
        }
      })
  }

  /// The table with a category for what is missing among categories.
  fileprivate func fillingCategories() -> Table {
    Table(
      columns: columns.map { column in
        switch column.values {
        case .categorical(let codes, let levels) where codes.contains(-1):
          return Column(
            name: column.name,
            values: .categorical(
              codes: codes.map { $0 < 0 ? levels.count : $0 }, levels: levels + ["no answer"]))
        case .numeric(let values):
          let known = values.filter { !$0.isNaN }
          let mean = known.reduce(0, +) / Double(max(known.count, 1))
          return Column(name: column.name, values: .numeric(values.map { $0.isNaN ? mean : $0 }))
        default: return column
        }
      })
  }

  /// The table with the levels of a column made two.
  fileprivate func grouping(_ name: String, _ levels: Set<String>, as one: String, else other: String)
    -> Table
  {
    Table(
      columns: columns.map { column in
        guard column.name == name, case .categorical(let codes, let names) = column.values else {
          return column
        }
        return Column(
          name: name,
          values: .categorical(
            codes: codes.map { $0 >= 0 && levels.contains(names[$0]) ? 0 : 1 }, levels: [one, other]))
      })
  }
}
