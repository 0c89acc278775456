public import LinearAlgebra
import RealModule

/// How a model errs: what its publishers say of its quality, as the attacker uses it.
public enum ErrorModel: Sendable, Hashable {
  /// Which way counts of classes are turned into probabilities.
  public enum Normalisation: String, Sendable, Hashable, Codable, CaseIterable {
    /// The probability of the true class given the predicted one (the authors' released code of 2014).
    case predicted
    /// The probability of the predicted class given the true one (Mehnaz et al. 2022).
    case truth
  }

  /// Residuals are normal with this standard deviation.
  case gaussian(deviation: Double)
  /// Probabilities of pairs, one row per true class and one column per predicted class.
  case confusion(Matrix)

  /// The standard deviation of the residuals of a model with so many free parameters.
  public static func residuals(
    predictions: [Double], truths: [Double], parameters: Int = 0
  ) -> ErrorModel {
    let residuals = rootMeanSquare(zip(predictions, truths).map { $0 - $1 })
    let freedom = max(truths.count - parameters, 1)
    let size = rootMeanSquare(truths)
    return .gaussian(
      deviation: max(
        residuals * (Double(truths.count) / Double(freedom)).squareRoot(), 1e-12 * (size > 0 ? size : 1)))
  }

  /// Counts of true and predicted classes as probabilities.
  public static func confusion(
    truths: [Int], predictions: [Int], classCount: Int, normalisation: Normalisation = .predicted
  ) -> ErrorModel {
    var counts = Matrix(rows: classCount, columns: classCount)
    for (truth, prediction) in zip(truths, predictions) { counts[truth, prediction] += 1 }
    var shares = counts
    for truth in 0..<classCount {
      for prediction in 0..<classCount {
        let total =
          normalisation == .predicted
          ? counts.column(prediction).reduce(0, +) : counts.row(truth).reduce(0, +)
        shares[truth, prediction] = total > 0 ? counts[truth, prediction] / total : 0
      }
    }
    return .confusion(shares)
  }

  /// The logarithm of the density of a truth given a prediction, up to a constant.
  func logDensity(truth: Double, prediction: Double) -> Double {
    guard case .gaussian(let deviation) = self else { return 0 }
    let distance = (truth - prediction) / deviation
    return -distance * distance / 2
  }

  /// The logarithm of the probability of a pair of classes.
  func logShare(truth: Int, prediction: Int) -> Double {
    guard case .confusion(let shares) = self, shares.rows > truth, shares.columns > prediction,
      prediction >= 0
    else { return 0 }
    return Double.log(shares[truth, prediction])
  }
}
