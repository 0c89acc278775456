import RealModule

/// How far outputs are from the answers of another model.
public enum SoftLoss: Sendable, Hashable {
  /// `−Σ t ln p` for softmax probabilities `p` and target probabilities `t`.
  case softmax
  /// `−Σ t ln p − w H(p)` for softmax probabilities `p`, target probabilities `t`, the entropy `H(p) = −Σ p ln p` and a
  /// weight `w`: the larger it is, the less sure the model.
  case softmaxEntropy(weight: Double)
  /// `−Σ t ln p` for logistic probabilities of every output, divided by their sum.
  case oneVsRest
  /// `½ Σ (z − z̄ − t)²` for centred scores as targets, `z̄` the mean of the outputs: the logarithms of softmax
  /// probabilities less their mean.
  case scores
  /// `1 / m · Σ ((p − t) / w)ᵐ` for softmax probabilities `p` and an even exponent `m`: least squares for 2, and the
  /// higher it is the closer to the middle of all models whose probabilities are within `w` of the targets.
  case powers(exponent: Int, width: Double)

  /// The loss of one row; writes its derivative with respect to the outputs.
  func evaluate(
    _ outputs: UnsafePointer<Double>, _ target: UnsafePointer<Double>, count: Int,
    delta: UnsafeMutablePointer<Double>
  ) -> Double {
    switch self {
    case .softmax: Self.softmax(outputs, target, count, delta)
    case .softmaxEntropy(let weight): Self.softmaxEntropy(weight, outputs, target, count, delta)
    case .oneVsRest: Self.oneVsRest(outputs, target, count, delta)
    case .scores: Self.scores(outputs, target, count, delta)
    case .powers(let exponent, let width): Self.powers(exponent, width, outputs, target, count, delta)
    }
  }

  private static func softmax(
    _ outputs: UnsafePointer<Double>, _ target: UnsafePointer<Double>, _ count: Int,
    _ delta: UnsafeMutablePointer<Double>
  ) -> Double {
    let all = logarithmicSum(outputs, count)
    var (loss, total) = (0.0, 0.0)
    for index in 0..<count {
      loss -= target[index] * (outputs[index] - all)
      total += target[index]
    }
    for index in 0..<count { delta[index] = total * Double.exp(outputs[index] - all) - target[index] }
    return loss
  }

  private static func softmaxEntropy(
    _ weight: Double, _ outputs: UnsafePointer<Double>, _ target: UnsafePointer<Double>, _ count: Int,
    _ delta: UnsafeMutablePointer<Double>
  ) -> Double {
    let all = logarithmicSum(outputs, count)
    var (loss, total, entropy) = (0.0, 0.0, 0.0)
    for index in 0..<count {
      let logarithm = outputs[index] - all
      loss -= target[index] * logarithm
      total += target[index]
      entropy -= Double.exp(logarithm) * logarithm
    }
    for index in 0..<count {
      let logarithm = outputs[index] - all
      // The derivative of the entropy is −p (ln p + H).
      delta[index] = Double.exp(logarithm) * (total + weight * (logarithm + entropy)) - target[index]
    }
    return loss - weight * entropy
  }

  private static func oneVsRest(
    _ outputs: UnsafePointer<Double>, _ target: UnsafePointer<Double>, _ count: Int,
    _ delta: UnsafeMutablePointer<Double>
  ) -> Double {
    // The logarithms of the logistic probabilities.
    for index in 0..<count {
      delta[index] = min(outputs[index], 0) - Double.log(onePlus: Double.exp(-abs(outputs[index])))
    }
    let all = logarithmicSum(delta, count)
    var (loss, total) = (0.0, 0.0)
    for index in 0..<count {
      loss -= target[index] * (delta[index] - all)
      total += target[index]
    }
    for index in 0..<count {
      let rest = 1 / (1 + Double.exp(outputs[index]))
      delta[index] = (total * Double.exp(delta[index] - all) - target[index]) * rest
    }
    return loss
  }

  private static func scores(
    _ outputs: UnsafePointer<Double>, _ target: UnsafePointer<Double>, _ count: Int,
    _ delta: UnsafeMutablePointer<Double>
  ) -> Double {
    var (mean, loss) = (0.0, 0.0)
    for index in 0..<count { mean += outputs[index] / Double(count) }
    for index in 0..<count {
      delta[index] = outputs[index] - mean - target[index]
      loss += delta[index] * delta[index] / 2
    }
    return loss
  }

  private static func powers(
    _ exponent: Int, _ width: Double, _ outputs: UnsafePointer<Double>, _ target: UnsafePointer<Double>,
    _ count: Int,
    _ delta: UnsafeMutablePointer<Double>
  ) -> Double {
    let all = logarithmicSum(outputs, count)
    var (loss, mean) = (0.0, 0.0)
    for index in 0..<count {
      let probability = Double.exp(outputs[index] - all)
      let error = (probability - target[index]) / width
      let slope = Double.pow(error, exponent - 1)
      loss += error * slope / Double(exponent)
      delta[index] = slope / width
      mean += probability * delta[index]
    }
    for index in 0..<count { delta[index] = Double.exp(outputs[index] - all) * (delta[index] - mean) }
    return loss
  }

  /// `ln Σ exp(z)`.
  private static func logarithmicSum(_ values: UnsafePointer<Double>, _ count: Int) -> Double {
    var largest = values[0]
    for index in 1..<max(count, 1) { largest = max(largest, values[index]) }
    var sum = 0.0
    for index in 0..<count { sum += Double.exp(values[index] - largest) }
    return largest + Double.log(sum)
  }
}
