public import Experiments
public import Learning
import LinearAlgebra
public import Tabular

/// How good a pipeline is on rows with true answers, beside a baseline that knows no feature.
public struct ModelScores: Sendable {
  /// Some rows of the table.
  public struct Part: Sendable {
    /// What the rows are, such as `test`.
    public let name: String
    /// Rows with a true answer.
    public let rows: Int
    /// The numbers, named as in `bezoar evaluate`.
    public let metrics: Metrics
  }

  /// The parts that have rows.
  public let parts: [Part]
  /// What was done to the data, one sentence each.
  public let notes: [String]
  /// Labels of the classes; empty for a model of a number.
  public let classes: [String]

  /// Measures `pipeline` on parts of a table, which are left out if they have no row.
  ///
  /// - Parameters:
  ///   - named: names and rows, from 0; nil for all rows.
  ///   - workers: threads, which change nothing.
  /// - Throws: `DesignError` for a table that does not fit, `LearningError` for a row that the model has no answer to.
  public init(
    _ pipeline: Pipeline, _ table: Table, _ named: [(name: String, rows: [Int]?)], workers: Int
  ) throws {
    var (parts, notes) = ([Part](), [String]())
    for (name, rows) in named where rows?.isEmpty != true && table.rowCount > 0 {
      let answers = try pipeline.predict(table, rows: rows, workers: workers)
      if parts.isEmpty { notes = answers.notes }
      guard let index = table.index(of: pipeline.targetName) else {
        let known = table.columns.map(\.name)
        throw pipeline.features.isFromElsewhere
          ? DesignError.otherTarget(pipeline.targetName, table: known)
          : DesignError.unknownColumn(pipeline.targetName, known: known, nearest: nil)
      }
      let truth = table.columns[index]
      let known = answers.rowIndex.indices.filter { !truth.values.isMissing(answers.rowIndex[$0]) }
      if known.isEmpty { throw DesignError.noRows }
      parts.append(
        Part(
          name: name, rows: known.count,
          metrics: try Self.metrics(pipeline, answers, truth: truth, known: known)))
    }
    self.parts = parts
    self.notes = notes
    classes = pipeline.labels
  }

  private static func metrics(
    _ pipeline: Pipeline, _ answers: Pipeline.Predictions, truth: Table.Column, known: [Int]
  ) throws -> Metrics {
    var metrics = Metrics()
    if case .classes(_, let labels) = pipeline.target {
      let numbers = try truth.classNumbers(labels)
      let truths = known.compactMap { numbers[answers.rowIndex[$0]] }
      var counts = [Int](repeating: 0, count: labels.count)
      for label in truths { counts[label] += 1 }
      let found = try ClassificationMetrics(
        probabilities: answers.probabilities.rows(at: known), labels: truths)
      metrics["accuracy"] = found.accuracy
      metrics["balanced_accuracy"] = found.balancedAccuracy
      let isGraded = pipeline.model.classifier?.givesProbabilities ?? true
      if isGraded {
        metrics["log_loss"] = found.logLoss
        metrics["brier"] = found.brier
        metrics["auc"] = found.area
      }
      metrics["macro_precision"] = found.macroPrecision
      metrics["macro_f1"] = found.macroF1
      metrics["mcc"] = found.matthewsCorrelation
      metrics["g_mean"] = found.geometricMean
      if isGraded { metrics["calibration_error"] = found.calibrationError }
      let shares = counts.map { Double($0) / Double(truths.count) }
      let baseline = try ClassificationMetrics(
        probabilities: Matrix(truths.map { _ in shares }), labels: truths)
      metrics["baseline_accuracy"] = baseline.accuracy
      if isGraded { metrics["baseline_log_loss"] = baseline.logLoss }
      metrics.merge(perClass(found, labels, isGraded: isGraded))
      return metrics
    }
    let values = try truth.numbers()
    let truths = known.map { values[answers.rowIndex[$0]] }
    let found = try RegressionMetrics(predictions: known.map { answers.numbers[$0] }, truth: truths)
    metrics["mse"] = found.meanSquaredError
    metrics["mae"] = found.meanAbsoluteError
    metrics["r2"] = found.rSquared
    metrics["within_20"] = found.shareWithin20Percent
    let mean = truths.reduce(0) { $0 + $1 / Double(truths.count) }
    let baseline = try RegressionMetrics(predictions: truths.map { _ in mean }, truth: truths)
    metrics["baseline_mse"] = baseline.meanSquaredError
    metrics["baseline_mae"] = baseline.meanAbsoluteError
    return metrics
  }

  /// The metrics of single classes, named `precision:class` and so on, and the counts of true and predicted
  /// classes that are not zero, named `count:true>predicted`.
  private static func perClass(
    _ found: ClassificationMetrics, _ labels: [String], isGraded: Bool
  ) -> Metrics {
    var metrics = Metrics()
    let (precisions, recalls, scores) = (found.precisions, found.recalls, found.f1Scores)
    for (index, label) in labels.enumerated() {
      metrics["precision:\(label)"] = precisions[index]
      metrics["recall:\(label)"] = recalls[index]
      metrics["f1:\(label)"] = scores[index]
      if isGraded { metrics["auc:\(label)"] = found.areas[index] }
      for (other, count) in found.confusion[index].enumerated() where count > 0 {
        metrics["count:\(label)>\(labels[other])"] = Double(count)
      }
    }
    return metrics
  }
}
