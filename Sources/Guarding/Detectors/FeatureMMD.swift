import Statistics
import Learning
import LinearAlgebra
public import Methods
import Querying
import RealModule

/// A two-sample test in a stream: the maximum mean discrepancy of the last `window` queries and honest ones.
///
/// The kernel is a Gaussian whose width is the median distance of honest queries, in `dimensions` random features; then
/// the squared discrepancy is `‖mean of the window − mean of the honest‖²`, and one query costs O(`dimensions`). One
/// half of the honest queries gives the mean, the other the largest discrepancy of `sequences` windows, beyond which the
/// alarm is raised. The score is the discrepancy in units of that. Memory: `window` × `dimensions` numbers a client.
///
/// - Source: Gretton, Borgwardt, Rasch, Schölkopf, Smola, "A kernel two-sample test", JMLR 13 (2012); Rahimi and Recht,
///   "Random features for large-scale kernel machines", NIPS 2007.
public struct FeatureMMD: QueryDetector {
  public static let card = MethodCard(
    id: "mmd", family: .queryDetector, title: "Maximum mean discrepancy",
    summary: "An alarm if recent queries come from another distribution than honest ones.",
    citation:
      "Gretton et al., A kernel two-sample test, JMLR 2012; Rahimi and Recht, Random features, NIPS 2007",
    needs: "at least two queries of honest users for each place of the window", taxonomy: .queryDetection)

  public static let settings: [Setting<Self>] = [
    .init("window", \.window, "queries that are compared", in: 5...),
    .init("dimensions", \.dimensions, "random features", in: 8...),
    .init("sequences", \.sequences, "windows of honest queries to calibrate on", in: 10...),
    .init("margin", \.margin, "factor on the largest honest discrepancy", in: .above(0)),
  ]

  /// Queries that are compared.
  public var window = 50
  /// Random features.
  public var dimensions = 128
  /// Windows of honest queries to calibrate on.
  public var sequences = 2000
  /// Factor on the largest honest discrepancy.
  public var margin = 1.5

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedDetector {
    try context.requireBenign(Self.card, atLeast: 2 * window)
    let features = StreamFeatures(context.schema)
    let rows = features(context.benign)
    var random = RandomStream(seed: 0).child("mmd")
    let order = random.permutation(rows.rows)
    let map = RandomFeatures(rows.rows(at: Array(order.prefix(200))), dimensions: dimensions, using: &random)
    let reference = map(rows.rows(at: Array(order.prefix(rows.rows / 2)))).columnMeans()
    let held = map(rows.rows(at: Array(order.dropFirst(rows.rows / 2))))
    var largest = 0.0
    for _ in 0..<sequences {
      let sums = random.choiceWithReplacement(window, from: held.rows).reduce(
        into: [Double](repeating: 0, count: dimensions)
      ) {
        sums, row in held.withRow(row) { axpy(1, $0, into: &sums) }
      }
      largest = max(largest, sums.map { $0 / Double(window) }.squaredDistance(to: reference))
    }
    return StreamDetector(
      Monitor(
        features: features, map: map, reference: reference,
        threshold: max(margin * largest, .leastNormalMagnitude), window: window))
  }

  private struct Monitor: QueryMonitor {
    let features: StreamFeatures
    let map: RandomFeatures
    let reference: [Double]
    let threshold: Double
    let window: Int
    var recent: [[Double]] = []
    var next = 0

    init(
      features: StreamFeatures, map: RandomFeatures, reference: [Double], threshold: Double, window: Int
    ) {
      self.features = features
      self.map = map
      self.reference = reference
      self.threshold = threshold
      self.window = window
    }

    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      let row = features(query)
      let point = map(Matrix(rows: 1, columns: row.count, elements: row)).row(0)
      if recent.count < window {
        recent.append(point)
      } else {
        recent[next] = point
        next = (next + 1) % window
      }
      guard recent.count == window else { return DetectorReading(score: nil, isAlarm: false) }
      // Summed anew, so that rounding errors cannot pile up in a long stream.
      let sums = recent.reduce(into: [Double](repeating: 0, count: reference.count)) {
        axpy(1, $1, into: &$0)
      }
      let discrepancy = sums.map { $0 / Double(window) }.squaredDistance(to: reference)
      return DetectorReading(score: discrepancy / threshold, isAlarm: discrepancy > threshold)
    }
  }
}

/// Random Fourier features of a Gaussian kernel.
private struct RandomFeatures: Sendable {
  /// One column per feature.
  private let frequencies: Matrix
  private let phases: [Double]

  /// Features of a kernel as wide as the median distance of the sample's points.
  init(_ sample: Matrix, dimensions: Int, using random: inout RandomStream) {
    var distances: [Double] = []
    for left in 0..<sample.rows {
      for right in 0..<left { distances.append(sample.row(left).squaredDistance(to: sample.row(right))) }
    }
    let median = distances.isEmpty ? 1 : distances.orderStatistic(distances.count / 2).squareRoot()
    let width = median > 0 ? median : 1
    frequencies = Matrix(
      rows: sample.columns, columns: dimensions,
      elements: (0..<sample.columns * dimensions).map { _ in random.normal() / width })
    phases = (0..<dimensions).map { _ in random.uniform(0, 2 * .pi) }
  }

  func callAsFunction(_ points: Matrix) -> Matrix {
    var result = points.times(frequencies)
    let (rows, scale) = (result.rows, (2 / Double(phases.count)).squareRoot())
    result.withMutableElements { elements in
      for row in 0..<rows {
        for (column, phase) in phases.enumerated() {
          let place = row * phases.count + column
          elements[place] = scale * Double.cos(elements[place] + phase)
        }
      }
    }
    return result
  }
}
