import LinearAlgebra

extension TreeGrowth {
  /// Room for the division of one stretch.
  struct Room: Sendable {
    nonisolated(unsafe) let rows: UnsafeMutablePointer<UInt32>
    nonisolated(unsafe) let ranks: UnsafeMutablePointer<UInt32>

    init(_ count: Int) {
      rows = .allocate(capacity: max(count, 1))
      ranks = .allocate(capacity: max(count, 1))
    }

    func deallocate() {
      rows.deallocate()
      ranks.deallocate()
    }
  }

  /// The two segments that a split makes, or nil if it decreases the impurity by too little.
  ///
  /// Rows without a value take their side, or belong to neither if they stay at the node.
  func children(_ segment: Segment, _ split: Split) -> (left: Segment, right: Segment)? {
    let gaps = split.present..<segment.count
    let stay = missing != .learned
    var sums = [Double](repeating: 0, count: target.sumCount)
    var count = split.places.count
    add(split.places, segment, split, to: &sums)
    if split.missingGoesLeft {
      count += gaps.count
      add(gaps, segment, split, to: &sums)
    }
    var rest = zip(segment.sums, sums).map { $0 - $1 }
    if !target.hasExactSums || (stay && !gaps.isEmpty) {
      // A difference would leave a little of classes that all went left, or less than nothing.
      rest = [Double](repeating: 0, count: target.sumCount)
      add(0..<split.places.lowerBound, segment, split, to: &rest)
      add(split.places.upperBound..<split.present, segment, split, to: &rest)
      if !stay, !split.missingGoesLeft { add(gaps, segment, split, to: &rest) }
    }
    let staying = stay ? gaps.count : 0
    let left = Segment(
      start: segment.start, count: count, depth: segment.depth + 1, path: segment.path &* 2, sums: sums,
      impurity: target.impurity(sums))
    let right = Segment(
      start: segment.start + count, count: segment.count - count - staying, depth: segment.depth + 1,
      path: segment.path &* 2 &+ 1, sums: rest, impurity: target.impurity(rest))
    guard decrease(segment, left, right) + 2.3e-16 >= limits.minimumImpurityDecrease else { return nil }
    return (left, right)
  }

  /// Adds the rows at some places in the order of the split's feature to sums.
  private func add(
    _ places: Range<Int>, _ segment: Segment, _ split: Split, to sums: inout [Double]
  ) {
    let base = base(split.feature, segment)
    for place in places { target.add(Int(rows[base + place]), to: &sums) }
  }

  /// The decrease of the impurity by a split, weighted by the share of the node. Rows that stay at the node decrease
  /// nothing.
  func decrease(_ node: Segment, _ left: Segment, _ right: Segment) -> Double {
    let (leftWeight, rightWeight) = (target.weight(left.sums), target.weight(right.sums))
    var (weight, impurity) = (target.weight(node.sums), node.impurity)
    if left.count + right.count < node.count {
      weight = leftWeight + rightWeight
      impurity = target.impurity(zip(left.sums, right.sums).map { $0 + $1 })
    }
    guard weight > 0, totalWeight > 0 else { return 0 }
    let inner = leftWeight / weight * left.impurity + rightWeight / weight * right.impurity
    return weight / totalWeight * (impurity - inner)
  }

  /// Which parts of a divided stretch are read again. The other one is left in disorder, since what holds for all rows of a
  /// final node is known from its sums.
  enum Kept {
    case left, right, both
  }

  /// Divides the stretch of every feature into the rows that go left and those that go right, in their order; rows that
  /// stay at the node are left behind them.
  func divide(_ segment: Segment, _ split: Split, keeping kept: Kept = .both, rooms: [Room]) {
    let base = base(split.feature, segment)
    if let ranked { return divide(segment, split, base, ranked, room: rooms[0]) }
    var count = segment.count
    if missing != .learned, split.present < count {
      for place in 0..<count { side[Int(rows[base + place])] = place < split.present ? 1 : 0 }
      divideAll(segment.start, count, keeping: .left, rooms: rooms)
      count = split.present
    }
    for place in 0..<count {
      let isLeft = split.places.contains(place) || (split.missingGoesLeft && place >= split.present)
      side[Int(rows[base + place])] = isLeft ? 1 : 0
    }
    divideAll(segment.start, count, keeping: kept, rooms: rooms)
  }

