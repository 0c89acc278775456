import Experiments
import Reporting

extension StealingStatements {
  /// The tree on steaks. Agreement hangs on how many leaves give the same answer, queries on how many leaves there are; in
  /// both this tree is not the paper's, so nothing of it is judged.
  static func steak(_ seeds: [UInt64]) -> [StealingStatement] {
    let agreement = StealingMeasure.complement("r_test")
    let least = StealingMeasure.leastFidelity("r_test", "r_unif")
    let queries = StatementMeasure.metric("queries")
    let begins =
      "Held-out rows. Leaves with equal answers are taken for one another, so that the search can get stuck"
    return [
      steak(
        "paths", "path finding: 92.45 % agreement on test rows", 0.9245, "share",
        note: "\(begins); it begins once.", thefts(.steak, paths, seeds), agreement),
      steak(
        "paths-restarted", "path finding that begins anew: 92.45 % agreement", 0.9245, "share",
        isOurMethod: true,
        note: "\(begins), and begins anew until twenty random rows bring nothing new.",
        thefts(.steak, restarted, seeds), agreement),
      steak(
        "paths-queries", "path finding: 3,652 queries", 3652, "queries", note: nil,
        thefts(.steak, paths, seeds), queries),
      steak(
        "top-down", "top-down: 100 % agreement", 1, "share",
        note: "Held-out and uniform rows, the less of them.", thefts(.steak, asPublished, seeds), least),
      steak(
        "top-down-fields", "top-down by the columns tested next: 100 % agreement", 1, "share",
        isOurMethod: true,
        note:
          "Held-out and uniform rows, the less of them. The next column that a node tests tells it apart too, which the "
          + "paper's does not use.", thefts(.steak, improved, seeds), least),
      steak(
        "top-down-queries", "top-down: 4,013 queries", 4013, "queries", note: nil,
        thefts(.steak, asPublished, seeds), queries),
      steak(
        "answers", "28 different answers", 28, "answers",
        note: "Label and confidence of a leaf. The fewer, the harder it is to tell leaves apart.",
        thefts(.steak, paths, seeds), StatementMeasure.metric("answers")),
      steak(
        "leaves", "193 leaves", 193, "leaves",
        note: "At most 193 were allowed; 70 % of the rows give no more.", thefts(.steak, paths, seeds),
        StatementMeasure.metric("leaves")),
      StealingStatement(
        row: 9, id: "steak-time", "Steak: 4,013 queries at about 500 ms take 2,088 s",
        reference: Reference(.published, 2088, "\(StealingSource.tramer), table 1"), unit: "s",
        judging: .byConstruction, setting: steakSetting,
        note: "The queries of the row above times 500 ms (631 s for 1,150 are 549 ms each); no clock ran.",
        work: thefts(.steak, asPublished, [seeds[0]]),
        measure: StatementMeasure.each(["queries"]) { $0.metrics["queries"].map { $0 * 0.5 } }),
    ]
  }

  private static let steakSetting =
    "a tree grown on 70 % of the rows, with fewer leaves and fewer different answers than the paper's (193 and 28), which "
    + "no longer exists"

  private static func steak(
    _ id: String, _ words: String, _ published: Double, _ unit: String, isOurMethod: Bool = false,
    note: String?, _ work: @escaping StealingWork, _ measure: Measure
  ) -> StealingStatement {
    StealingStatement(
      row: 9, id: "steak-\(id)", "Steak, \(words)", reference: Reference(.published, published, treeTable),
      unit: unit, judging: .anotherSetting, setting: steakSetting, isOurMethod: isOurMethod, note: note,
      work: work, measure: measure)
  }
}
