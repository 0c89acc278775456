public import Experiments
import Methods
public import Reporting
import Tabular

extension RowReconstruction.Result: PageResult {
  public var text: [JobText] { [.table(table)] }

  public func files() -> [String: String] {
    ["row.csv": String(decoding: TableWriter.bytes(row), as: UTF8.self)]
  }

  public var page: Report {
    var page = Report(
      title: "A training row of \(name)", subtitle: method.card.summary, colophon: Package.tool)
    page.append(.table(table))
    page.append(.methods([Report.MethodEntry(method)]))
    return page
  }

  private var name: String { Table.shortName(request.people.file ?? "") }

  private var table: TextTable {
    var table = TextTable(
      title: "The row",
      columns: [.init("column"), .init("rebuilt"), .init("mean of the known rows")]
        + (errors == nil ? [] : [.init("truth")]), note: note)
    for column in columns {
      table.append(
        [.init(column.name), .init(column.rebuilt), .init(column.mean)]
          + (column.truth.map { [.init($0)] } ?? []))
    }
    if errors != nil {
      table.append([
        .init("relative error"), .init((metrics["relative_error"] ?? 0).significant(3), tone: .strong),
        .init((metrics["relative_error_of_mean"] ?? 0).significant(3)), .init("0"),
      ])
    }
    return table
  }

  /// The distances; none without the truth.
  private var metrics: Metrics {
    guard let errors else { return [:] }
    return ["relative_error": errors.rebuilt, "relative_error_of_mean": errors.mean]
  }

  public var document: ResultsDocument {
    var (knows, before) = (ParameterValue.missing, ParameterValue.missing)
    let data: String?
    switch request.evidence {
    case .otherRows(let name): (knows, data) = (.text(name), name)
    case .earlierModel(let path): (before, data) = (.text(path), request.people.data)
    }
    return ResultsDocument(
      job: "invert",
      [
        "model": .text(name), "knows": knows, "before": before,
        "settings": .texts(request.settings),
      ], methods: [method],
      outcomes: [
        Outcome(
          dataset: Table.shortName(data ?? ""), model: name, attack: method.id, defence: "none",
          seed: 0, metrics: metrics)
      ])
  }
}
