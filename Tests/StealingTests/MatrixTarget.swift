import Learning
import LinearAlgebra
import Methods
import Querying
import Stealing
import Tabular

/// A trained model with the rows that its users ask about, for the automatic attack to steal.
struct MatrixTarget: Sendable {
  let name: String
  let pipeline: Pipeline
  /// Rows of the table that it was trained on, as queries.
  let rows: Matrix
  /// Whether its answers determine it, so that a copy can be exact.
  let isExact: Bool

  /// What a table holds besides three numbers and two categories.
  enum Trait: Sendable {
    /// One 0/1 column a level instead of a category, with one level dropped.
    case dummies
    /// Values are missing in the numbers and in a category.
    case gaps
    /// Numbers are whole.
    case whole
    /// One category has 40 levels.
    case manyLevels
  }

  /// Trains a recipe on a made-up table.
  init(
    _ recipe: String, classes: Int, _ traits: Set<Trait> = [], settings: [String] = [], isExact: Bool = true
  ) throws {
    name = ([recipe] + traits.map { "\($0)" }.sorted()).joined(separator: " ")
    self.isExact = isExact
    var random = RandomStream(seed: 77).child(name)
    let (table, numbers) = Self.table(classes: classes, traits, using: &random)
    var options = EncodingOptions(numeric: .standard)
    let choice = try Learners.builtIn.make(recipe, settings: MethodSettings(settings))
    if choice.growsTrees { (options.numeric, options.categories, options.missing) = (.none, .codes, .keep) }
    var train = random.child("train")
    switch choice {
    case .classifier(let learner):
      let encoder = try ClassEncoder.fit(table, target: "y", options: options)
      let design = try encoder.design(table)
      let data = ClassificationData(
        features: design.features, labels: design.labels, classCount: encoder.classes.count)
      pipeline = try Pipeline(
        features: encoder.features, target: .classes(name: "y", labels: encoder.classes),
        model: learner.train(data, columns: EncodedColumns(encoder), workers: 1, using: &train).model)
    case .regressor(let learner):
      let encoder = try Encoder.fit(table, target: "y", options: options)
      let design = try encoder.design(table)
      pipeline = try Pipeline(
        features: encoder.features, target: .number(name: "y"),
        model: learner.train(
          RegressionData(features: design.features, target: numbers),
          columns: EncodedColumns(encoder.features),
          workers: 1, using: &train
        ).model)
    }
    rows = try PipelineOracle(pipeline).schema.rows(of: table)
  }

  /// A logistic model on skewed counts with wide ranges, as word counts of e-mails are: at random rows between the
  /// smallest and the largest values it is sure of everything.
  static func counts() throws -> MatrixTarget {
    var random = RandomStream(seed: 78).child("counts")
    let columns = 57
    let weights = (0..<columns).map { _ in random.normal() }
    var values = [[Double]](repeating: [], count: columns)
    var labels: [Int] = []
    for row in 0..<600 {
      var score = 0.3
      for column in 0..<columns {
        let isLong = column > 53
        let isZero = !isLong && random.uniform() < 0.75
        var value = isZero ? 0 : exponential(random.normal(mean: 0, standardDeviation: isLong ? 1.3 : 1))
        if isLong { value = (value * 50).rounded() }
        // One row with the largest value that was seen of every column.
        if row == column { value = isLong ? 9000 : 20 }
        values[column].append(value)
        score += weights[column] * (isLong ? value / 200 : value) / 2
      }
      labels.append(random.uniform() < 1 / (1 + exponential(-score)) ? 1 : 0)
    }
    let table = Table(
      columns: values.enumerated().map { .init(name: "w\($0)", values: .numeric($1)) } + [
        .init(name: "y", values: .categorical(codes: labels, levels: ["mail", "spam"]))
      ])
    let encoder = try ClassEncoder.fit(table, target: "y", options: EncodingOptions(numeric: .standard))
    let design = try encoder.design(table)
    let data = ClassificationData(features: design.features, labels: design.labels, classCount: 2)
    let pipeline = try Pipeline(
      features: encoder.features, target: .classes(name: "y", labels: encoder.classes),
      model: .linearClassifier(try LogisticRegression(penalty: 1).solve(data).model))
    return MatrixTarget(
      name: "logistic counts", pipeline: pipeline, rows: try PipelineOracle(pipeline).schema.rows(of: table),
      isExact: true)
  }

  private init(name: String, pipeline: Pipeline, rows: Matrix, isExact: Bool) {
    (self.name, self.pipeline, self.rows, self.isExact) = (name, pipeline, rows, isExact)
  }

  /// `eˣ` by its series on halves, so that the table is the same everywhere.
  private static func exponential(_ value: Double) -> Double {
    let small = value / 64
    var (sum, term) = (1.0, 1.0)
    for index in 1..<12 {
      term *= small / Double(index)
      sum += term
    }
    return (0..<6).reduce(sum) { power, _ in power * power }
  }

