public import Learning
import LinearAlgebra
public import Tabular

/// The part of the data space that a cautious data owner would accept: targets inside a quantile range,
/// features inside a sphere around their class centre and a slab between the two centres.
///
/// The classes of a regression are the rows below and above the median target. A row `(x, y)` is plausible if
/// `y` is in the target range, `‖x − μ_c‖ ≤ r_c` and `|⟨x − μ_c, u⟩| ≤ s_c` for its class `c`, with
/// `u` the direction from one centre to the other; `x` is in shares of the ranges where those are known.
///
/// - Source: Steinhardt, Koh, Liang, "Certified Defenses for Data Poisoning Attacks", NIPS 2017, section 2
///   (classification); the split at the median carries it over to regression.
public struct PlausibleRegion: Sendable {
  /// One side of the median target.
  struct Side: Sendable {
    var centre: [Double]
    var squaredNorm: Double
    var squaredRadius: Double
    var slab: Double
    var offset: Double
  }

  /// Where a row lies: its squared norm, and its products with both centres and the slab direction.
  struct Place {
    var squaredNorm: Double
    var low: Double
    var high: Double
    var along: Double
  }

  /// Accepted targets.
  public let targets: ClosedRange<Double>
  /// The target that separates the two sides.
  public let median: Double
  private let sides: [Side]
  private let direction: [Double]
  private let shares: RangeShares?

  /// The region of trusted rows.
  ///
  /// - Parameters:
  ///   - rows: rows that are taken to be clean.
  ///   - space: ranges of the columns, in shares of which distances are measured; nil for the columns as they are.
  ///   - percentile: share of each class that lies inside its sphere and its slab, in 0...1.
  ///   - targetTail: share cut off at each end of the targets, in 0..<0.5.
  public init(
    _ rows: RegressionData, space: FeatureSpace? = nil, percentile: Double = 0.95, targetTail: Double = 0.01
  ) {
    precondition(rows.count > 0, "a plausible region needs rows")
    shares = space.map { RangeShares($0) }
    let data = shares?.data(rows) ?? rows
    let sorted = data.target.sorted()
    targets = quantile(sorted, targetTail)...quantile(sorted, 1 - targetTail)
    median = quantile(sorted, 0.5)
    let threshold = median
    let indices = [
      data.target.indices.filter { data.target[$0] <= threshold },
      data.target.indices.filter { data.target[$0] > threshold },
    ]
    let all = Array(data.target.indices)
    let centres = indices.map { data.features.rows(at: $0.isEmpty ? all : $0).columnMeans() }
    var direction = zip(centres[1], centres[0]).map { $0 - $1 }
    let length = norm2(direction)
    if length > 0 { for index in direction.indices { direction[index] /= length } }
    self.direction = direction
    sides = zip(indices, centres).map { rows, centre in
      let offset = dot(direction, centre)
      let squaredNorm = dot(centre, centre)
      var (distances, projections) = ([Double](), [Double]())
      for row in rows.isEmpty ? all : rows {
        data.features.withRow(row) { x in
          distances.append(dot(x, x) - 2 * dot(x, centre) + squaredNorm)
          projections.append(abs(dot(x, direction) - offset))
        }
      }
      return Side(
        centre: centre, squaredNorm: squaredNorm,
        squaredRadius: quantile(distances.sorted(), percentile),
        slab: quantile(projections.sorted(), percentile), offset: offset)
    }
  }

  /// Whether a row lies in the region.
  public func contains(_ features: UnsafeBufferPointer<Double>, target: Double) -> Bool {
    contains(place(of: Array(features)), target: target)
  }

  func place(of row: [Double]) -> Place {
    let features = shares?.row(row) ?? row
    return Place(
      squaredNorm: dot(features, features), low: dot(features, sides[0].centre),
      high: dot(features, sides[1].centre), along: dot(features, direction))
  }

  /// The place after one feature changes, in O(1).
  func moved(_ place: Place, _ features: [Double], _ change: (column: Int, by: Double)) -> Place {
    let column = change.column
    let value = shares?.share(features[column], column: column) ?? features[column]
    let by = shares?.change(change.by, column: column) ?? change.by
    return Place(
      squaredNorm: place.squaredNorm + by * (2 * value + by),
      low: place.low + by * sides[0].centre[column], high: place.high + by * sides[1].centre[column],
      along: place.along + by * direction[column])
  }

  func contains(_ place: Place, target: Double) -> Bool {
    guard targets.contains(target) else { return false }
    let side = target <= median ? sides[0] : sides[1]
    let product = target <= median ? place.low : place.high
    return place.squaredNorm - 2 * product + side.squaredNorm <= side.squaredRadius + 1e-12
      && abs(place.along - side.offset) <= side.slab + 1e-12
  }
}

/// The linearly interpolated quantile of ascending values (Hyndman and Fan 1996, type 7, as NumPy's default).
public func quantile(_ sorted: [Double], _ probability: Double) -> Double {
  precondition(!sorted.isEmpty, "a quantile of nothing")
  let position = Double(sorted.count - 1) * min(max(probability, 0), 1)
  let lower = Int(position)
  let upper = min(lower + 1, sorted.count - 1)
  return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
}
