public import Learning
import LinearAlgebra
public import Methods

extension Conformance {
  /// What is wrong with a way of training a model of classes.
  ///
  /// It must train on 120 rows of two classes and may refuse three; give a classifier of as many features and classes,
  /// whose probabilities are distributions and whose classes are right more often than the most frequent class is; and
  /// the same model for the same seed, whatever the number of threads.
  ///
  /// - Parameter settings: over the defaults, for the models that are trained here.
  /// - Throws: `SettingError` if the settings do not fit.
  public static func problems<M: ClassifierRecipe>(
    of type: M.Type, settings: MethodSettings = .none
  ) throws -> [String] {
    var findings = Findings()
    findings.checkCard(type, family: .learner)
    let recipe = try type.configured(settings)
    for classCount in [2, 3] {
      let data = SmallTraining.classes(classCount)
      let columns = SmallTraining.columns(areCoded: type.growsTrees)
      func train(workers: Int) throws -> TrainedModel {
        var random = RandomStream(seed: 3).child("train")
        return try recipe.train(data, columns: columns, workers: workers, using: &random)
      }
      let first: TrainedModel
      do {
        first = try train(workers: 1)
      } catch {
        if classCount == 2 { findings.note("training on 120 rows of two classes ends in an error: \(error)") }
        continue
      }
      findings.checkRepeats(first) { try train(workers: $0) }
      guard let model = first.model.classifier else {
        findings.note("trains a model of a number where classes are to be predicted")
        continue
      }
      findings.check(model, data)
    }
    return findings.problems
  }

  /// What is wrong with a way of training a model of a number.
  ///
  /// It must train on 120 rows; give a model of as many features, whose predictions are finite and have a smaller error
  /// than the mean of the target; and the same model for the same seed, whatever the number of threads.
  ///
  /// - Parameter settings: over the defaults, for the models that are trained here.
  /// - Throws: `SettingError` if the settings do not fit.
  public static func problems<M: RegressorRecipe>(
    of type: M.Type, settings: MethodSettings = .none
  ) throws -> [String] {
    var findings = Findings()
    findings.checkCard(type, family: .learner)
    let recipe = try type.configured(settings)
    let data = SmallTraining.numbers()
    let columns = SmallTraining.columns(areCoded: type.growsTrees)
    func train(workers: Int) throws -> TrainedModel {
      var random = RandomStream(seed: 3).child("train")
      return try recipe.train(data, columns: columns, workers: workers, using: &random)
    }
    guard let first = findings.attempt("training on 120 rows", { try train(workers: 1) }) else {
      return findings.problems
    }
    findings.checkRepeats(first) { try train(workers: $0) }
    if let model = first.model.regressor {
      findings.check(model, data)
    } else {
      findings.note("trains a model of classes where a number is to be predicted")
    }
    return findings.problems
  }
}

/// Rows to learn from: two numbers and a category of three levels as its code.
private enum SmallTraining {
  static func columns(areCoded: Bool) -> EncodedColumns {
    EncodedColumns(names: ["first", "second", "third"], coded: areCoded ? [2] : [])
  }

  private static func features() -> (rows: Matrix, scores: [Double]) {
    var random = RandomStream(seed: 7).child("training")
    var (rows, scores) = (Matrix(rows: 120, columns: 3), [Double]())
    for row in 0..<120 {
      let values = [random.uniform(-1, 1), random.uniform(-1, 1), Double(random.integer(below: 3))]
      rows.setRow(row, values)
      scores.append(1.5 * values[0] - values[1] + 0.5 * values[2] + 0.1 * random.normal())
    }
    return (rows, scores)
  }

  /// Classes of equal size, by the size of a score.
  static func classes(_ count: Int) -> ClassificationData {
    let (rows, scores) = features()
    let sorted = scores.sorted()
    let ends = (1..<count).map { sorted[120 * $0 / count] }
    return ClassificationData(
      features: rows, labels: scores.map { score in ends.count { score >= $0 } }, classCount: count)
  }

  static func numbers() -> RegressionData {
    let (rows, scores) = features()
    return RegressionData(features: rows, target: scores)
  }
}

extension Findings {
  /// The same seed must train the same model, on one thread and on two.
  fileprivate mutating func checkRepeats(
    _ first: TrainedModel, _ train: (_ workers: Int) throws -> TrainedModel
  ) {
    if let again = attempt("training again", { try train(1) }) {
      expect(again == first, "the same seed trains another model")
    }
    if let wide = attempt("training on two threads", { try train(2) }) {
      expect(wide.model == first.model, "another number of threads trains another model")
    }
  }

  fileprivate mutating func check(_ model: any Classifier, _ data: ClassificationData) {
    guard model.featureCount == data.features.columns, model.classCount == data.classCount else {
      note(
        "trains a model of \(model.featureCount) features and \(model.classCount) classes on "
          + "\(data.features.columns) and \(data.classCount)")
      return
    }
    let probabilities = model.probabilities(data.features)
    let isDistribution = (0..<probabilities.rows).allSatisfy { row in
      let values = probabilities.row(row)
      return values.allSatisfy { $0 >= 0 } && abs(values.reduce(0, +) - 1) < 1e-9
    }
    expect(isDistribution, "trains a model whose probabilities are no distributions")
    let accuracy = model.accuracy(on: data)
    expect(
      accuracy > 1 / Double(data.classCount) + 0.05,
      "trains a model that is right in \(accuracy) of its own training rows, of \(data.classCount) equal classes"
    )
  }

  fileprivate mutating func check(_ model: any Regressor, _ data: RegressionData) {
    guard model.featureCount == data.features.columns else {
      note("trains a model of \(model.featureCount) features on \(data.features.columns)")
      return
    }
    expect(
      model.predict(data.features).allSatisfy(\.isFinite), "trains a model whose predictions are not finite")
    let mean = data.target.reduce(0, +) / Double(data.count)
    let variance = data.target.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(data.count)
    let error = model.meanSquaredError(on: data)
    expect(
      error < variance,
      "trains a model whose mean squared error on its own training rows is \(error), no less than that of their mean, "
        + "\(variance)")
  }
}
