import Querying
import Tabular

/// What changes along one column when the other columns of a query stay as they are.
enum ColumnSplits: Sendable {
  /// Pieces of a column of numbers, ascending, of which neighbours answer differently.
  case pieces([Piece])
  /// Levels that answer the same, in the order of their first level.
  case groups([Group])

  /// Numbers above `lower` and at most `upper`.
  struct Piece: Sendable {
    var lower: Double
    var upper: Double
    /// Its smallest and largest number on the grid; both were asked about.
    var first: Double
    var last: Double
    let reply: TreeReply
  }

  /// Some levels of a category.
  struct Group: Sendable {
    var levels: [Int]
    let reply: TreeReply
  }
}

/// LINE SEARCH and CATEGORY SPLIT of Tramèr et al. (2016), section 4.2, on several columns at once.
///
/// The searches of different columns do not depend on one another, so each step of all of them is one request. The
/// queries are those of the paper. A threshold between two ends with the same answer is not found. If thresholds of
/// other lines are used again, a piece is halved on both sides of one of them as long as there are any inside.
struct LineSearch {
  let grid: SearchGrid

  private struct Gap {
    let column: Int
    let low: (multiple: Int, reply: TreeReply)
    let high: (multiple: Int, reply: TreeReply)
  }

  /// Two neighbours on the grid that answer differently.
  private struct Threshold {
    let below: (multiple: Int, reply: TreeReply)
    let above: (multiple: Int, reply: TreeReply)
  }

  /// Looks along `columns` from `query` on, within `region`; columns that can hold only one value are left out.
  func splits(
    of query: [Double], along columns: [Int], in region: QueryRegion, _ probe: inout TreeProbe
  ) async throws -> [Int: ColumnSplits] {
    func changed(_ column: Int, _ value: Double) -> [Double] {
      var row = query
      row[column] = value
      return row
    }
    var (rows, levels, ends) = ([[Double]](), [Int: [Int]](), [Int: (low: Int, high: Int)]())
    for column in columns {
      if grid.inputs[column].isNumber {
        guard let range = grid.multiples(column, in: region), range.low < range.high else { continue }
        ends[column] = range
        rows.append(changed(column, grid.value(range.low, column: column)))
        rows.append(changed(column, grid.value(range.high, column: column)))
      } else {
        let allowed = region.levels(column)
        guard allowed.count > 1 else { continue }
        levels[column] = allowed
        rows += allowed.map { changed(column, Double($0)) }
      }
    }
    let replies = try await probe.ask(rows)
    var (result, gaps, next) = ([Int: ColumnSplits](), [Gap](), 0)
    for column in columns {
      if let allowed = levels[column] {
        result[column] = .groups(groups(allowed, Array(replies[next..<next + allowed.count])))
        next += allowed.count
      } else if let range = ends[column] {
        gaps.append(
          Gap(column: column, low: (range.low, replies[next]), high: (range.high, replies[next + 1])))
        next += 2
      }
    }
    let thresholds = try await narrow(gaps, changed, &probe)
    for gap in gaps { result[gap.column] = .pieces(pieces(gap, thresholds[gap.column] ?? [])) }
    return result
  }

  /// Halves all gaps until their ends are neighbours.
  private func narrow(
    _ gaps: [Gap], _ changed: (Int, Double) -> [Double], _ probe: inout TreeProbe
  ) async throws -> [Int: [Threshold]] {
    var thresholds: [Int: [Threshold]] = [:]
    var open = gaps.filter { $0.low.reply.name != $0.high.reply.name }
    while !open.isEmpty {
      for gap in open where gap.high.multiple - gap.low.multiple <= 1 {
        thresholds[gap.column, default: []].append(Threshold(below: gap.low, above: gap.high))
        probe.note(threshold: gap.low.multiple, column: gap.column)
      }
      open.removeAll { $0.high.multiple - $0.low.multiple <= 1 }
      let marks = open.map { self.marks(in: $0, probe) }
      let replies = try await probe.ask(
        zip(open, marks).flatMap { gap, marks in
          marks.map { changed(gap.column, grid.value($0, column: gap.column)) }
        })
      var (halves, next) = ([Gap](), 0)
      for (gap, marks) in zip(open, marks) {
        var low = gap.low
        for mark in marks {
          let high = (multiple: mark, reply: replies[next])
          halves.append(Gap(column: gap.column, low: low, high: high))
          (low, next) = (high, next + 1)
        }
        halves.append(Gap(column: gap.column, low: low, high: gap.high))
      }
      open = halves.filter { $0.low.reply.name != $0.high.reply.name }
    }
    return thresholds
  }

  /// Where a gap is cut: on both sides of a threshold that is known from elsewhere, or in the middle.
  private func marks(in gap: Gap, _ probe: TreeProbe) -> [Int] {
    let (low, high) = (gap.low.multiple, gap.high.multiple)
    guard let known = probe.threshold(gap.column, from: low, to: high) else { return [(low + high) >> 1] }
    return [known, known + 1].filter { low < $0 && $0 < high }
  }

  private func pieces(_ gap: Gap, _ thresholds: [Threshold]) -> [ColumnSplits.Piece] {
    let sorted = thresholds.sorted { $0.below.multiple < $1.below.multiple }
    func value(_ multiple: Int) -> Double { grid.value(multiple, column: gap.column) }
    var (pieces, lower) = ([ColumnSplits.Piece](), -Double.infinity)
    var first = gap.low
    for threshold in sorted {
      let end = value(threshold.below.multiple)
      pieces.append(
        .init(
          lower: lower, upper: end, first: value(first.multiple), last: end, reply: threshold.below.reply))
      lower = end
      first = threshold.above
    }
    pieces.append(
      .init(
        lower: lower, upper: .infinity, first: value(first.multiple), last: value(gap.high.multiple),
        reply: first.reply))
    return pieces
  }

  private func groups(_ levels: [Int], _ replies: [TreeReply]) -> [ColumnSplits.Group] {
    var (groups, places) = ([ColumnSplits.Group](), [LeafName: Int]())
    for (level, reply) in zip(levels, replies) {
      if let place = places[reply.name] {
        groups[place].levels.append(level)
      } else {
        places[reply.name] = groups.count
        groups.append(.init(levels: [level], reply: reply))
      }
    }
    return groups
  }
}
