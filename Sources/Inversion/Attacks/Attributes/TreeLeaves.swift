import Learning
import LinearAlgebra
import Tabular

/// The leaves of a tree that a person can be in, for every candidate of the sensitive attribute.
struct TreeLeaves: Sendable {
  /// The tree with its counts.
  let tree: DecisionTree
  /// `reached[candidate][row]`: the leaves that fit what is known of the row and this candidate.
  let reached: [[[Int]]]
  /// `open[candidate]`: the leaves that fit the candidate whatever else is true.
  let open: [[Int]]

  /// Follows the tree of the task's model; nil if it is no classification tree.
  ///
  /// Columns that are unknown besides the sensitive one are followed both ways at every test, so a way that tests one
  /// of them twice may be counted although no row can take it.
  init?(_ task: AttributeTask) throws {
    guard case .model(let pipeline) = task.access, case .treeClassifier(let model) = pipeline.model else {
      return nil
    }
    let tree = model.tree
    let owners = pipeline.features.inputOfColumn
    let isSensitive = owners.map { $0 == task.sensitive }
    let fills = task.marginals.map { marginal in
      marginal.values[
        marginal.shares.indices.reduce(0) { marginal.shares[$1] > marginal.shares[$0] ? $1 : $0 }]
    }
    var rows = task.known
    for row in 0..<rows.rows {
      for column in 0..<rows.columns where rows[row, column].isNaN { rows[row, column] = fills[column] }
    }
    var (reached, open) = ([[[Int]]](), [[Int]]())
    for value in task.candidates {
      for row in 0..<rows.rows { rows[row, task.sensitive] = value }
      let features = try pipeline.features.features(inputs: rows)
      reached.append(
        (0..<rows.rows).map { row in
          let isFree = owners.map { $0 != task.sensitive && task.known[row, $0].isNaN }
          return tree.leaves(of: features.row(row), isFree: isFree)
        })
      open.append(
        features.rows > 0 ? tree.leaves(of: features.row(0), isFree: isSensitive.map { !$0 }) : [])
    }
    self.tree = tree
    self.reached = reached
    self.open = open
  }

  /// How many of the attacked people one would expect in every node's leaf if candidates came with their shares whatever
  /// else is true of a person. Somebody who fits several leaves counts in each by its training rows.
  func expectedPeople(shares: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: tree.nodes.count)
    for (share, people) in zip(shares, reached) {
      for leaves in people {
        let all = count(leaves)
        for leaf in leaves where all > 0 { result[leaf] += share * tree.nodes[leaf].weight / all }
      }
    }
    return result
  }

  /// Training rows of some leaves, of one class or of all.
  func count(_ leaves: [Int], label: Int? = nil) -> Double {
    leaves.reduce(0) { sum, leaf in
      sum + (label.map { tree.values[leaf, $0] } ?? tree.nodes[leaf].weight)
    }
  }
}

extension DecisionTree {
  /// The ends of all ways that a row can go, where free features are followed both ways.
  func leaves(of row: [Double], isFree: [Bool]) -> [Int] {
    var (result, stack) = ([Int](), [0])
    while let index = stack.popLast() {
      let node = nodes[index]
      if node.test != .leaf, isFree[Int(node.feature)] {
        stack += [Int(node.right), Int(node.left)]
      } else if node.test != .leaf, let child = node.child(for: row[Int(node.feature)], missing) {
        stack.append(child)
      } else {
        result.append(index)
      }
    }
    return result
  }
}
