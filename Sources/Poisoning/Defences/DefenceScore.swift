/// How well the rows that a defence rejected match the rows that were poison. Computed outside the defence,
/// which never sees the truth.
public struct DefenceScore: Sendable, Hashable {
  /// Share of the rejected rows that were poison; nil when none was rejected.
  public let precision: Double?
  /// Share of the poison that was rejected; nil when there was none.
  public let recall: Double?
  /// Share of the poison that the model was trained on; nil when there was none.
  public let poisonKept: Double?

  /// Compares rejected rows with the truth, one flag per row.
  public init(rejected: [Int], isPoison: [Bool]) {
    let hits = rejected.count { isPoison[$0] }
    let poison = isPoison.count { $0 }
    precision = rejected.isEmpty ? nil : Double(hits) / Double(rejected.count)
    recall = poison == 0 ? nil : Double(hits) / Double(poison)
    poisonKept = recall.map { 1 - $0 }
  }
}
