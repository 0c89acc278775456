/// A sum in twice the working precision: the rounded sum and what rounding took.
///
/// - Source: Ogita, Rump, Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005), algorithms 4.3 and 5.3.
struct ExtendedSum {
  private var high: Double
  private var low = 0.0

  init(_ value: Double = 0) { high = value }

  /// The sum, rounded once.
  var value: Double { high + low }
  /// What ``value`` leaves out.
  var remainder: Double { (high - value) + low }

  /// Adds a number.
  @inline(__always)
  mutating func add(_ number: Double) {
    let sum = high + number
    let part = sum - high
    low += (high - (sum - part)) + (number - part)
    high = sum
  }

  /// Adds a product that is not rounded.
  @inline(__always)
  mutating func add(_ left: Double, times right: Double) {
    let product = left * right
    low += (-product).addingProduct(left, right)
    add(product)
  }
}
