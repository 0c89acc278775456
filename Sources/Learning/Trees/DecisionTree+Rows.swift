public import LinearAlgebra

extension DecisionTree {
  /// The node in which a row ends: a leaf, or, unless missing values have a learned side, the node whose feature it
  /// lacks.
  public func endNode(of row: UnsafeBufferPointer<Double>) -> Int {
    precondition(row.count == featureCount, "\(row.count) features for a tree of \(featureCount)")
    return nodes.withUnsafeBufferPointer { nodes in Self.endNode(nodes, row, missing) }
  }

  /// The node in which every row of `features` ends.
  public func endNodes(of features: Matrix) -> [Int] {
    precondition(
      features.columns == featureCount, "\(features.columns) features for a tree of \(featureCount)")
    return nodes.withUnsafeBufferPointer { nodes in
      features.withElements { elements in
        (0..<features.rows).map { row in
          Self.endNode(
            nodes,
            UnsafeBufferPointer(rebasing: elements[row * featureCount..<(row + 1) * featureCount]), missing)
        }
      }
    }
  }

  @inline(__always)
  private static func endNode(
    _ nodes: UnsafeBufferPointer<Node>, _ row: UnsafeBufferPointer<Double>, _ missing: MissingPolicy
  ) -> Int {
    // As ``Node/child(for:_:)``, but without a copy of the node.
    var index = 0
    while true {
      let goesLeft: Bool
      switch nodes[index].test {
      case .leaf: return index
      case .isPresent: goesLeft = !row[Int(nodes[index].feature)].isNaN
      case .atMost(let threshold):
        let value = row[Int(nodes[index].feature)]
        if value.isNaN, missing != .learned { return index }
        goesLeft = value.isNaN ? nodes[index].missingGoesLeft : value <= threshold
      case .equals(let code):
        let value = row[Int(nodes[index].feature)]
        if value.isNaN, missing != .learned { return index }
        goesLeft = value.isNaN ? nodes[index].missingGoesLeft : value == code
      }
      index = Int(goesLeft ? nodes[index].left : nodes[index].right)
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
    nodes.withUnsafeBufferPointer { nodes in
      features.withElements { elements in
        result.withMutableElements { result in
          for row in 0..<features.rows {
            let values = UnsafeBufferPointer(
              rebasing: elements[row * featureCount..<(row + 1) * featureCount])
            let target = UnsafeMutableBufferPointer(rebasing: result[row * columns..<(row + 1) * columns])
            let end = Self.endNode(nodes, values, missing)
            if missing == .proportional, nodes[end].test != .leaf {
              mix(values, from: end, share: 1) { node, share in write(node, share, target) }
            } else {
              write(end, nil, target)
            }
          }
        }
      }
    }
    return result
  }

  /// Follows both branches wherever a value is missing; `visit` gets every leaf with its share.
  private func mix(
    _ row: UnsafeBufferPointer<Double>, from start: Int, share: Double, _ visit: (Int, Double) -> Void
  ) {
    var open = [(start, share)]
    while let (index, share) = open.popLast() {
      let node = nodes[index]
      guard node.test != .leaf else {
        visit(index, share)
        continue
      }
      guard let child = node.child(for: row[Int(node.feature)], missing) else {
        let left = nodes[Int(node.left)].weight
        let total = left + nodes[Int(node.right)].weight
        let part = total > 0 ? left / total : 0.5
        open.append((Int(node.right), share * (1 - part)))
        open.append((Int(node.left), share * part))
        continue
      }
      open.append((child, share))
    }
  }
}
