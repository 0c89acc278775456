public import Learning
import LinearAlgebra

/// What an attack on an attribute gave on members and on others.
public struct AttributeResult: Sendable {
  /// How well values were guessed on one group of people; nil for an empty group.
  public struct Group: Sendable, Hashable {
    /// All measures of guessing candidates as classes, in the order of the marginal.
    public let metrics: ClassificationMetrics
    /// How far guesses of a number are off; nil for a category.
    public let error: NumberError?
    /// Whether the candidates are bins or so many values that a guess is judged by its error, not by being right.
    public let isContinuous: Bool
  }

  /// How far guesses of a number are off, in its unit, over all people who have a value.
  public struct NumberError: Sendable, Hashable {
    /// Number of people.
    public let count: Int
    /// Mean distance between the value and the median of the candidates under their scores, which makes it smallest.
    public let absolute: Double
    /// Root of the mean squared distance between the value and the mean of the candidates under their scores, which makes
    /// it smallest.
    public let rootMeanSquared: Double
  }

  /// Name of the attack or baseline.
  public let name: String
  /// On people in the training data.
  public let members: Group?
  /// On other people.
  public let others: Group?
  /// Queries that were sent; nil where the model was at hand or not used.
  public let queries: Int?
}

extension AttributeResult.NumberError {
  /// The error of guesses beside values, of which those that are not finite do not count; nil if there are none.
  init?(_ guesses: AttributeGuesses, _ values: [Double]) {
    let rows = values.indices.filter { values[$0].isFinite }
    guard !rows.isEmpty else { return nil }
    count = rows.count
    let share = 1 / Double(rows.count)
    var (absolute, squared) = (0.0, 0.0)
    for row in rows {
      let scores = guesses.scores.row(row)
      let mean = zip(guesses.candidates, scores).reduce(0) { $0 + $1.0 * $1.1 }
      absolute += share * abs(values[row] - Self.median(guesses.candidates, scores))
      squared += share * (values[row] - mean) * (values[row] - mean)
    }
    (self.absolute, rootMeanSquared) = (absolute, squared.squareRoot())
  }

  /// The first of the ascending candidates up to which the scores reach one half.
  private static func median(_ candidates: [Double], _ scores: [Double]) -> Double {
    var sum = 0.0
    for (candidate, score) in zip(candidates, scores) {
      sum += score
      // Sums of shares may miss one half by their rounding.
      if sum >= 0.5 - 1e-12 { return candidate }
    }
    return candidates.last ?? 0
  }
}
