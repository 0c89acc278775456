import BezoarTesting
import Learning
import LinearAlgebra
import Methods
import Poisoning
import Tabular
import Testing

@Suite("Conformance names faults of attacks on training, of defences and of learners")
struct BrokenTrainingTests {
  @Test("a poisoning attack with rows too many, not feasible, weighted, and not by the seed")
  func poisoning() throws {
    let problems = try Conformance.problems(of: CarelessRows.self)
    #expect(name(problems, "makes 6 rows where 5 are asked for"))
    #expect(name(problems, "makes 1 rows where 0 are asked for"))
    #expect(name(problems, "rows that are not feasible"))
    #expect(name(problems, "outside of its range"))
    #expect(name(problems, "gives its rows weights"))
    #expect(name(problems, "the same seed makes other rows"))
  }

  @Test("a defence with a model and with rejected rows that cannot be")
  func defence() throws {
    let problems = try Conformance.problems(of: CarelessDefence.self)
    #expect(name(problems, "gives a model of 6 weights for 7 columns"))
    #expect(name(problems, "gives a model that is not finite"))
    #expect(name(problems, "rejects rows that are not there"))
    #expect(name(problems, "rejects a row twice"))
    #expect(name(problems, "estimates a rate of 2.0"))
    #expect(name(problems, "the same seed gives another result"))
    #expect(name(problems, "not finite for data with equal targets"))
  }

  @Test("a defence that rejects everything")
  func rejection() throws {
    #expect(name(try Conformance.problems(of: RejectsAll.self), "rejects 102 of 102 rows"))
  }

  @Test("a defence that starts from the first rows, as the TRIM released in 2018")
  func order() throws {
    let problems = try Conformance.problems(of: CleanStartTrim.self)
    #expect(problems.count == 1 && name(problems, "the order of the rows matters"), "\(problems)")
  }

  @Test("a learner of classes that learns nothing, or numbers")
  func classifiers() throws {
    let problems = try Conformance.problems(of: Stubborn.self)
    #expect(name(problems, "right in 0.5 of its own training rows"))
    #expect(name(problems, "the same seed trains another model"))
    #expect(name(problems, "another number of threads trains another model"))
    #expect(name(try Conformance.problems(of: Numbers.self), "a model of a number where classes"))
  }

  @Test("a learner of a number whose model is not finite, too narrow, or worse than the mean")
  func regressors() throws {
    #expect(name(try Conformance.problems(of: WrongNumbers.self), "mean squared error"))
    let settings = try MethodSettings(["fault=infinite"])
    #expect(
      name(try Conformance.problems(of: WrongNumbers.self, settings: settings), "predictions are not finite"))
    let narrow = try MethodSettings(["fault=narrow"])
    #expect(name(try Conformance.problems(of: WrongNumbers.self, settings: narrow), "1 features on 3"))
    let refusing = try MethodSettings(["fault=refusing"])
    #expect(
      name(try Conformance.problems(of: WrongNumbers.self, settings: refusing), "training on 120 rows ends"))
  }
}

private struct CarelessRows: PoisoningAttack {
  static let card = MethodCard(
    id: "careless", family: .poisoning, title: "Careless", summary: "Rows.", citation: "example",
    needs: "nothing", taxonomy: .trainingData)

  func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    var rows = try RandomRows().poison(scenario, count: count + 1, using: &random)
    for row in 0..<rows.count { rows.features[row, 0] = scenario.space.upper[0] + 1 }
    let end = scenario.targetRange.upperBound
    rows.target = rows.target.map { _ in end + Double.random(in: 1...2) }
    rows.weights = rows.target.map { _ in 100 }
    return rows
  }
}

private struct CarelessDefence: PoisoningDefence {
  static let card = MethodCard(
    id: "careless", family: .trainingDefence, title: "Careless", summary: "A model.", citation: "example",
    needs: "nothing")

  func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    let model = LinearModel(weights: [Double](repeating: .nan, count: task.space.count - 1), intercept: 0)
    return DefendedFit(model: model, rejected: [0, 0, task.data.count + 3], estimatedRate: 2)
  }
}

private struct RejectsAll: PoisoningDefence {
  static let card = MethodCard(
    id: "rejects-all", family: .trainingDefence, title: "Rejects all", summary: "A model.",
    citation: "example", needs: "nothing")

  func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    DefendedFit(model: try task.learner.fit(task.data), rejected: Array(0..<task.data.count))
  }
}

/// One step of TRIM from the first rows of the table.
private struct CleanStartTrim: PoisoningDefence {
  static let card = MethodCard(
    id: "trim-2018", family: .trainingDefence, title: "TRIM of 2018",
    summary: "Starts from the first rows.", citation: "released code before its correction of 2021",
    needs: "nothing")

  func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    let keep = try task.keptCount("TRIM")
    let start = try LinearLearner.ridge(penalty: 0.1).fit(task.data.rows(at: Array(0..<keep)))
    let errors = zip(start.predict(task.data.features), task.data.target).map { abs($0 - $1) }
    let kept = errors.indices.sorted { (errors[$0], $0) < (errors[$1], $1) }.prefix(keep).sorted()
    return DefendedFit(
      model: try task.learner.fit(task.data.rows(at: kept)), rejected: task.others(than: kept))
  }
}

/// Says the first class always, more or less surely.
private struct Stubborn: ClassifierRecipe {
  static let card = MethodCard(
    id: "stubborn", family: .learner, title: "Stubborn", summary: "One class.", citation: "example",
    needs: "nothing")

  func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    guard data.classCount == 2 else {
      throw LearningError.notBinary(method: "stubborn", found: data.classCount)
    }
    let weights = [Double](repeating: 0, count: data.features.columns)
    return TrainedModel(
      .linearClassifier(LinearClassifier(weights: weights, intercept: -Double.random(in: 1...2))))
  }
}

/// Gives a model of a number.
private struct Numbers: ClassifierRecipe {
  static let card = MethodCard(
    id: "numbers", family: .learner, title: "Numbers", summary: "A number.", citation: "example",
    needs: "nothing")

  func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    TrainedModel(
      .linear(LinearModel(weights: [Double](repeating: 0, count: data.features.columns), intercept: 0)))
  }
}

private struct WrongNumbers: RegressorRecipe {
  enum Fault: String, Sendable, Codable, CaseIterable { case far, infinite, narrow, refusing }

  static let card = MethodCard(
    id: "wrong-numbers", family: .learner, title: "Wrong numbers", summary: "A number.",
    citation: "example", needs: "nothing")
  static let settings: [Setting<Self>] = [.init("fault", \.fault, "what is wrong")]

  var fault = Fault.far

  func train(
    _ data: RegressionData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    if fault == .refusing { throw LearningError.valuesTooLarge }
    let weights = [Double](repeating: 0, count: fault == .narrow ? 1 : data.features.columns)
    return TrainedModel(.linear(LinearModel(weights: weights, intercept: fault == .far ? 1e6 : .infinity)))
  }
}
