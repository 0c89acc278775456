import LinearAlgebra

extension TreeGrowth {
  /// Grows the whole tree from the rows at places `0..<rowCount`.
  func grow() -> [Grown] {
    let root = Segment(
      start: 0, count: rowCount, depth: 0, path: 1, sums: rootSums,
      impurity: target.impurity(rootSums))
    let rooms = (0..<max(workers, 1)).map { _ in Room(rowCount) }
    defer { rooms.forEach { $0.deallocate() } }
    if let leaves = limits.maximumLeaves { return bestFirst(root, leaves: leaves, rooms: rooms) }
    guard workers > 1 else { return depthFirst(root, rooms: rooms, sparing: 0).nodes }
    return withSubtrees(root, rooms: rooms)
  }

  /// Grows below `root` in depth-first order, left before right. Nodes of at most `sparing` rows are left
  /// alone; their indices are returned.
  private func depthFirst(
    _ root: Segment, rooms: [Room], sparing: Int
  ) -> (nodes: [Grown], spared: [Int]) {
    var (nodes, spared) = ([Grown](), [Int]())
    var open: [(segment: Segment, parent: Int, isLeft: Bool)] = [(root, -1, true)]
    while let (segment, parent, isLeft) = open.popLast() {
      let index = nodes.count
      nodes.append(Grown(segment: segment))
      if parent >= 0 {
        if isLeft { nodes[parent].left = index } else { nodes[parent].right = index }
      }
      if isFinal(segment) { continue }
      if segment.count <= sparing {
        spared.append(index)
        continue
      }
      guard let split = bestSplit(segment, workers: rooms.count),
        let (left, right) = children(segment, split)
      else { continue }
      nodes[index].split = split
      nodes[index].test = test(segment, split)
      switch (isFinal(left), isFinal(right)) {
      case (true, true): break
      case (false, true): divide(segment, split, keeping: .left, rooms: rooms)
      case (true, false): divide(segment, split, keeping: .right, rooms: rooms)
      case (false, false): divide(segment, split, rooms: rooms)
      }
      open.append((right, index, false))
      open.append((left, index, true))
    }
    return (nodes, spared)
  }

  /// Grows the large nodes with all threads on one node, then the small ones with one thread each.
  private func withSubtrees(_ root: Segment, rooms: [Room]) -> [Grown] {
    let (top, spared) = depthFirst(root, rooms: rooms, sparing: max(rowCount / 16, 512))
    var grown = [[Grown]](repeating: [], count: spared.count)
    // The largest first, so that no thread is left with a large one at the end.
    let order = spared.indices.sorted {
      (-top[spared[$0]].segment.count, $0) < (-top[spared[$1]].segment.count, $1)
    }
    grown.withUnsafeMutableBufferPointer { grown in
      nonisolated(unsafe) let grown = grown
      forEachConcurrently(order.count, workers: workers) { place in
        let segment = top[spared[order[place]]].segment
        let room = Room(segment.count)
        defer { room.deallocate() }
        grown[order[place]] = depthFirst(segment, rooms: [room], sparing: 0).nodes
      }
    }
    return joined(top, spared, grown)
  }

  /// Puts the grown subtrees in the place of the nodes that were spared.
  private func joined(_ top: [Grown], _ spared: [Int], _ subtrees: [[Grown]]) -> [Grown] {
    var places = [Int](repeating: 0, count: top.count)
    var (next, position) = (0, 0)
    for index in top.indices {
      places[index] = next
      if position < spared.count, spared[position] == index {
        next += subtrees[position].count
        position += 1
      } else {
        next += 1
      }
    }
    var result: [Grown] = []
    result.reserveCapacity(next)
    position = 0
    for index in top.indices {
      if position < spared.count, spared[position] == index {
        let offset = places[index]
        for var node in subtrees[position] {
          if node.split != nil {
            node.left += offset
            node.right += offset
          }
          result.append(node)
        }
        position += 1
      } else {
        var node = top[index]
        if node.split != nil {
          node.left = places[node.left]
          node.right = places[node.right]
        }
        result.append(node)
      }
    }
    return result
  }

  /// A node that can be split, with what the split gains.
  private struct Candidate {
    let index: Int
    let split: Split
    let children: (left: Segment, right: Segment)
    let decrease: Double
  }

  /// Splits the node of the largest decrease until there are enough leaves.
  private func bestFirst(_ root: Segment, leaves: Int, rooms: [Room]) -> [Grown] {
    var nodes = [Grown(segment: root)]
    var frontier: [Candidate] = []
    func consider(_ index: Int) {
      let segment = nodes[index].segment
      guard !isFinal(segment), let split = bestSplit(segment, workers: rooms.count),
        let children = children(segment, split)
      else { return }
      frontier.append(
        Candidate(
          index: index, split: split, children: children,
          decrease: decrease(segment, children.left, children.right)))
    }
    consider(0)
    for _ in 1..<leaves {
      guard
        let best = frontier.indices.max(by: {
          (frontier[$0].decrease, -frontier[$0].index) < (frontier[$1].decrease, -frontier[$1].index)
        })
      else { break }
      let candidate = frontier.remove(at: best)
      let segment = nodes[candidate.index].segment
      nodes[candidate.index].split = candidate.split
      nodes[candidate.index].test = test(segment, candidate.split)
      divide(segment, candidate.split, rooms: rooms)
      nodes[candidate.index].left = nodes.count
      nodes[candidate.index].right = nodes.count + 1
      nodes += [Grown(segment: candidate.children.left), Grown(segment: candidate.children.right)]
      consider(nodes.count - 2)
      consider(nodes.count - 1)
    }
    return inDepthFirstOrder(nodes)
  }

  private func inDepthFirstOrder(_ nodes: [Grown]) -> [Grown] {
    var (order, places) = ([Int](), [Int](repeating: 0, count: nodes.count))
    var open = [0]
    while let index = open.popLast() {
      places[index] = order.count
      order.append(index)
      if nodes[index].split != nil { open += [nodes[index].right, nodes[index].left] }
    }
    return order.map { index in
      var node = nodes[index]
      if node.split != nil {
        node.left = places[node.left]
        node.right = places[node.right]
      }
      return node
    }
  }

  /// The finished tree.
  func tree(_ grown: [Grown]) -> DecisionTree {
    var values = Matrix(rows: grown.count, columns: target.valueCount)
    for (index, node) in grown.enumerated() { values.setRow(index, target.value(node.segment.sums)) }
    let nodes = grown.map { node in
      DecisionTree.Node(
        feature: Int32(truncatingIfNeeded: node.split?.feature ?? 0),
        left: Int32(truncatingIfNeeded: node.left), right: Int32(truncatingIfNeeded: node.right),
        test: node.test, rows: node.segment.count, weight: target.weight(node.segment.sums),
        impurity: node.segment.impurity, missingGoesLeft: node.split?.missingGoesLeft ?? false)
    }
    return DecisionTree(grown: nodes, values: values, featureCount: featureCount, missing: missing)
  }
}
