import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular

/// A model of another kind that learns from all answers of a session.
enum LearnedCopy {
  /// The learners that are worth a try; trees unless it is known that the model does not answer in steps.
  static func recipes(_ schema: QuerySchema, mayHaveSteps: Bool) -> [String] {
    if schema.classCount == 0 { return mayHaveSteps ? ["tree-regressor"] : [] }
    return (mayHaveSteps ? ["forest", "tree"] : []) + [schema.classCount == 2 ? "logistic" : "softmax"]
  }

  /// Learns from the answers to all rows but some.
  ///
  /// - Throws: `LearningError`, `QueryError` for answers that lack what is to be learned, `StealingError` where there is
  ///   none.
  static func fit(
    _ id: String, _ session: QuerySession, without held: Matrix, using random: inout RandomStream
  ) throws -> StolenModel {
    try Task.checkCancellation()
    let kept = Set((0..<held.rows).map { held.row($0).map(\.bitPattern) })
    let known = session.answered.filter { !kept.contains($0.query.map(\.bitPattern)) }
    let schema = session.schema
    guard !known.isEmpty else {
      throw StealingError.undetermined(
        method: id, reason: "no answer is left besides the rows held out; allow more queries")
    }
    let features = FeatureEncoder(inputs: schema.inputs)
    let design = try features.features(inputs: Matrix(known.map(\.query)))
    let answers = known.map(\.answer)
    let remarks = ["\(id) learned from \(answers.count) answers"]
    let gaps = ["a model that learned from answers is an approximation"]
    let model: FittedModel
    if schema.classCount > 0 {
      model = try Substitute(recipe: id, penalty: RetrainUniform().penalty, schema: schema).fit(
        QuerySample(features: features, queries: design, design: design, answers: answers), using: &random)
    } else {
      let numbers = answers.numbers
      guard numbers.allSatisfy(\.isFinite),
        case .regressor(let learner) = try Learners.builtIn.make(id, settings: .none)
      else { throw QueryError.answerDamaged("a predicted number is missing") }
      model = try learner.train(
        RegressionData(features: design, target: numbers), columns: .unnamed, workers: 1, using: &random
      ).model
    }
    return try StolenModel(model, features: features, schema: schema, gaps: gaps, remarks: remarks)
  }
}
