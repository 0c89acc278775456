public import Inversion
import Learning
public import LinearAlgebra
public import Methods
import Querying
import Tabular

/// An attack on an attribute that is a program: it reads `people.csv`, of whom all but the sensitive column may be known,
/// `others.csv`, of whom everything is, and in `answers.csv` what the model says of every person with every candidate
/// value, and leaves `guesses.csv`.
public struct ExternalAttribute: InversionAttack, ExternalMethod {
  static let family = MethodFamily.attributeInference
  static let taxonomy = MethodCard.Taxonomy.attributeInference
  public static let card = externalCard(ExternalProgram.none.id)

  /// The program.
  public let program: ExternalProgram
  public var card: MethodCard { ownEntry.card }
  public var entry: MethodEntry { ownEntry }

  /// An attack without a program, which cannot run.
  public init() { self.init(.none) }

  /// The attack of a program.
  public init(_ program: ExternalProgram) { self.program = program }

  public func guess(
    _ task: AttributeTask, using random: inout RandomStream
  ) async throws -> AttributeGuesses {
    let (schema, candidates, count) = (task.schema, task.candidates, task.known.rows)
    let names = Scenario.names(of: schema)
    let target = Scenario.free("response", besides: names)
    var files = Scenario(program, family: Self.family, seed: Scenario.seed(&random))
    files["columns"] = Scenario.columns(of: schema)
    files["target"] = .text(target)
    files["classes"] = JSONValue(schema.classes)
    files["sensitive"] = .text(names[task.sensitive])
    files["candidates"] = JSONValue(candidates)
    files["shares"] = JSONValue(task.marginals[task.sensitive].shares)
    let known = task.knownColumns.map { (names[$0], task.known.column($0)) }
    files.add("people", Scenario.numbered(count, known + [(target, task.responses.values)]))
    if let others = task.auxiliary {
      files.add(
        "others",
        Scenario.numbered(
          others.count, Scenario.columns(others.rows, names) + [(target, others.responses.values)]))
    }
    if task.missingColumns == nil {
      files.add("answers", try await Self.answers(task))
    }
    let weights = (1...candidates.count).map { "weight\($0)" }
    let rows = try AnswerFile(
      program, files, .init(file: "guesses.csv", columns: ["row"] + weights, rows: count)
    ).valuesByRow { value, _ in value < 0 ? "is \(value) and must not be negative" : nil }
    return AttributeGuesses(
      candidates: candidates,
      weights: Matrix(rows: count, columns: candidates.count, elements: rows.flatMap(\.self)))
  }

  /// What the model says of every person with every candidate.
  private static func answers(_ task: AttributeTask) async throws -> Table {
    let (count, candidates) = (task.known.rows, task.candidates)
    let answers = try await task.ask(task.completedRows())
    var columns = [
      ("row", candidates.flatMap { _ in (0..<count).map { Double($0 + 1) } }),
      ("candidate", candidates.flatMap { [Double](repeating: $0, count: count) }),
    ]
    if !answers.numbers.isEmpty { columns.append(("number", answers.numbers)) }
    if !answers.labels.isEmpty {
      columns.append(("label", answers.labels.map { $0 < 0 ? .nan : Double($0) }))
    }
    if !answers.confidences.isEmpty { columns.append(("confidence", answers.confidences)) }
    return Table(columns: columns.map { Table.Column(name: $0.0, values: .numeric($0.1)) })
  }
}

extension Responses {
  /// Numbers, or the numbers of classes.
  fileprivate var values: [Double] {
    switch self {
    case .numbers(let values): values
    case .labels(let labels): labels.map(Double.init)
    }
  }
}
