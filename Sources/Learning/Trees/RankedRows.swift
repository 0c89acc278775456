import LinearAlgebra

/// The rows of the nodes of one tree, and the order of one feature in one node, which is sorted when it is asked for.
///
/// Every node owns a stretch of places in one list of rows. Statistics know a row by its place. Two orders are held: that of
/// the feature at work, and the best one so far.
struct RankedRows: Sendable {
  /// A feature of a stretch; the feature is -1 where there is none.
  private struct Held {
    var feature = -1
    var start = 0
    var count = 0
  }

  /// What is known of the ranks of one feature in one node.
  struct Spread {
    /// The least rank.
    var low = UInt32.max
    /// The largest rank.
    var top: UInt32 = 0
    /// The largest rank of a value that is not missing, plus 1; 0 where all are missing.
    var end: UInt32 = 0

    /// Whether a feature can tell rows of the node apart.
    func varies(_ missing: DecisionTree.MissingPolicy) -> Bool {
      guard top == SortedFeatures.missingRank else { return low != top }
      if low == SortedFeatures.missingRank { return false }
      return missing == .learned || low != end - 1
    }
  }

  private struct State {
    /// What was gathered last, without a feature.
    var gathered = Held()
    /// How many features were.
    var batch = 0
    var orders = (Held(), Held())
    /// Which of the two orders must not be written over.
    var kept = 0
  }

  let rowCount: Int
  private let featureCount: Int
  private let allRows: Int
  nonisolated(unsafe) private let byFeature: UnsafePointer<UInt32>
  nonisolated(unsafe) private let byRow: UnsafePointer<UInt32>
  /// The row at every place.
  nonisolated(unsafe) let list: UnsafeMutablePointer<UInt32>
  /// The places of the two orders, one behind the other.
  nonisolated(unsafe) let rows: UnsafeMutablePointer<UInt32>
  /// The ranks there.
  nonisolated(unsafe) let ranks: UnsafeMutablePointer<UInt32>
  /// Room for one number a place.
  nonisolated(unsafe) let room: UnsafeMutablePointer<UInt64>
  /// Ranks and places that were gathered, one feature behind the other.
  nonisolated(unsafe) private let keys: UnsafeMutablePointer<UInt64>
  /// The features of those.
  nonisolated(unsafe) private let batch: UnsafeMutablePointer<(feature: Int, spread: Spread)>
  nonisolated(unsafe) private let counts: UnsafeMutablePointer<UInt32>
  nonisolated(unsafe) private let state: UnsafeMutablePointer<State>

  /// The most bits of a digit in sorting.
  private static let digit = 12
  /// The most features that are gathered at once.
  private static let batchSize = 16

  /// The rows of `list`, in ascending order, which the growth of one tree reorders.
  /// The pointers must live longer than this value, which ends with ``deallocate()``.
  ///
  /// Nil without rows or features.
  init?(
    _ features: RankedFeatures, byFeature: UnsafeBufferPointer<UInt32>,
    byRow: UnsafeBufferPointer<UInt32>,
    list: UnsafeMutableBufferPointer<UInt32>
  ) {
    guard let byFeature = byFeature.baseAddress, let byRow = byRow.baseAddress,
      let rows = list.baseAddress
    else { return nil }
    rowCount = list.count
    featureCount = features.featureCount
    allRows = features.rowCount
    (self.byFeature, self.byRow) = (byFeature, byRow)
    let capacity = list.count
    self.list = rows
    self.rows = .allocate(capacity: 2 * capacity)
    ranks = .allocate(capacity: 2 * capacity)
    room = .allocate(capacity: capacity)
    // One feature of many rows, or several of few.
    keys = .allocate(capacity: max(capacity, Self.batchSize * (allRows / 8)))
    batch = .allocate(capacity: Self.batchSize)
    counts = .allocate(capacity: 1 << Self.digit)
    state = .allocate(capacity: 1)
    state.initialize(to: State())
  }