  /// Divides the one list of rows, with what the target knows of them: rows that go left, those that go right, those that
  /// stay, each in their order.
  private func divide(
    _ segment: Segment, _ split: Split, _ base: Int, _ ranked: RankedRows, room: Room
  ) {
    let (count, stays) = (segment.count, missing != .learned)
    let (rows, side) = (rows + base, side)
    for place in 0..<count {
      let isMissing = place >= split.present
      let isLeft = isMissing ? split.missingGoesLeft : split.places.contains(place)
      side[Int(rows[place])] = isMissing && stays ? 2 : isLeft ? 0 : 1
    }
    var starts = (0, 0, 0)
    for place in segment.start..<segment.start + count {
      starts.1 += side[place] == 0 ? 1 : 0
      starts.2 += side[place] < 2 ? 1 : 0
    }
    let order = room.rows
    for place in segment.start..<segment.start + count {
      let number = UInt32(truncatingIfNeeded: place)
      switch side[place] {
      case 0:
        order[starts.0] = number
        starts.0 += 1
      case 1:
        order[starts.1] = number
        starts.1 += 1
      default:
        order[starts.2] = number
        starts.2 += 1
      }
    }
    let places = UnsafeBufferPointer(start: order, count: count)
    RankedRows.reorder(ranked.list, from: segment.start, places, room: ranked.room)
    target.reorder(from: segment.start, places, room: ranked.room)
  }

  private func divideAll(_ start: Int, _ count: Int, keeping kept: Kept, rooms: [Room]) {
    let threads = count >= 4096 ? rooms.count : 1
    forEachConcurrently(threads, workers: threads) { worker in
      for feature in Swift.stride(from: worker, to: featureCount, by: threads) {
        let base = feature * stride + start
        switch kept {
        case .left: keepLeft(base, count)
        case .right: keepRight(base, count)
        case .both: divide(base, count, room: rooms[worker])
        }
      }
    }
  }

  /// Moves the rows that go left to the front.
  private func keepLeft(_ base: Int, _ count: Int) {
    let (rows, ranks, side) = (rows + base, ranks + base, side)
    var left = 0
    for place in 0..<count {
      let (row, rank) = (rows[place], ranks[place])
      rows[left] = row
      ranks[left] = rank
      left += Int(side[Int(row)])
    }
  }

  /// Moves the rows that go right to the end.
  private func keepRight(_ base: Int, _ count: Int) {
    let (rows, ranks, side) = (rows + base, ranks + base, side)
    var right = count - 1
    for place in Swift.stride(from: count - 1, through: 0, by: -1) {
      let (row, rank) = (rows[place], ranks[place])
      // Where the last write does not count, the place was read before or lies in the part that is not kept.
      rows[right] = row
      ranks[right] = rank
      right -= 1 - Int(side[Int(row)])
    }
  }

  private func divide(_ base: Int, _ count: Int, room: Room) {
    let (rows, ranks, side) = (rows + base, ranks + base, side)
    var (left, right) = (0, 0)
    for place in 0..<count {
      let (row, rank) = (rows[place], ranks[place])
      let isLeft = Int(side[Int(row)])
      // Both writes are harmless: the one that does not count is overwritten by the next.
      rows[left] = row
      ranks[left] = rank
      room.rows[right] = row
      room.ranks[right] = rank
      left += isLeft
      right += 1 - isLeft
    }
    (rows + left).update(from: room.rows, count: right)
    (ranks + left).update(from: room.ranks, count: right)
  }

  /// The test that a split stands for.
  func test(_ segment: Segment, _ split: Split) -> DecisionTree.Test {
    let base = base(split.feature, segment)
    func value(_ place: Int) -> Double {
      let row = Int(rows[base + place])
      return values[(ranked.map { Int($0.list[row]) } ?? row) * featureCount + split.feature]
    }
    if split.asksPresence { return .isPresent }
    if isCategorical[split.feature] { return .equals(value(split.places.lowerBound)) }
    let (below, above) = (value(split.places.upperBound - 1), value(split.places.upperBound))
    let middle = below / 2 + above / 2
    return .atMost(middle >= above || !middle.isFinite ? below : middle)
  }
}
