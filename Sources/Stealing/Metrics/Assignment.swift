/// The assignment of rows to different columns with the least sum of costs.
///
/// - Complexity: O(*n*²·*m*) for *n* rows and *m* ≥ *n* columns.
/// - Source: Kuhn, "The Hungarian method for the assignment problem", Naval Research Logistics 2 (1955); the form with
///   shortest augmenting paths of Jonker and Volgenant, Computing 38 (1987).
public struct Assignment: Sendable, Hashable {
  /// The column of every row.
  public let columns: [Int]
  /// The sum of the costs.
  public let cost: Double

  /// Solves for one list of finite costs per row, all of the same length, which is at least the number of rows.
  public init(costs: [[Double]]) {
    let (rows, width) = (costs.count, costs.first?.count ?? 0)
    precondition(costs.allSatisfy { $0.count == width } && rows <= width, "\(rows) rows for \(width) columns")
    // Place 0 of `owner` stands for the row that looks for a column; rows and columns count from 1.
    var (rowPrice, columnPrice) = (
      [Double](repeating: 0, count: rows + 1), [Double](repeating: 0, count: width + 1)
    )
    var (owner, way) = ([Int](repeating: 0, count: width + 1), [Int](repeating: 0, count: width + 1))
    for row in 1..<rows + 1 {
      owner[0] = row
      var (current, least) = (0, [Double](repeating: .infinity, count: width + 1))
      var isUsed = [Bool](repeating: false, count: width + 1)
      repeat {
        isUsed[current] = true
        let from = owner[current]
        var (delta, next) = (Double.infinity, 0)
        for column in 1..<width + 1 where !isUsed[column] {
          let reduced = costs[from - 1][column - 1] - rowPrice[from] - columnPrice[column]
          if reduced < least[column] { (least[column], way[column]) = (reduced, current) }
          if least[column] < delta { (delta, next) = (least[column], column) }
        }
        for column in 0..<width + 1 {
          if isUsed[column] {
            rowPrice[owner[column]] += delta
            columnPrice[column] -= delta
          } else {
            least[column] -= delta
          }
        }
        current = next
      } while owner[current] != 0
      repeat {
        owner[current] = owner[way[current]]
        current = way[current]
      } while current != 0
    }
    var columns = [Int](repeating: 0, count: rows)
    for column in 1..<width + 1 where owner[column] > 0 { columns[owner[column] - 1] = column - 1 }
    self.columns = columns
    cost = columns.enumerated().reduce(0) { $0 + costs[$1.offset][$1.element] }
  }
}
