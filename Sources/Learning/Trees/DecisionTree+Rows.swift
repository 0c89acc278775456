public import LinearAlgebra

extension DecisionTree {
  /// The node in which a row ends: a leaf, or, unless missing values have a learned side, the node whose feature it
  /// lacks.
  public func endNode(of row: UnsafeBufferPointer<Double>) -> Int {
    precondition(row.count == featureCount, "\(row.count) features for a tree of \(featureCount)")
    return nodes.branches.withUnsafeBufferPointer { Self.end($0, row, missing).node }
  }

  /// The node in which every row of `features` ends.
  public func endNodes(of features: Matrix) -> [Int] {
    precondition(
      features.columns == featureCount, "\(features.columns) features for a tree of \(featureCount)")
    return nodes.branches.withUnsafeBufferPointer { branches in
      features.withElements { elements in
        (0..<features.rows).map { row in
          Self.end(
            branches,
            UnsafeBufferPointer(rebasing: elements[row * featureCount..<(row + 1) * featureCount]), missing
          ).node
        }
      }
    }
  }

  /// Where a row ends: the node, and, if that is an inner one, its place among the inner nodes.
  @inline(__always)
  private static func end(
    _ branches: UnsafeBufferPointer<Branch>, _ row: UnsafeBufferPointer<Double>, _ missing: MissingPolicy
  ) -> (node: Int, branch: Int?) {
    var (node, place) = (0, 0)
    // A tree without a test is one leaf.
    guard !branches.isEmpty else { return (node, nil) }
    while true {
      let branch = branches[place]
      guard let goesLeft = branch.goesLeft(row[branch.feature], missing) else { return (node, place) }
      let leaves = branch.leavesOnLeft
      node += goesLeft ? 1 : 2 * leaves
      if goesLeft ? leaves == 1 : branch.rightIsLeaf { return (node, nil) }
      place += goesLeft ? 1 : leaves
    }
  }

  /// Has `write` put what a node says into `columns` numbers of every row of the result: once for the end node with a
  /// share of nil, or, where the policy follows both branches, for every leaf with its share, to be added up.
  @inline(__always)
  func lookUp(
    _ features: Matrix, columns: Int,
    _ write: (_ node: Int, _ share: Double?, _ result: UnsafeMutableBufferPointer<Double>) -> Void
  ) -> Matrix {
    precondition(
      features.columns == featureCount, "\(features.columns) features for a tree of \(featureCount)")
    var result = Matrix(rows: features.rows, columns: columns)
    nodes.branches.withUnsafeBufferPointer { branches in
      features.withElements { elements in
        result.withMutableElements { result in
          for row in 0..<features.rows {
            let values = UnsafeBufferPointer(
              rebasing: elements[row * featureCount..<(row + 1) * featureCount])
            let target = UnsafeMutableBufferPointer(rebasing: result[row * columns..<(row + 1) * columns])
            let end = Self.end(branches, values, missing)
            if missing == .proportional, let branch = end.branch {
              mix(values, from: (end.node, branch)) { node, share in write(node, share, target) }
            } else {
              write(end.node, nil, target)
            }
          }
        }
      }
    }
    return result
  }

  /// Follows both branches wherever a value is missing; `visit` gets every leaf with its share.
  private func mix(
    _ row: UnsafeBufferPointer<Double>, from start: (node: Int, branch: Int), _ visit: (Int, Double) -> Void
  ) {
    var open: [(node: Int, branch: Int?, share: Double)] = [(start.node, start.branch, 1)]
    while let (node, place, share) = open.popLast() {
      guard let place else {
        visit(node, share)
        continue
      }
      let branch = nodes.branches[place]
      let leaves = branch.leavesOnLeft
      let (left, right) = (node + 1, node + 2 * leaves)
      let (leftPlace, rightPlace) = (
        leaves == 1 ? nil : place + 1, branch.rightIsLeaf ? nil : place + leaves
      )
      if let goesLeft = branch.goesLeft(row[branch.feature], missing) {
        open.append(goesLeft ? (left, leftPlace, share) : (right, rightPlace, share))
        continue
      }
      let weight = nodes.weights[left]
      let total = weight + nodes.weights[right]
      let part = total > 0 ? weight / total : 0.5
      open.append((right, rightPlace, share * (1 - part)))
      open.append((left, leftPlace, share * part))
    }
  }
}
