import Statistics
import LinearAlgebra

/// The distances of PRADA over one stream: for every class a growing set of queries that lie far from one another, and
/// of every query the distance to the nearest member of its class's set.
///
/// Memory: at most `limit` members and `limit` distances in all; from then on sets no longer grow and the oldest
/// distances go.
///
/// - Source: Juuti, Szyller, Marchal, Asokan, "PRADA", EuroS&P 2019, as in their released code.
struct PradaStatistic: Sendable {
  private struct GrowingSet {
    var members: [[Double]]
    /// Distances at which members entered; the first counts as 0.
    var entries = [0.0]
    var threshold = 0.0
    /// Distances of all queries of the class but the first.
    var distances: [Double] = []
  }

  /// Classes with fewer distances are left out of the test.
  private static let fewest = 10
  private let limit: Int
  private let minimum: Int
  private var sets: [Int: GrowingSet] = [:]
  /// Classes in the order in which they appeared.
  private var order: [Int] = []
  private var members = 0
  private var count = 0
  private(set) var queries = 0

  /// A statistic that is computed from more than `minimum` distances.
  init(limit: Int, minimum: Int) {
    self.limit = limit
    self.minimum = minimum
  }

  /// Sees a query and, with every tenth one, gives Shapiro and Wilk's statistic of the distances; nil in between and
  /// while there are too few.
  mutating func observe(_ features: [Double], label: Int) -> Double? {
    add(features, label: label)
    defer { queries += 1 }
    return queries % 10 == 0 ? statistic : nil
  }

  private mutating func add(_ features: [Double], label: Int) {
    guard var set = sets[label] else {
      sets[label] = GrowingSet(members: [features])
      order.append(label)
      members += 1
      return
    }
    sets[label] = nil
    let nearest = set.members.reduce(Double.infinity) { min($0, $1.squaredDistance(to: features)) }
      .squareRoot()
    set.distances.append(nearest)
    count += 1
    if nearest > set.threshold, members < limit {
      set.members.append(features)
      set.entries.append(nearest)
      set.threshold = max(set.threshold, set.entries.mean - set.entries.deviation)
      members += 1
    }
    sets[label] = set
    if count > limit { forget() }
  }

  /// Drops the older half of the distances of the class that has most.
  private mutating func forget() {
    guard let label = order.max(by: { (sets[$0]?.distances.count ?? 0) < (sets[$1]?.distances.count ?? 0) }),
      let half = sets[label].map({ $0.distances.count / 2 })
    else { return }
    sets[label]?.distances.removeFirst(half)
    count -= half
  }

  /// Distances of all classes that have enough of them, without those three standard deviations from the mean.
  var distances: [Double] {
    let all = order.flatMap { label -> [Double] in
      let own = sets[label]?.distances ?? []
      return own.count >= Self.fewest ? own : []
    }
    guard !all.isEmpty else { return [] }
    let (mean, deviation) = (all.mean, all.deviation)
    return all.filter { abs($0 - mean) < 3 * deviation }
  }

  private var statistic: Double? {
    let distances = distances
    return distances.count > minimum ? ShapiroWilk(distances)?.statistic : nil
  }
}
