/// Gathers ``Moments`` from blocks of rows that come one after the other, for data beyond memory.
///
/// ```swift
/// var accumulator = MomentAccumulator(columns: 12, workers: 2)
/// while let block = try reader.next() {
///   try accumulator.add(features: block.features, target: block.target)
/// }
/// let moments = try accumulator.moments()
/// ```
///
/// Rows are regrouped into chunks of a fixed size whose moments are combined in order, so that the bits of
/// the result depend on the rows and their order, neither on the blocks nor on the number of workers.
public struct MomentAccumulator: Sendable {
  /// Rows per chunk: a multiple of the tile that fits in the cache, small enough to share out evenly.
  static let chunkRows = 21 * MomentChunk.tileRows

  /// Number of features.
  public let columns: Int
  /// Threads to use.
  public let workers: Int
  private var total: Moments
  private var pendingFeatures: [Double] = []
  private var pendingTarget: [Double] = []
  private var pendingWeights: [Double]?

  /// An accumulator for rows of the given number of features.
  public init(columns: Int, workers: Int = 1) {
    precondition(workers >= 1, "at least one worker")
    self.columns = columns
    self.workers = workers
    total = Moments(columns: columns)
  }

  /// Adds rows. After an error the accumulator holds an unknown part of the block; do not use it further.
  ///
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)``, with the row counted from the first ever added
  ///   and the target as the column after the last; ``LinearAlgebraError/invalidWeight(row:)``,
  ///   ``LinearAlgebraError/overflow(what:)``. Errors may come with a later call.
  public mutating func add(
    features: Matrix, target: [Double], weights: [Double]? = nil
  ) throws(LinearAlgebraError) {
    precondition(features.columns == columns, "\(features.columns) columns added to \(columns)")
    precondition(features.rows == target.count, "\(features.rows) rows and \(target.count) targets")
    precondition(weights.map { $0.count == target.count } ?? true, "one weight per row")
    var start = 0
    if !pendingTarget.isEmpty {
      start = Swift.min(Self.chunkRows - pendingTarget.count, target.count)
      keep(features, target, weights, 0..<start)
      guard pendingTarget.count == Self.chunkRows else { return }
      total.mergeUpperTriangle(try pendingMoments())
      pendingFeatures.removeAll(keepingCapacity: true)
      pendingTarget.removeAll(keepingCapacity: true)
      pendingWeights = nil
    }
    let chunks = (target.count - start) / Self.chunkRows
    try addChunks(features, target, weights, from: start, count: chunks)
    keep(features, target, weights, (start + chunks * Self.chunkRows)..<target.count)
  }

  /// The moments of all rows so far.
  public func moments() throws(LinearAlgebraError) -> Moments {
    var result = total
    result.mergeUpperTriangle(try pendingMoments())
    result.scatter.mirrorUpperTriangle()
    return result
  }

  /// Adds whole chunks without copying them, in waves that bound the memory for their moments.
  private mutating func addChunks(
    _ features: Matrix, _ target: [Double], _ weights: [Double]?, from start: Int, count: Int
  ) throws(LinearAlgebraError) {
    let wave = Swift.max(8, Swift.min(64, (1 << 24) / Swift.max(columns * columns, 1)))
    for first in stride(from: 0, to: count, by: wave) {
      let before = total.rowCount
      let results = concurrently(Swift.min(wave, count - first), workers: workers) { index in
        let top = start + (first + index) * Self.chunkRows
        return MomentChunk.result(
          features, target, weights, top..<top + Self.chunkRows, number: before + index * Self.chunkRows)
      }
      for result in results { total.mergeUpperTriangle(try result.get()) }
    }
  }

  /// Copies rows to those that wait for their chunk to fill.
  private mutating func keep(
    _ features: Matrix, _ target: [Double], _ weights: [Double]?, _ range: Range<Int>
  ) {
    if weights != nil || pendingWeights != nil {
      var joined = pendingWeights ?? [Double](repeating: 1, count: pendingTarget.count)
      joined += weights.map { Array($0[range]) } ?? [Double](repeating: 1, count: range.count)
      pendingWeights = joined
    }
    pendingFeatures += features.elements[range.lowerBound * columns..<range.upperBound * columns]
    pendingTarget += target[range]
  }

  private func pendingMoments() throws(LinearAlgebraError) -> Moments {
    let rows = pendingTarget.count
    let features = Matrix(rows: rows, columns: columns, elements: pendingFeatures)
    return try MomentChunk.result(
      features, pendingTarget, pendingWeights, 0..<rows, number: total.rowCount
    ).get()
  }
}
