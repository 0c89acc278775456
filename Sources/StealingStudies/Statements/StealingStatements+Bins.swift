import Experiments
import Reporting

extension StealingStatements {
  /// The numbers of bins that the sweep tries.
  static let bins = [5, 10, 20, 40]

  /// Models with bins and indicators.
  static func amazon(_ seeds: [UInt64]) -> [StealingStatement] {
    let source = "\(StealingSource.tramer), tables 1 and 7"
    let cases = [
      (6, "adult", "income", 50, 1485.0, "Adult"), (7, "iris-fisher", "species", 12, 644.0, "Iris"),
      (7, "circles", "class", 10, 278, "Circles"),
    ]
    return cases.flatMap { row, dataset, target, bins, published, title -> [StealingStatement] in
      let thefts: StealingWork = { _ in
        seeds.map { BinnedTheft(dataset: dataset, target: target, bins: bins, seed: $0) }
      }
      let sweep: StealingWork = { study in
        try await thefts(study)
          + Self.bins.filter { $0 != bins }.map {
            BinnedTheft(dataset: dataset, target: target, bins: $0, seed: seeds[0])
          }
      }
      let setting = "\(bins) bins; the paper does not say how many its victim had"
      return [
        StealingStatement(
          row: row, id: "amazon-\(dataset)-queries",
          "Amazon, \(title) with bins and indicators: \(Int(published)) queries",
          reference: Reference(.published, published, source), unit: "queries", judging: .anotherSetting,
          setting: setting,
          note:
            "The number of bins was chosen so that the count comes near, so the count says nothing of the attack; a table "
            + "shows it for other numbers.",
          work: sweep, measure: StatementMeasure.metric("queries", model: "bins-\(bins)")),
        StealingStatement(
          row: row, id: "amazon-\(dataset)-error",
          "Amazon, \(title): the copy agrees on all inputs tested",
          reference: Reference(.published, 0, source), unit: "share",
          judging: .by(
            .printedAsNone(guess: 0.5), null: .constant(StealingMeasure.worst("r_test_constant")),
            on: .worstRepetition),
          setting: setting,
          note:
            "The rows of the training and the others; the paper says 100 %, not of which inputs, and prints two decimals "
            + "elsewhere.",
          work: thefts, measure: StealingMeasure.worst("r_own", "r_test")),
        StealingStatement(
          row: row, id: "amazon-\(dataset)-uniform",
          "Amazon, \(title): the copy agrees on uniform rows as far as ends of bins are known",
          reference: Reference(.ownAim, 1e-3, StealingSource.own), unit: "share",
          judging: .by(
            Expectation(0...1e-3, stronger: .lower, noEffect: 0.5),
            null: .constant(StealingMeasure.worst("r_unif_constant"))),
          setting: setting,
          note: "Ends are searched to 1e-3 of half the range, those of whole numbers to 1e-5.", work: thefts,
          measure: StealingMeasure.worst("r_unif")),
      ]
    }
  }

  /// A tree on numbers alone; the paper's e-mails are not at hand.
  static func numbers(_ seeds: [UInt64]) -> [StealingStatement] {
    let down = thefts(.digits, asPublished, seeds)
    let path = thefts(.digits, paths, seeds)
    let setting =
      "a full tree on the 64 numbers of Digits; the published number is of 219 leaves on 46 numbers of e-mails"
    let note = "The e-mails are not at hand."
    func statement(
      _ id: String, _ words: String, _ published: Double, _ unit: String, _ work: @escaping StealingWork,
      _ measure: Measure
    ) -> StealingStatement {
      StealingStatement(
        row: 11, id: "numeric-tree-\(id)", words, reference: Reference(.published, published, treeTable),
        unit: unit, judging: .anotherSetting, setting: setting, note: note, work: work, measure: measure)
    }
    let queries = StatementMeasure.metric("queries")
    return [
      statement(
        "top-down", "full tree on Digits, top-down: agreement (published of Email Spam: 99.70 %)", 0.997,
        "share", down, StealingMeasure.leastFidelity("r_test")),
      statement(
        "top-down-queries", "full tree on Digits, top-down: queries (published of Email Spam: 21,808)",
        21_808,
        "queries", down, queries),
      statement(
        "paths-queries", "full tree on Digits, path finding: queries (published of Email Spam: 42,324)",
        42_324,
        "queries", path, queries),
      statement(
        "ratio", "full tree on Digits: queries of top-down over path finding (published of Email Spam: 52 %)",
        21_808.0 / 42_324, "share", { study in try await down(study) + path(study) }, queryRatio),
    ]
  }
}
