import LinearAlgebra

extension TreeGrowth {
  /// The split of the highest score, of equal ones that of the feature tried first and there the first place.
  func bestSplit(_ segment: Segment, workers: Int) -> Split? {
    guard segment.count >= 4096, workers > 1, ranked == nil else {
      return target.withStatistics(segment.sums) { statistics in
        var best: Split?
        forEachCandidate(segment) { feature in
          guard let found = split(&statistics, feature, segment, above: best?.score) else { return }
          best = found
          if let ranked { ranked.keep(base(feature, segment)) }
        }
        return best
      }
    }
    var order: [Int] = []
    forEachCandidate(segment) { order.append($0) }
    var found = [Split?](repeating: nil, count: order.count)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      forEachConcurrently(order.count, workers: min(workers, order.count)) { [order] place in
        found[place] = target.withStatistics(segment.sums) {
          split(&$0, order[place], segment, above: nil)
        }
      }
    }
    return found.reduce(nil) { best, next in
      guard let next else { return best }
      return next.score > best?.score ?? -.infinity ? next : best
    }
  }

  /// The best split by one feature, if its score is above another one.
  private func split(
    _ statistics: inout Target.Statistics, _ feature: Int, _ segment: Segment, above least: Double?
  ) -> Split? {
    let present = present(segment, feature)
    statistics.begin()
    guard present == segment.count else {
      return bestWithGaps(&statistics, feature, segment, present: present, above: least)
    }
    return division(&statistics, feature, segment, present: present, above: least).map { found in
      Split(
        feature: feature, score: found.score, places: found.places, present: present,
        missingGoesLeft: missing == .learned && 2 * found.places.count > segment.count,
        asksPresence: false)
    }
  }

  /// The best division of rows some of which lack the feature.
  ///
  /// Under ``DecisionTree/MissingPolicy/learned`` they are tried on the right, alone on the right, and on the left, as
  /// scikit-learn does; else they stay at the node and neither gain nor lose.
  private func bestWithGaps(
    _ statistics: inout Target.Statistics, _ feature: Int, _ segment: Segment, present: Int,
    above least: Double?
  ) -> Split? {
    let base = base(feature, segment)
    let gaps = present..<segment.count
    guard missing == .learned else {
      let whole = statistics.rightScore
      for place in gaps { statistics.drop(Int(rows[base + place])) }
      let stays = whole - statistics.rightScore
      return division(&statistics, feature, segment, present: present, above: least.map { $0 - stays }).map {
        Split(
          feature: feature, score: $0.score + stays, places: $0.places, present: present,
          missingGoesLeft: false, asksPresence: false)
      }
    }
    var best: Split?
    func consider(_ found: (score: Double, places: Range<Int>)?, goesLeft: Bool, asksPresence: Bool = false) {
      guard let found, found.score > best?.score ?? least ?? -.infinity else { return }
      best = Split(
        feature: feature, score: found.score, places: found.places, present: present,
        missingGoesLeft: goesLeft, asksPresence: asksPresence)
    }
    consider(
      division(&statistics, feature, segment, present: present, right: gaps.count, above: least),
      goesLeft: false)
    if min(present, gaps.count) >= limits.minimumLeafRows {
      statistics.begin()
      for place in 0..<present { statistics.move(Int(rows[base + place])) }
      consider((statistics.score, 0..<present), goesLeft: false, asksPresence: true)
    }
    statistics.begin()
    for place in gaps { statistics.move(Int(rows[base + place])) }
    statistics.mark()
    consider(
      division(
        &statistics, feature, segment, present: present, left: gaps.count, above: best?.score ?? least),
      goesLeft: true)
    return best
  }

  /// The best division of the rows that have a value.
  ///
  /// - Parameters:
  ///   - left: rows without a value that stand left throughout.
  ///   - right: rows without a value that stand right throughout.
  private func division(
    _ statistics: inout Target.Statistics, _ feature: Int, _ segment: Segment, present: Int, left: Int = 0,
    right: Int = 0, above least: Double?
  ) -> (score: Double, places: Range<Int>)? {
    let base = base(feature, segment)
    let least = least ?? -.infinity
    return isCategorical[feature]
      ? categories(&statistics, base, present, left, right, above: least)
      : thresholds(&statistics, base, present, left, right, above: least)
  }

  /// The best division into low and high values.
  private func thresholds(
    _ statistics: inout Target.Statistics, _ base: Int, _ present: Int, _ left: Int, _ right: Int,
    above least: Double
  ) -> (score: Double, places: Range<Int>)? {
    let (rows, ranks) = (rows + base, ranks + base)
    var (best, end) = (least, 0)
    let (first, last) = (limits.minimumLeafRows - left, present + right - limits.minimumLeafRows)
    guard first <= last else { return nil }
    var rank = ranks[0]
    for place in 1..<present {
      statistics.move(Int(rows[place - 1]))
      let next = ranks[place]
      guard next != rank else { continue }
      rank = next
      if place >= first, place <= last {
        let score = statistics.score
        if score > best { (best, end) = (score, place) }
      }
    }
    return end > 0 ? (best, 0..<end) : nil
  }

  /// The best division into one category and the rest.
  private func categories(
    _ statistics: inout Target.Statistics, _ base: Int, _ present: Int, _ left: Int, _ right: Int,
    above least: Double
  ) -> (score: Double, places: Range<Int>)? {
    let fewest = limits.minimumLeafRows
    var (best, places) = (least, 0..<0)
    var start = 0
    while start < present {
      var end = start
      while end < present, ranks[base + end] == ranks[base + start] {
        statistics.move(Int(rows[base + end]))
        end += 1
      }
      let inside = end - start
      if inside < present, inside + left >= fewest, present - inside + right >= fewest {
        let score = statistics.score
        if score > best { (best, places) = (score, start..<end) }
      }
      statistics.restart()
      start = end
    }
    return places.isEmpty ? nil : (best, places)
  }
}
