/// The magnitudes of numbers that may be squared: within them squares, and sums of products of two squares, neither become
/// infinite nor lose digits because they are too small.
public enum SquareRange {
  /// Larger numbers have squares of which a few make infinity.
  public static let largest = 0x1p480
  /// Differences of smaller numbers may have squares that are zero.
  public static let smallest = 0x1p-450
  /// A mean of squares from here to `largestMean` is right to the last digits.
  static let smallestMean = 0x1p-900
  static let largestMean = 0x1p1000

  /// Whether a sum of squares has lost nothing by overflow or underflow.
  public static func isSafe(_ squares: Double) -> Bool { squares >= smallestMean && squares <= largestMean }
}

extension Matrix {
  /// The largest magnitude in every column; NaN counts as nothing.
  public func columnMagnitudes() -> [Double] {
    var result = [Double](repeating: 0, count: columns)
    let (rows, columns) = (rows, columns)
    withElements { values in
      result.withUnsafeMutableBufferPointer { result in
        for row in 0..<rows {
          for column in 0..<columns {
            let magnitude = abs(values[row * columns + column])
            result[column] = magnitude > result[column] ? magnitude : result[column]
          }
        }
      }
    }
    return result
  }
}

/// The root of the mean of `(x − centre)²` for numbers of any size; zero for none.
///
/// Where the squares would overflow or vanish the differences are divided by a power of two first, which loses nothing.
public func rootMeanSquare(_ values: [Double], about centre: Double = 0) -> Double {
  let count = Double(max(values.count, 1))
  let mean = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / count
  if SquareRange.isSafe(mean) { return mean.squareRoot() }
  let scaled = ScaledDifferences(values, about: centre)
  let squares = scaled.values.reduce(0) { $0 + $1 * $1 } / count
  return Double(sign: .plus, exponent: scaled.exponent, significand: squares.squareRoot())
}

/// The sums of the squares of two lists of differences, divided by the same power of four, so that their ratio is right
/// where the sums themselves would overflow or vanish.
public func squareSums(_ one: ScaledDifferences, _ other: ScaledDifferences) -> (Double, Double) {
  let exponent = max(one.exponent, other.exponent)
  func sum(_ list: ScaledDifferences) -> Double {
    list.values.reduce(0) { sum, value in
      let scaled = Double(sign: .plus, exponent: list.exponent - exponent, significand: value)
      return sum + scaled * scaled
    }
  }
  return (sum(one), sum(other))
}

/// Differences `x − y` as `value · 2^exponent` with values of at most about 1.
public struct ScaledDifferences: Sendable {
  /// The differences over `2^exponent`.
  public let values: [Double]
  /// The power of two; very small if all differences are zero.
  public let exponent: Int

  /// The differences of numbers from one.
  public init(_ values: [Double], about centre: Double) {
    self.init(values, [Double](repeating: centre, count: values.count))
  }

  /// The differences of numbers from others.
  public init(_ values: [Double], _ others: [Double]) {
    precondition(values.count == others.count, "\(values.count) and \(others.count) numbers")
    let largest = max(values.reduce(0) { max($0, abs($1)) }, others.reduce(0) { max($0, abs($1)) })
    // Differences of quarters are finite.
    let shift = largest > 0x1p1000 ? 2 : 0
    let factor = shift == 0 ? 1 : 0.25
    let differences = zip(values, others).map { $0 * factor - $1 * factor }
    let size = differences.reduce(0) { max($0, abs($1)) }
    guard size > 0, size.isFinite else {
      self.values = differences
      exponent = size > 0 ? 0 : -2000
      return
    }
    let power = Int(size.exponent)
    self.values = differences.map { Double(sign: .plus, exponent: -power, significand: $0) }
    exponent = power + shift
  }
}
