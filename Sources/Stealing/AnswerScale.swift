import Querying

/// The distance between a model's numbers that counts as one, for every answer by itself.
///
/// The unit of a number is the spread of all, but at most 16 times the distance within which a quarter of the model's
/// other numbers lie, equal ones counted once. So numbers without outliers are compared by their spread; an outlier makes
/// nothing small but itself, and a group of near numbers is told apart whatever else the model answers. Where the model
/// answers in steps, with half of its numbers or fewer different, the unit is the distance to the next number, if that is
/// larger than a tenth of that to a quarter of the others. No unit is below the rounding errors of the number itself.
struct AnswerScale {
  /// Rows of one kind from which on they have a scale of their own.
  static let leastRows = 8
  /// The share of the other numbers within the unit.
  private static let share = 0.25
  /// Times this distance that a unit may be.
  private static let times = 16.0
  /// The part of this distance below which the distance of steps does not count.
  private static let steps = 0.1
  /// Rounding errors of a number, as a share of it, beyond which two are compared.
  private static let rounding = 1e-10
  /// Differences beyond count as this.
  static let most = 1e290

  /// The unit of every number.
  let units: [Double]
  /// The largest number less the smallest one, in the same terms.
  let spread: Double
  /// What all numbers here were multiplied with, so that no difference overflows.
  let factor: Double

  /// The scale of some numbers.
  init(_ numbers: [Double]) {
    let largest = numbers.reduce(0) { max($0, abs($1)) }
    factor = largest > 1e300 ? 0x1p-4 : 1
    let values = numbers.map { [factor] in $0 * factor }
    let distinct = Array(Set(values)).sorted()
    let (least, most) = (distinct.first ?? 0, distinct.last ?? 0)
    let spread = max(most - least, Self.rounding * max(abs(least), abs(most)), .leastNormalMagnitude)
    let others = distinct.count - 1
    let wide = Self.reach(distinct, count: Int((Self.share * Double(others)).rounded(.up)))
    let isStepped = 2 * distinct.count <= values.count
    let near = isStepped ? Self.reach(distinct, count: min(1, others)) : []
    let places = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
    units = values.map { value in
      let place = places[value] ?? 0
      let distance = isStepped ? max(near[place], Self.steps * wide[place]) : Self.times * wide[place]
      return max(min(distance, spread), Self.rounding * abs(value), .leastNormalMagnitude)
    }
    self.spread = spread
  }

  /// How far every one of some ascending numbers is from as many others, the nearest ones.
  private static func reach(_ sorted: [Double], count: Int) -> [Double] {
    var low = 0
    return sorted.indices.map { place in
      low = max(low, place - count)
      while low + count + 1 < sorted.count, low < place,
        sorted[low + count + 1] - sorted[place] < sorted[place] - sorted[low]
      {
        low += 1
      }
      let high = min(low + count, sorted.count - 1)
      return max(sorted[place] - sorted[low], sorted[high] - sorted[place])
    }
  }

  /// The magnitude of the difference of two numbers, in the terms of this scale.
  func distance(_ one: Double, _ other: Double) -> Double { abs(one * factor - other * factor) }
}
