import Experiments
import Learning
import LinearAlgebra
import Reporting
import Tabular

/// How good a pipeline is on rows with true answers, beside a baseline that knows no feature.
struct ModelScores {
  /// Some rows of the table.
  struct Part {
    let name: String
    let rows: Int
    let metrics: Metrics
  }

  let parts: [Part]
  /// What was done to the data, one sentence each.
  let notes: [String]
  /// Labels of the classes; empty for a model of a number.
  let classes: [String]

  /// Measures `pipeline` on parts of a table, which are left out if they have no row.
  ///
  /// - Parameters:
  ///   - named: names and rows, from 0; nil for all rows.
  ///   - workers: threads, which change nothing.
  /// - Throws: `DesignError` for a table that does not fit, `LearningError` for a row that the model has no answer to.
  init(
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

extension ModelScores {
  /// Most classes whose counts are shown as a square.
  private static let widestSquare = 12

  /// All metrics, one row each; for a classifier also those of its classes on the last table, and the counts of
  /// true and predicted classes.
  func tables(title: String) -> [TextTable] {
    guard let last = parts.last, !classes.isEmpty else { return [overall(title)] }
    var result = [overall(title), classTable(last)]
    if classes.count <= Self.widestSquare { result.append(confusion(last)) }
    return result
  }

  private func overall(_ title: String) -> TextTable {
    var table = TextTable(
      title: title, columns: [.init("metric")] + parts.map { .number("\($0.name) (\($0.rows) rows)") },
      note: "The baseline uses no feature: the most frequent class, or the mean, of the rows themselves.")
    for name in parts.first?.metrics.names ?? [] where !name.contains(":") {
      table.append(
        [.init(name)] + parts.map { .init($0.metrics[name].map { $0.significant(5) } ?? "–") })
    }
    return table
  }

  private func classTable(_ part: Part) -> TextTable {
    var table = TextTable(
      title: "Classes on \(part.name)",
      columns: [.init("class")] + ["precision", "recall", "f1", "auc"].map { .number($0) })
    for label in classes {
      table.append(
        [.init(label)]
          + ["precision", "recall", "f1", "auc"].map { name in
            .init(part.metrics["\(name):\(label)"].map { $0.fixed(4) } ?? "–")
          })
    }
    return table
  }

  private func confusion(_ part: Part) -> TextTable {
    var table = TextTable(
      title: "True classes (rows) and predicted ones (columns) on \(part.name)",
      columns: [.init("class")] + classes.map { .number($0) })
    for label in classes {
      table.append(
        [.init(label)]
          + classes.map { other in .init("\(Int(part.metrics["count:\(label)>\(other)"] ?? 0))") })
    }
    return table
  }
}