  func deallocate() {
    rows.deallocate()
    ranks.deallocate()
    room.deallocate()
    keys.deallocate()
    batch.deallocate()
    counts.deallocate()
    state.deallocate()
  }
}

extension RankedRows {
  /// Where the order of a feature in a stretch begins in ``rows`` and ``ranks``; it is sorted unless it is held.
  func base(_ feature: Int, _ start: Int, _ count: Int) -> Int {
    func isHeld(_ held: Held) -> Bool {
      held.feature == feature && held.start == start && held.count == count
    }
    if isHeld(state.pointee.orders.0) { return 0 }
    if isHeld(state.pointee.orders.1) { return rowCount }
    let place = gathered(feature, start, count) ?? gather(CollectionOfOne(feature), start, count)
    let free = 1 - state.pointee.kept
    sort(keys + place * count, count, batch[place].spread, to: free * rowCount)
    let held = Held(feature: feature, start: start, count: count)
    if free == 0 { state.pointee.orders.0 = held } else { state.pointee.orders.1 = held }
    return free * rowCount
  }

  /// Keeps the order that was sorted last until another one is kept.
  func keep(_ base: Int) { state.pointee.kept = base == 0 ? 0 : 1 }

  /// What the ranks of the first of some features in a stretch are; the others are likely to be asked for next.
  func spread(_ features: ArraySlice<Int>, _ start: Int, _ count: Int) -> Spread {
    let place =
      gathered(features[features.startIndex], start, count) ?? gather(features, start, count)
    return batch[place].spread
  }

  /// Where a feature of a stretch stands among those that were gathered last.
  private func gathered(_ feature: Int, _ start: Int, _ count: Int) -> Int? {
    guard state.pointee.gathered.start == start, state.pointee.gathered.count == count else {
      return nil
    }
    return (0..<state.pointee.batch).first { batch[$0].feature == feature }
  }

  /// Reads the ranks of some features in a stretch, each with its place; of at least the first.
  private func gather(_ features: some Collection<Int>, _ start: Int, _ count: Int) -> Int {
    let list = list + start
    state.pointee.gathered = Held(start: start, count: count)
    state.pointee.batch = 0
    let isDense = 8 * count > allRows
    for feature in features.prefix(isDense ? 1 : Self.batchSize) {
      batch[state.pointee.batch] = (feature, Spread())
      state.pointee.batch += 1
    }
    let number = state.pointee.batch
    // Where the rows stand close together, those of one feature share lines of the cache, else the features of one row.
    if isDense {
      let column = byFeature + batch[0].feature * allRows
      for place in 0..<count {
        keys[place] =
          UInt64(column[Int(list[place])]) << 32 | UInt64(truncatingIfNeeded: start + place)
      }
    } else {
      for place in 0..<count {
        let row = byRow + Int(list[place]) * featureCount
        for index in 0..<number {
          keys[index * count + place] =
            UInt64(row[batch[index].feature]) << 32 | UInt64(truncatingIfNeeded: start + place)
        }
      }
    }
    for index in 0..<number {
      var spread = Spread()
      for place in index * count..<(index + 1) * count {
        let rank = UInt32(truncatingIfNeeded: keys[place] >> 32)
        spread.low = min(spread.low, rank)
        spread.top = max(spread.top, rank)
        spread.end = max(spread.end, rank &+ 1)
      }
      batch[index].spread = spread
    }
    return 0
  }

  /// Sorts keys by rank, then place; the keys are used up.
  private func sort(
    _ keys: UnsafeMutablePointer<UInt64>, _ count: Int, _ spread: Spread, to base: Int
  ) {
    // Missing values come behind all others.
    let bits = 32 - (min(spread.top, spread.end) &- spread.low).leadingZeroBitCount
    let most = min(Self.digit, Int.bitWidth - count.leadingZeroBitCount + 1)
    if count <= 40 {
      insertionSort(keys, count, to: base)
    } else if bits <= most {
      distribute(keys, count, spread, shift: 0, digit: bits) { place, key in put(base + place, key)
      }
    } else if count > 2 << Self.digit
      || !bucketSort(keys, count, spread, shift: bits - most, digit: most, to: base)
    {
      digitSort(keys, count, spread, bits, to: base)
    }
  }

