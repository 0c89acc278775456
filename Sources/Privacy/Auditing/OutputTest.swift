/// A test that tells two data sets apart by everything that a program wrote and printed: found on some runs, to be
/// counted on others.
///
/// It is the best of three kinds of numbers, each fitted on half of the runs and compared on the other half: whether a
/// word is there, one of the numbers in order of their appearance, and the sum of all numbers weighted as in
/// a linear discriminant with independent numbers.
public struct OutputTest: Sendable, Hashable {
  private enum Rule: Hashable {
    case word(Substring)
    case number(Int)
    case discriminant([Double])
  }

  private let rule: Rule

  /// What the test looks at.
  public var summary: String {
    switch rule {
    case .word(let word): "whether '\(word)' is written"
    case .number(let place): "number \(place + 1) of the output"
    case .discriminant(let weights): "a weighted sum of \(weights.count) numbers of the output"
    }
  }

  /// The number by which an output is judged.
  public func statistic(_ text: String) -> Double {
    switch rule {
    case .word(let word): return Self.words(text).contains(word) ? 1 : 0
    case .number(let place):
      let numbers = Self.numbers(text)
      return place < numbers.count ? numbers[place] : 0
    case .discriminant(let weights): return Self.sum(weights, Self.numbers(text))
    }
  }

  /// The best test on some outputs.
  ///
  /// - Throws: ``PrivacyError/outOfRange(name:value:range:)`` for fewer than four outputs of either kind.
  public init(with: [String], without: [String], audit: MechanismAudit) throws(PrivacyError) {
    let least = min(with.count, without.count)
    guard least >= 4 else {
      throw .outOfRange(name: "the number of runs that choose the test", value: Double(least), range: "4...")
    }
    let fitted = (Array(with[..<(with.count / 2)]), Array(without[..<(without.count / 2)]))
    let compared = (Array(with[(with.count / 2)...]), Array(without[(without.count / 2)...]))
    var best = (rule: Rule.number(0), bound: -1.0, gap: -1)
    for rule in Self.candidates(fitted.0, fitted.1) {
      let test = OutputTest(rule: rule)
      let values = (compared.0.map(test.statistic), compared.1.map(test.statistic))
      let result = try audit.judge(choosing: values, counted: values)
      let gap = result.counts.hits - result.counts.falseAlarms
      if (result.epsilonLowerBound, gap) > (best.bound, best.gap) {
        best = (rule, result.epsilonLowerBound, gap)
      }
    }
    rule = best.rule
  }

  private init(rule: Rule) { self.rule = rule }

  private static func candidates(_ with: [String], _ without: [String]) -> [Rule] {
    var counts: [Substring: Int] = [:]
    for text in with { for word in words(text) { counts[word, default: 0] += 1 } }
    for text in without { for word in words(text) { counts[word, default: 0] -= 1 } }
    let words = counts.sorted { (abs($0.value), $1.key) > (abs($1.value), $0.key) }.prefix(5)
    var result = words.map { Rule.word($0.key) }
    let (one, other) = (with.map(numbers), without.map(numbers))
    let width = min(one.map(\.count).min() ?? 0, other.map(\.count).min() ?? 0)
    guard width > 0 else { return result }
    var (weights, strengths) = ([Double](), [Double]())
    for place in 0..<width {
      let (a, b) = (moments(one.map { $0[place] }), moments(other.map { $0[place] }))
      let difference = a.mean - b.mean
      let variance = (a.variance + b.variance) / 2
      let floor = 1e-24 * max(a.mean * a.mean, b.mean * b.mean) + 1e-300
      weights.append(difference == 0 ? 0 : difference / (variance + floor))
      strengths.append(difference * difference / (variance + floor))
    }
    let strongest = strengths.indices.sorted { (strengths[$0], $1) > (strengths[$1], $0) }.prefix(5)
    result += strongest.map { Rule.number($0) }
    result.append(.discriminant(weights))
    return result
  }

  private static func sum(_ weights: [Double], _ numbers: [Double]) -> Double {
    zip(weights, numbers).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let count = Double(max(values.count, 1))
    let mean = values.reduce(0) { $0 + $1 / count }
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count })
  }

  /// The words of a text, between blanks and the marks of JSON.
  private static func words(_ text: String) -> Set<Substring> {
    Set(text.split { " \n\r\t,:;\"'[]{}()=".contains($0) })
  }

  /// The numbers of a text in order.
  private static func numbers(_ text: String) -> [Double] {
    text.split { " \n\r\t,:;\"'[]{}()=".contains($0) }.compactMap { word in
      guard let first = word.utf8.first, first < 0x3A else { return nil }
      return Double(word).flatMap { $0.isFinite ? $0 : nil }
    }
  }
}