  private static func table(
    classes: Int, _ traits: Set<Trait>, using random: inout RandomStream
  ) -> (Table, numbers: [Double]) {
    let rows = 500
    let levels = (0..<(traits.contains(.manyLevels) ? 40 : 5)).map { "g\($0)" }
    let effects = levels.map { _ in random.normal() }
    let others = ["x", "y", "z"]
    var (numbers, groups, kinds) = ([[Double]](repeating: [], count: 3), [Int](), [Int]())
    var scores: [Double] = []
    for row in 0..<rows {
      var drawn = (0..<3).map { random.normal(mean: Double(5 * $0), standardDeviation: Double($0 + 1)) }
      if traits.contains(.whole) { drawn = drawn.map { ($0 * 3).rounded() } }
      let group = row < levels.count ? row : random.integer(below: levels.count)
      let kind = random.integer(below: 3)
      let scale = traits.contains(.whole) ? 3.0 : 1
      scores.append(
        drawn[0] / scale - (drawn[1] / scale - 5) / 2 + (drawn[2] / scale - 10) / 4 + effects[group]
          + Double(kind) - 1 + random.normal())
      for column in 0..<3 {
        let isMissing = traits.contains(.gaps) && random.uniform() < 0.05
        numbers[column].append(isMissing ? .nan : drawn[column])
      }
      groups.append(group)
      kinds.append(traits.contains(.gaps) && random.uniform() < 0.05 ? -1 : kind)
    }
    var columns = numbers.enumerated().map { Table.Column(name: "x\($0)", values: .numeric($1)) }
    if traits.contains(.dummies) {
      for level in 1..<levels.count {
        columns.append(
          .init(name: "g:\(levels[level])", values: .numeric(groups.map { $0 == level ? 1 : 0 })))
      }
    } else {
      columns.append(.init(name: "g", values: .categorical(codes: groups, levels: levels)))
    }
    columns.append(.init(name: "k", values: .categorical(codes: kinds, levels: others)))
    let labels = scores.map { score in
      classes == 2 ? (score > 0 ? 1 : 0) : (score > -1 ? 1 : 0) + (score > 1 ? 1 : 0)
    }
    columns.append(
      classes == 0
        ? .init(name: "y", values: .numeric(scores))
        : .init(
          name: "y", values: .categorical(codes: labels, levels: (0..<max(classes, 2)).map { "c\($0)" })))
    return (Table(columns: columns), scores)
  }

  /// The models of the matrix.
  static let makers: [@Sendable () throws -> MatrixTarget] = [
    { try MatrixTarget("logistic", classes: 2) }, { try MatrixTarget("softmax", classes: 3) },
    { try MatrixTarget("ovr", classes: 3) }, { try MatrixTarget("ridge", classes: 0) },
    { try MatrixTarget("logistic", classes: 2, [.manyLevels]) },
    { try MatrixTarget("logistic", classes: 2, [.gaps]) },
    { try MatrixTarget("softmax", classes: 3, [.gaps]) },
    { try MatrixTarget("ridge", classes: 0, [.gaps]) },
    { try MatrixTarget("logistic", classes: 2, [.whole]) },
    { try counts() }, { try MatrixTarget("tree", classes: 3, settings: ["maximumDepth=5"]) },
    { try MatrixTarget("tree", classes: 2, [.manyLevels], settings: ["minimumLeafRows=20"]) },
    { try MatrixTarget("tree-regressor", classes: 0, settings: ["maximumDepth=5"]) },
    { try MatrixTarget("forest", classes: 2, settings: ["treeCount=20"], isExact: false) },
    { try MatrixTarget("mlp", classes: 3, settings: ["hidden=[8]"], isExact: false) },
  ]

  /// What a theft came to: queries, a check on the rows of the table that have all values, and the copy.
  struct Theft: Sendable {
    let queries: Int
    let check: HeldOutCheck
    let stolen: StolenModel

    /// The share of the rows that differ.
    var share: Double { Double(check.differing) / Double(max(check.rows, 1)) }
  }

  /// Steals the model; `auto` knows the rows of the table, which it may only check on.
  func steal(_ attack: any ExtractionAttack, budget: Int? = nil, knowsRows: Bool = true) async throws -> Theft
  {
    let oracle = PipelineOracle(pipeline)
    let session = QuerySession(oracle, budget: budget, realRows: knowsRows ? rows : nil)
    var random = RandomStream(seed: 1).child("steal")
    let stolen = try await attack.steal(session, using: &random)
    let whole = rows.rows(at: (0..<rows.rows).filter { !rows.row($0).contains(where: \.isNaN) })
    let check = HeldOutCheck(
      model: try oracle.answers(whole), copy: try PipelineOracle(stolen.pipeline).answers(whole),
      realRows: whole.rows)
    return Theft(queries: session.ledger.queries, check: check, stolen: stolen)
  }
}
