public import Experiments
import Inversion
import Methods
import Querying
public import Reporting
public import Tabular

extension ClassRebuilding.Result: PageResult {
  public var text: [JobText] { [.table(table)] }

  public func files() -> [String: String] {
    ["classes.csv": String(decoding: TableWriter.bytes(rows), as: UTF8.self)]
  }

  public var page: Report {
    var page = Report(
      title: "What \(name) takes for its classes", subtitle: "Inputs rebuilt from confidences.",
      colophon: Package.tool)
    page.append(.table(table))
    if let width = request.width {
      page.append(
        .pictures(
          PictureGrid(
            title: "Rebuilt classes", caption: "Brightness from the lower to the upper bound of each column.",
            width: width, columns: classes.map { schema.classes[$0.label] },
            rows: [.init(name, classes.map { .init(box.point($0.row)) })])))
    }
    page.append(.methods([Report.MethodEntry(method)]))
    return page
  }

  private var name: String { Table.shortName(request.people.file ?? request.people.url ?? "") }

  /// The rebuilt rows as a table.
  public var rows: Table {
    Table(
      columns: [
        .init(name: "class", values: .categorical(codes: classes.map(\.label), levels: schema.classes))
      ]
        + schema.inputs.indices.map { column in
          .init(name: schema.inputs[column].name, values: .numeric(classes.map { $0.row[column] }))
        })
  }

  private var table: TextTable {
    var table = TextTable(
      title: "Classes of \(name) rebuilt",
      columns: [
        .init("class"), .number("confidence"), .init("taken for it"), .number("steps"), .number("queries"),
        .init("left its start"), .init("start"),
      ],
      note: (queries.map { "\($0.reduce(0, +)) queries for \(classes.count) classes. " }
        ?? "Exact gradients of the model file. ")
        + "The confidence is that of the row in classes.csv. The published start is the lower corner; up to "
        + "\(ClassRebuilding.otherStarts) other points are tried as long as the model takes that row for another class."
    )
    for (index, found) in classes.enumerated() {
      table.append([
        .init(schema.classes[found.label]), .init(found.confidence.fixed(4)),
        .init(found.isTaken ? "yes" : "no", tone: found.isTaken ? .plain : .muted), .init("\(found.steps)"),
        .init(queries.map { "\($0[index])" } ?? "–"),
        .init(found.hasLeftStart ? "yes" : "no", tone: found.hasLeftStart ? .plain : .muted),
        .init(found.start == 0 ? "lower corner" : found.start == 1 ? "middle" : "point \(found.start)"),
      ])
    }
    return table
  }

  public var document: ResultsDocument {
    ResultsDocument(
      job: "invert",
      [
        "model": .text(name), "class": .text(request.label),
        "settings": .texts(request.settings), "black_box": .flag(queries != nil),
      ], methods: [method],
      outcomes: classes.enumerated().map { index, found in
        Outcome(
          dataset: schema.classes[found.label], model: name, attack: method.id, defence: "none",
          seed: context.seed,
          metrics: [
            "confidence": found.confidence, "taken": found.isTaken ? 1 : 0, "steps": Double(found.steps),
            "left_start": found.hasLeftStart ? 1 : 0, "start": Double(found.start),
            "queries": queries.map { Double($0[index]) },
          ])
      })
  }
}
