public import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How good predicted probabilities and classes are.
///
/// The predicted class is the most probable one, of equally probable ones the first. Where a class has no example
/// its recall and its area under the curve are not defined and left out of means; where it is never predicted its
/// precision counts as 0, as in scikit-learn.
public struct ClassificationMetrics: Sendable, Hashable, Codable {
  /// Number of rows.
  public let count: Int
  /// `confusion[true][predicted]` counts rows.
  public let confusion: [[Int]]
  /// Mean of `−ln p` of the true class, `p` at least 2⁻⁵² as in scikit-learn.
  public let logLoss: Double
  /// The Brier score: of two classes the mean of `(p − t)²` of one of them, from 0 to 1; of more the mean of `Σ (p − t)²`
  /// over the classes, from 0 to 2 (Brier 1950). As scikit-learn's `brier_score_loss` with `scale_by_half="auto"`.
  public let brier: Double
  /// Area under the receiver operating characteristic of every class against the rest; nil for a class that has
  /// no example or all of them.
  public let areas: [Double?]
  /// Expected calibration error of the predicted class over ten bins of equal width: the mean distance between
  /// confidence and accuracy (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).
  public let calibrationError: Double

  /// Compares probabilities, one row per example and one column per class, with the true classes.
  ///
  /// - Throws: ``LearningError/tooFewRows(method:needed:found:)`` when there is nothing to compare, and
  ///   ``LearningError/answerNotFinite(row:)`` for a probability that is NaN or infinite.
  public init(probabilities: Matrix, labels: [Int]) throws(LearningError) {
    precondition(probabilities.rows == labels.count, "\(probabilities.rows) answers, \(labels.count) truths")
    let classes = probabilities.columns
    precondition(labels.allSatisfy { $0 >= 0 && $0 < classes }, "labels lie in 0..<\(classes)")
    guard !labels.isEmpty else { throw .tooFewRows(method: "a comparison", needed: 1, found: 0) }
    if let row = probabilities.firstRowNotFinite { throw .answerNotFinite(row: row) }
    count = labels.count
    let predicted = probabilities.rowArguments()
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    var (loss, squares) = (0.0, 0.0)
    for (row, label) in labels.enumerated() {
      confusion[label][predicted[row]] += 1
      loss -= log(min(max(probabilities[row, label], .ulpOfOne), 1))
      for index in 0..<classes {
        let error = probabilities[row, index] - (index == label ? 1 : 0)
        squares += error * error
      }
    }
    self.confusion = confusion
    logLoss = loss / Double(labels.count)
    brier = squares / Double(classes == 2 ? 2 * labels.count : labels.count)
    areas = (0..<classes).map { index in
      Self.area(scores: probabilities.column(index), isPositive: labels.map { $0 == index })
    }
    calibrationError = Self.calibration(probabilities, predicted, labels)
  }

  /// The share of pairs of a positive and a negative row in which the positive one has the higher score, ties
  /// counting half (Hanley and McNeil, Radiology 143, 1982); nil without such a pair.
  ///
  /// The scores are numbers; with NaN among them the area means nothing.
  ///
  /// - Complexity: O(*n* log *n*).
  public static func area(scores: [Double], isPositive: [Bool]) -> Double? {
    precondition(scores.count == isPositive.count, "\(scores.count) scores, \(isPositive.count) labels")
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    let positives = Double(isPositive.count { $0 })
    let negatives = Double(scores.count) - positives
    guard positives > 0, negatives > 0 else { return nil }
    var (rankSum, start) = (0.0, 0)
    while start < order.count {
      var end = start + 1
      while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
      let tied = Double(order[start..<end].count { isPositive[$0] })
      // Ranks from 1; tied scores share the mean of theirs.
      rankSum += tied * Double(start + 1 + end) / 2
      start = end
    }
    return (rankSum - positives * (positives + 1) / 2) / (positives * negatives)
  }

  private static func calibration(_ probabilities: Matrix, _ predicted: [Int], _ labels: [Int]) -> Double {
    let bins = 10
    var (sums, right) = ([Double](repeating: 0, count: bins), [Double](repeating: 0, count: bins))
    for (row, label) in labels.enumerated() {
      let confidence = probabilities[row, predicted[row]]
      let bin = min(max(Int((confidence * Double(bins)).rounded(.up)) - 1, 0), bins - 1)
      sums[bin] += confidence
      if predicted[row] == label { right[bin] += 1 }
    }
    return zip(sums, right).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(labels.count)
  }
}

extension ClassificationMetrics {
  /// Rows of every true class.
  public var support: [Int] { confusion.map { $0.reduce(0, +) } }

  /// Rows of every predicted class.
  public var predictedCounts: [Int] {
    confusion.indices.map { predicted in confusion.reduce(0) { $0 + $1[predicted] } }
  }

  /// Share of rows whose predicted class is right.
  public var accuracy: Double {
    Double(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }) / Double(count)
  }

  /// Share of the rows of every class that are found; nil for a class without example.
  public var recalls: [Double?] {
    zip(support, confusion.indices).map { $0 > 0 ? Double(confusion[$1][$1]) / Double($0) : nil }
  }

  /// Share of the rows predicted as a class that are of it; 0 for a class that is never predicted.
  public var precisions: [Double] {
    zip(predictedCounts, confusion.indices).map { $0 > 0 ? Double(confusion[$1][$1]) / Double($0) : 0 }
  }

  /// Harmonic mean of precision and recall of every class; 0 for a class that is never predicted right.
  public var f1Scores: [Double] {
    confusion.indices.map { index in
      let total = support[index] + predictedCounts[index]
      return total > 0 ? 2 * Double(confusion[index][index]) / Double(total) : 0
    }
  }

  /// Mean recall over the classes that have examples.
  public var balancedAccuracy: Double { Self.mean(recalls.compactMap { $0 }) }

  /// Mean precision over all classes that occur in the truth or in the predictions.
  public var macroPrecision: Double { Self.mean(occurring.map { precisions[$0] }) }

  /// Mean F1 score over all classes that occur in the truth or in the predictions.
  public var macroF1: Double {
    Self.mean(occurring.map { f1Scores[$0] })
  }

  private var occurring: [Int] { confusion.indices.filter { support[$0] + predictedCounts[$0] > 0 } }

  /// Geometric mean of the recalls of the classes that have examples (Kubat and Matwin, ICML 1997).
  public var geometricMean: Double {
    let found = recalls.compactMap { $0 }
    return pow(found.reduce(1, *), 1 / Double(found.count))
  }

  /// Area under the curve: of class 1 for two classes, else the mean over the classes against the rest; nil where
  /// no class has one.
  public var area: Double? {
    if areas.count == 2 { return areas[1] }
    let found = areas.compactMap { $0 }
    return found.isEmpty ? nil : Self.mean(found)
  }

  /// Correlation of true and predicted classes; 0 where one of them is the same in every row.
  ///
  /// - Source: Matthews, BBA 405 (1975); several classes: Gorodkin, Comput. Biol. Chem. 28 (2004).
  public var matthewsCorrelation: Double {
    let (truths, predictions, total) = (
      support.map(Double.init), predictedCounts.map(Double.init), Double(count)
    )
    let right = accuracy * total
    let shared = zip(truths, predictions).reduce(0) { $0 + $1.0 * $1.1 }
    let spread = total * total - predictions.reduce(0) { $0 + $1 * $1 }
    let trueSpread = total * total - truths.reduce(0) { $0 + $1 * $1 }
    guard spread > 0, trueSpread > 0 else { return 0 }
    return (right * total - shared) / (spread * trueSpread).squareRoot()
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}
