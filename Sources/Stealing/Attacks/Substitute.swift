public import Learning
public import LinearAlgebra
import Methods
public import Querying
import Tabular

/// A model that an attacker trains on labels.
public struct Substitute: Sendable {
  /// Id of the learner; `auto` for logistic or softmax regression.
  public let recipe: String
  /// Penalty of a linear learner; zero lets weights grow without bound where labels can be told apart.
  public let penalty: Double
  /// The columns and the classes of the attacked model.
  public let schema: QuerySchema

  /// A substitute for a model of classes.
  ///
  /// - Parameters:
  ///   - recipe: id of a built-in learner of classes; `auto` for logistic or softmax regression.
  ///   - penalty: of a linear learner, on the squared weights.
  public init(recipe: String = "auto", penalty: Double = 1e-5, schema: QuerySchema) {
    self.recipe = recipe
    self.penalty = penalty
    self.schema = schema
  }

  /// Trains on the labels of a sample. Where only one class was seen the model always says that one.
  ///
  /// - Throws: `LearningError`, `MethodError` for an unknown recipe, `QueryError` for an answer without label,
  ///   `CancellationError`.
  public func fit(_ sample: QuerySample, using random: inout RandomStream) throws -> FittedModel {
    try Task.checkCancellation()
    let labels = sample.answers.labels
    guard labels.allSatisfy({ (0..<schema.classCount).contains($0) }) else {
      throw QueryError.answerDamaged("a label is missing")
    }
    if Set(labels).count == 1 { return constant(labels[0], columns: sample.design.columns) }
    let data = ClassificationData(features: sample.design, labels: labels, classCount: schema.classCount)
    let id = recipe == "auto" ? (schema.classCount == 2 ? "logistic" : "softmax") : recipe
    let isLinear = ["logistic", "softmax", "ovr"].contains(id)
    let settings = try MethodSettings(isLinear ? ["penalty=\(penalty)", "gradientTolerance=1e-6"] : [])
    guard case .classifier(let learner) = try Learners.builtIn.make(id, settings: settings) else {
      throw LearningError.unknownLearner(id: id, known: Learners.builtIn.classifierIDs)
    }
    return try learner.train(data, columns: .unnamed, workers: 1, using: &random).model
  }

  private func constant(_ label: Int, columns: Int) -> FittedModel {
    let count = schema.classCount
    if count == 2 {
      return .linearClassifier(
        LinearClassifier(weights: [Double](repeating: 0, count: columns), intercept: label == 1 ? 1 : -1))
    }
    return .linearClassifier(
      LinearClassifier(
        weights: Matrix(rows: count, columns: columns), intercepts: (0..<count).map { $0 == label ? 1 : 0 },
        link: .softmax))
  }

  /// The model that a sample teaches, with what is open about it; one that learned from labels is never known to be whole.
  ///
  /// - Throws: as ``fit(_:using:)``.
  public func stolen(_ sample: QuerySample, using random: inout RandomStream) throws -> StolenModel {
    let model = try fit(sample, using: &random)
    let right = zip(model.classifier?.predict(sample.design) ?? [], sample.answers.labels).count { $0 == $1 }
    let linear = (sample.design.columns + 1) * (schema.classCount == 2 ? 1 : schema.classCount)
    var gaps = ["a model that learned from labels is an approximation"]
    if Set(sample.answers.labels).count == 1 { gaps.append("only one class was seen") }
    return try StolenModel(
      model, features: sample.features, schema: schema, unknowns: linear, gaps: gaps,
      remarks: ["the model agrees with \(right) of the \(sample.count) labels that it learned from"])
  }

  /// What is missing for a substitute to be trained, as ``ExtractionAttack/missing(_:_:)`` says it.
  public static func missing(_ schema: QuerySchema) -> String? {
    schema.classCount >= 2 ? nil : "labels of classes"
  }

  /// How many queries to make: what is left of the budget, or without one `factor` for each unknown of a linear model.
  ///
  /// - Throws: ``StealingError/tooManyQueries(_:)``.
  public static func wanted(_ session: QuerySession, factor: Double) throws(StealingError) -> Int {
    let columns = FeatureEncoder(inputs: session.schema.inputs).space.count
    let unknowns = (columns + 1) * (session.schema.classCount == 2 ? 1 : session.schema.classCount)
    if let remaining = session.remaining { return try session.checked(remaining) }
    return try session.queryCount(factor, unknowns: unknowns)
  }
}

/// An attack that trains a substitute on labels.
protocol SubstituteTraining: ExtractionAttack {
  /// Learner of the substitute; `auto` for logistic or softmax regression.
  var recipe: String { get set }
  /// Penalty of a linear substitute.
  var penalty: Double { get set }
  /// Queries for each unknown of a linear model, without a budget.
  var queryFactor: Double { get set }
}

extension SubstituteTraining {
  /// The settings that these attacks share.
  static var substituteSettings: [Setting<Self>] {
    [
      .init(
        "recipe", \.recipe, "learner of the substitute; auto for logistic or softmax",
        words: ["auto"] + Learners.builtIn.classifierIDs),
      .init("penalty", \.penalty, "penalty on the squared weights of a linear substitute", in: 0...),
      .init(
        "queryFactor", \.queryFactor, "queries for each unknown of a linear model, without a budget",
        in: .above(0)),
    ]
  }
}

/// Where a local model changes its mind.
struct LocalBoundary {
  let model: any Classifier
  let features: FeatureEncoder

  /// The distance between the probabilities of the two most probable classes in every row.
  func margins(_ queries: Matrix) throws -> [Double] {
    let probabilities = model.probabilities(try features.features(inputs: queries))
    return (0..<probabilities.rows).map { row in
      let sorted = probabilities.row(row).sorted(by: >)
      return sorted[0] - sorted[1]
    }
  }

  /// Points between rows of different predicted classes, each at most `width` (in columns scaled to -1...1) from
  /// where the class changes; fewer than wanted if the rows are of one class.
  func points(_ count: Int, between pool: Matrix, width: Double, using random: inout RandomStream) throws
    -> Matrix
  {
    let encoded = try features.features(inputs: pool)
    let labels = model.predict(encoded)
    let present = Set(labels).sorted()
    guard present.count > 1 else { return pool.rows(at: []) }
    // For every class the rows of all others.
    let others = Dictionary(
      uniqueKeysWithValues: present.map { label in (label, labels.indices.filter { labels[$0] != label }) })
    var (left, right, scale) = ([Int](), [Int](), 0.0)
    for _ in 0..<count {
      let one = random.integer(below: labels.count)
      let rows = others[labels[one]] ?? []
      left.append(one)
      right.append(rows[random.integer(below: rows.count)])
    }
    var (low, high) = (pool.rows(at: left), pool.rows(at: right))
    for (one, two) in zip(left, right) {
      scale = max(scale, norm2(zip(encoded.row(one), encoded.row(two)).map { $0 - $1 }))
    }
    let wanted = left.map { labels[$0] }
    while scale > width {
      let middle = low.middle(high)
      let found = model.predict(try features.features(inputs: middle))
      for row in found.indices {
        if found[row] == wanted[row] {
          low.setRow(row, middle.row(row))
        } else {
          high.setRow(row, middle.row(row))
        }
      }
      scale /= 2
    }
    return low.middle(high)
  }
}

extension Matrix {
  /// The means of this matrix and another.
  func middle(_ other: Matrix) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: zip(elements, other.elements).map { $0 / 2 + $1 / 2 })
  }
}
