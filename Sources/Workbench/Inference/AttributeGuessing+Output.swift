public import Experiments
import Inversion
import InversionStudies
import Methods
import Querying
public import Reporting
import Tabular

extension AttributeGuessing.Result: PageResult {
  public var text: [JobText] { [.table(table)] + (exposure.map { [.table(Self.table($0))] } ?? []) }

  public var page: Report {
    var page = Report(
      title: "Guessing \(request.sensitive)",
      subtitle: areMembersKnown
        ? "Attacks through a model beside guesses without it, on members of the training data and on others."
        : "Attacks through a model beside guesses without it. Who was in the training data is not known.",
      colophon: "\(Package.tool), seeds \(context.seed) and following")
    page.append(.table(table))
    page.append(
      .paragraph(
        "An attack tells something of the model only where it beats imputation with the same knowledge, and something "
          + "of its memory only where it does better on members than on others."))
    if let exposure { page.append(.table(Self.table(exposure))) }
    page.append(.methods(document.methods.map { Report.MethodEntry($0) }))
    return page
  }

  /// Whether it is known who was in the training data.
  private var areMembersKnown: Bool { request.people.trained != nil || request.people.members != nil }

  public var document: ResultsDocument {
    let people = request.people
    return ResultsDocument(
      job: "invert",
      [
        "data": .text(Table.shortName(people.data ?? "")), "sensitive": .text(request.sensitive),
        "url": .text(orMissing: people.url), "model": .text(orMissing: people.file),
        "train": .text(orMissing: people.trained),
        "train_settings": .texts(people.trainSettings), "members": .text(orMissing: people.members),
        "target": .text(orMissing: people.target), "categories": .text(orMissing: people.categories),
        "ignore": .text(orMissing: people.ignored),
        "known": .text(orMissing: request.known), "group": .text(orMissing: request.group),
        "attack": .text(orMissing: request.attack),
        "settings": .texts(request.settings), "black_box": .flag(request.seesAnswersOnly),
        "seed": .seed(context.seed), "seeds": .integer(request.seeds.count),
      ], methods: context.methods.attributeAttacks.entries + programs, outcomes: outcomes)
  }

  /// What the leaves of a tree give away by themselves.
  private static func table(_ found: TreeExposure) -> TextTable {
    TextTable(
      title: "What the leaves give away", columns: [.init("measure"), .number("value")],
      rows: [
        [.init("leaves"), .init("\(found.leaves)")],
        [.init("people of the smallest leaf (k-anonymity)"), .init("\(found.anonymity)")],
        [.init("leaves of one person"), .init("\(found.lonelyLeaves)")],
        [.init("leaves of one class"), .init("\(found.pureLeaves)")],
        [.init("share of people in them"), .init(found.pureShare.percent(1))],
        [.init("leaves that exclude a class"), .init("\(found.disclosingLeaves)")],
        [.init("residual degrees of freedom"), .init("\(found.residualFreedom)")],
      ], note: "Of the tree of the first seed.")
  }

  /// Mean with the half width of a 95 % interval of the mean over seeds.
  private var table: TextTable {
    let columns = [
      ("error, members", "member_absolute_error"), ("error, others", "other_absolute_error"),
      ("RMSE, members", "member_rms_error"), ("RMSE, others", "other_rms_error"),
      ("accuracy, members", "member_accuracy"), ("accuracy, others", "other_accuracy"),
      ("AUC, members", "member_auc"), ("AUC, others", "other_auc"), ("MCC, members", "member_mcc"),
      ("MCC, others", "other_mcc"), ("queries", "queries"),
    ].filter { outcomes.summary(of: $0.1) != nil }
      .map { (areMembersKnown ? $0.0 : $0.0.replacing(", others", with: ""), $0.1) }
    var table = TextTable(
      title: "Guesses of \(request.sensitive)",
      columns: [.init("attack")] + columns.map { .number($0.0) }, note: repetitionsNote + errorNote)
    for attack in outcomes.distinct(\.attack) {
      let own = outcomes.matching(attack: attack)
      table.append([.init(attack)] + columns.map { .init(Self.text(own, $0.1)) })
    }
    return table
  }

  /// A mean in words.
  private static func text(_ outcomes: [Outcome], _ metric: String) -> String {
    guard let summary = outcomes.summary(of: metric) else { return "–" }
    if metric == "queries" { return summary.mean.fixed(0) }
    let isError = metric.hasSuffix("_error")
    let mean = isError ? summary.mean.significant() : summary.mean.fixed(3)
    return summary.halfWidth().map { "\(mean) ± \(isError ? $0.significant(2) : $0.fixed(3))" } ?? mean
  }

  private var repetitionsNote: String {
    guard request.seeds.count > 1 else { return "One seed." }
    return "Mean ± half of the 95 % interval (Student) of the mean over \(request.seeds.count) seeds."
      + (request.people.trained == nil
        ? " The model is the same for all; the people that are known differ." : "")
  }

  /// What the errors of a number are.
  private var errorNote: String {
    guard outcomes.contains(where: { $0.metrics.names.contains { $0.hasSuffix("_error") } }) else {
      return ""
    }
    return
      " Error: mean distance between the value and the median guess; RMSE: that of the mean guess; both in the unit of "
      + "the column. mode knows the distribution of the column only."
  }
}
