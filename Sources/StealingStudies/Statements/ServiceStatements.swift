public import Experiments
import Reporting

extension ServiceLab {
  /// All statements on thefts over HTTP without a run.
  public static var entries: [StatementEntry] {
    quotations.flatMap(\.statements).map { StatementEntry("stealing-http", $0) }
  }
}

extension ServiceLab.Quotation {
  /// The statements on the theft, judged on an outcome with `queries`, `seconds_at_published_latency`, `r_test`, `r_unif`
  /// and the last two of a copy that always gives the commonest class.
  public var statements: [Statement<Void>] {
    let paper = "\(StealingSource.tramer), table 1"
    let source = "quoted in surveys after \(paper); \(truth.words)"
    // A quoted row that the paper does not have is not confirmed; where the budget is the quoted number, neither it nor its
    // time can come out otherwise.
    let judging: Judging = truth.isInPaper ? .byConstruction : .unconfirmed
    return [
      Statement(
        row: 1, id: "\(id)-http-queries", "\(title): \(quoted.queries) queries over HTTP",
        reference: Reference(.published, Double(quoted.queries), source), unit: "queries", judging: judging,
        note: "Queries that found out how to ask are not among them.", work: (),
        measure: StatementMeasure.metric("queries")),
      Statement(
        row: 1, id: "\(id)-http-time",
        "\(title): \(quoted.seconds) s at \((1000 * latency).fixed(0)) ms a query",
        reference: Reference(.published, Double(quoted.seconds), source), unit: "s", judging: judging,
        note: "Queries times latency; --wait makes the server take the time.", work: (),
        measure: StatementMeasure.metric("seconds_at_published_latency")),
      Statement(
        row: 1, id: "\(id)-http-error", "\(title): the copy has the model's labels",
        reference: truth.isInPaper
          ? Reference(.published, 0, paper) : Reference(.ownAim, 0, "aim of this project"), unit: "share",
        judging: .by(
          .printedAsNone(guess: 1 - 1 / Double(classes)),
          null: .constant(StealingMeasure.worst("r_test_constant", "r_unif_constant")), on: .worstRepetition),
        note: "Held-out and uniform rows, the worse of them.", work: (),
        measure: StealingMeasure.worst("r_test", "r_unif")),
    ]
  }
}
