import RealModule

/// The proof that a model was trained on watermarked answers.
///
/// A suspect is asked the queries whose answers were changed. An independent model gives the wrong class of a mark with
/// probability at most `chance`, so the number of matches follows a binomial distribution:
///
/// ```
/// p = Σ_{i ≥ matches} C(marks, i) chance^i (1 − chance)^(marks − i)
/// ```
///
/// - Source: Szyller et al., "DAWN", ACM MM 2021, section 4.3, with `chance` 1 / classes; the confidence asked for there is
///   `1 − 2⁻⁶⁴`.
public struct DawnVerification: Sendable, Hashable {
  /// Marked queries that the suspect was asked.
  public let marks: Int
  /// Those to which it gave the wrong class of the mark.
  public let matches: Int
  /// Probability of a match of an independent model.
  public let chance: Double
  /// Logarithm to base 2 of the probability of at least so many matches by chance.
  public let log2PValue: Double

  /// The evaluation of a comparison.
  public init(marks: Int, matches: Int, chance: Double) {
    precondition(0 <= matches && matches <= marks, "\(matches) of \(marks) matches")
    precondition(chance > 0 && chance < 1, "a chance of \(chance)")
    self.marks = marks
    self.matches = matches
    self.chance = chance
    log2PValue = Self.logTail(marks, matches, chance) / Double.log(2)
  }

  /// The comparison of what a suspect says with the classes of the marks.
  public init(marked: [Int], suspect: [Int], classCount: Int) {
    precondition(marked.count == suspect.count, "one answer per mark")
    self.init(
      marks: marked.count, matches: zip(marked, suspect).count { $0 == $1 }, chance: 1 / Double(classCount))
  }

  /// Whether the theft is proven with confidence `1 − 2^−bits`.
  public func isProven(bits: Double = 64) -> Bool { log2PValue < -bits }

  /// Natural logarithm of the upper tail of a binomial distribution, summed term by term.
  private static func logTail(_ count: Int, _ least: Int, _ chance: Double) -> Double {
    guard least > 0 else { return 0 }
    var terms: [Double] = []
    // ln C(n, i), from i − 1 to i.
    var choices = 0.0
    for i in 0...count {
      if i > 0 { choices += Double.log(Double(count - i + 1)) - Double.log(Double(i)) }
      if i >= least {
        terms.append(
          choices + Double(i) * Double.log(chance) + Double(count - i) * Double.log(onePlus: -chance))
      }
    }
    let largest = terms.max() ?? 0
    return min(largest + Double.log(terms.reduce(0) { $0 + Double.exp($1 - largest) }), 0)
  }
}