  @inline(__always)
  private func put(_ place: Int, _ key: UInt64) {
    rows[place] = UInt32(truncatingIfNeeded: key)
    ranks[place] = UInt32(truncatingIfNeeded: key >> 32)
  }

  private func insertionSort(_ keys: UnsafeMutablePointer<UInt64>, _ count: Int, to base: Int) {
    for place in 0..<count {
      let key = keys[place]
      var hole = place
      while hole > 0, keys[hole - 1] > key {
        keys[hole] = keys[hole - 1]
        hole -= 1
      }
      keys[hole] = key
    }
    for place in 0..<count { put(base + place, keys[place]) }
  }

  /// Sorts by the highest digit, which leaves little to do where ranks are spread evenly; false, and nothing done, where
  /// many would share a digit.
  private func bucketSort(
    _ keys: UnsafeMutablePointer<UInt64>, _ count: Int, _ spread: Spread, shift: Int, digit: Int,
    to base: Int
  ) -> Bool {
    let done = distribute(keys, count, spread, shift: shift, digit: digit, most: 24) {
      room[$0] = $1
    }
    if done { insertionSort(room, count, to: base) }
    return done
  }

  /// Sorts by all digits, the lowest first.
  private func digitSort(
    _ keys: UnsafeMutablePointer<UInt64>, _ count: Int, _ spread: Spread, _ bits: Int, to base: Int
  ) {
    let most = min(Self.digit - 1, Int.bitWidth - count.leadingZeroBitCount)
    let passes = (bits + most - 1) / most
    let digit = (bits + passes - 1) / passes
    var (from, to) = (keys, room)
    for pass in 0..<passes - 1 {
      distribute(from, count, spread, shift: pass * digit, digit: digit) { to[$0] = $1 }
      swap(&from, &to)
    }
    distribute(from, count, spread, shift: (passes - 1) * digit, digit: digit) {
      put(base + $0, $1)
    }
  }

  /// Gives every key its place in the order of one digit; false, and none is given, where more than `most` share one.
  @inline(__always) @discardableResult
  private func distribute(
    _ keys: UnsafeMutablePointer<UInt64>, _ count: Int, _ spread: Spread, shift: Int, digit: Int,
    most: UInt32 = .max, _ put: (_ place: Int, _ key: UInt64) -> Void
  ) -> Bool {
    let (low, end, shift, counts) = (spread.low, spread.end, UInt32(shift), counts)
    let mask = UInt32(1) << UInt32(digit) &- 1
    @inline(__always)
    func value(_ key: UInt64) -> Int {
      Int((min(UInt32(truncatingIfNeeded: key >> 32), end) &- low) &>> shift & mask)
    }
    counts.update(repeating: 0, count: 1 << digit)
    for place in 0..<count { counts[value(keys[place])] &+= 1 }
    var (sum, largest): (UInt32, UInt32) = (0, 0)
    for index in 0..<(1 << digit) {
      largest = max(largest, counts[index])
      (counts[index], sum) = (sum, sum &+ counts[index])
    }
    guard largest <= most else { return false }
    for place in 0..<count {
      let key = keys[place]
      let value = value(key)
      put(Int(counts[value]), key)
      counts[value] &+= 1
    }
    return true
  }

  /// Puts the numbers of a stretch into the order of their places.
  @inline(__always)
  static func reorder<Number: BitwiseCopyable>(
    _ numbers: UnsafeMutablePointer<Number>, from start: Int, _ places: UnsafeBufferPointer<UInt32>,
    room: UnsafeMutablePointer<UInt64>
  ) {
    precondition(MemoryLayout<Number>.stride <= MemoryLayout<UInt64>.stride)
    room.withMemoryRebound(to: Number.self, capacity: places.count) { room in
      for (index, place) in places.enumerated() { room[index] = numbers[Int(place)] }
      (numbers + start).update(from: room, count: places.count)
    }
  }
}
