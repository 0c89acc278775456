public import LinearAlgebra
import RealModule

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
      loss -= Double.log(min(max(probabilities[row, label], .ulpOfOne), 1))
      for index in 0..<classes {
        let error = probabilities[row, index] - (index == label ? 1 : 0)
        squares += error * error
      }
    }
    self.confusion = confusion
    logLoss = loss / Double(labels.count)
    brier = squares / Double(classes == 2 ? 2 * labels.count : labels.count)
    areas = Self.areas(probabilities, labels)
    calibrationError = Self.calibration(probabilities, predicted, labels)
  }

  /// The share of pairs of a positive and a negative row in which the positive one has the higher score, ties
  /// counting half (Hanley and McNeil, Radiology 143, 1982); nil without such a pair.
  ///
  /// The scores are numbers; with NaN among them the area means nothing.
  ///
  /// - Complexity: O(*n* log *p*) for *n* rows, *p* of them of the rarer kind.
  public static func area(scores: [Double], isPositive: [Bool]) -> Double? {
    precondition(scores.count == isPositive.count, "\(scores.count) scores, \(isPositive.count) labels")
    var (positives, negatives) = ([Double](), [Double]())
    for (score, isPositive) in zip(scores, isPositive) {
      if isPositive { positives.append(score) } else { negatives.append(score) }
    }
    return area(positives, negatives)
  }

  /// The area of every class, from the scores of its own rows and those of all others.
  private static func areas(_ probabilities: Matrix, _ labels: [Int]) -> [Double?] {
    var rows = [[Int]](repeating: [], count: probabilities.columns)
    for (row, label) in labels.enumerated() { rows[label].append(row) }
    return rows.indices.map { index in
      guard !rows[index].isEmpty, rows[index].count < labels.count else { return nil }
      var others = probabilities.column(index)
      let own = rows[index].map { others[$0] }
      // Rows ascend, so that every place is filled before its score is needed.
      var kept = 0
      for row in labels.indices where labels[row] != index {
        others[kept] = others[row]
        kept += 1
      }
      others.removeLast(own.count)
      return area(own, others)
    }
  }

  /// The area from the scores of the positive and of the negative rows; nil if either has none.
  ///
  /// Only the scores of the rarer kind are sorted; every score of the other finds its place among them. Won pairs are
  /// whole and half numbers, which a double holds exactly.
  private static func area(_ positives: [Double], _ negatives: [Double]) -> Double? {
    guard !positives.isEmpty, !negatives.isEmpty else { return nil }
    let areRare = positives.count <= negatives.count
    let sorted = (areRare ? positives : negatives).sorted()
    var (below, equal) = (0, 0)
    for score in areRare ? negatives : positives {
      let start = sorted.firstPlace { $0 >= score }
      below += start
      guard start < sorted.count, sorted[start] == score else { continue }
      equal += sorted[start...].firstPlace { $0 > score } - start
    }
    let pairs = Double(positives.count) * Double(negatives.count)
    let half = Double(below) + Double(equal) / 2
    return (areRare ? pairs - half : half) / pairs
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
    var counts = [Int](repeating: 0, count: confusion.count)
    for row in confusion { for index in row.indices { counts[index] += row[index] } }
    return counts
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
    zip(occurrences, confusion.indices).map { $0 > 0 ? 2 * Double(confusion[$1][$1]) / Double($0) : 0 }
  }

  /// Mean recall over the classes that have examples.
  public var balancedAccuracy: Double { Self.mean(recalls.compactMap { $0 }) }

  /// Mean precision over all classes that occur in the truth or in the predictions.
  public var macroPrecision: Double { meanOfOccurring(precisions) }

  /// Mean F1 score over all classes that occur in the truth or in the predictions.
  public var macroF1: Double { meanOfOccurring(f1Scores) }

  /// Rows of every class in the truth and in the predictions together.
  private var occurrences: [Int] { zip(support, predictedCounts).map { $0 + $1 } }

  private func meanOfOccurring(_ values: [Double]) -> Double {
    Self.mean(zip(occurrences, values).compactMap { $0 > 0 ? $1 : nil })
  }

  /// Geometric mean of the recalls of the classes that have examples (Kubat and Matwin, ICML 1997).
  public var geometricMean: Double {
    let found = recalls.compactMap { $0 }
    return Double.pow(found.reduce(1, *), 1 / Double(found.count))
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

extension RandomAccessCollection {
  /// The first place whose element satisfies `predicate`, which all that follow do too; the end if none does.
  fileprivate func firstPlace(where predicate: (Element) -> Bool) -> Index {
    var (low, count) = (startIndex, count)
    while count > 0 {
      let middle = index(low, offsetBy: count / 2)
      if predicate(self[middle]) {
        count /= 2
      } else {
        low = index(after: middle)
        count -= count / 2 + 1
      }
    }
    return low
  }
}
