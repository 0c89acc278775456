public import Inversion
import Learning
public import LinearAlgebra
public import Methods
import Querying
import Tabular

/// An attack on membership that is a program: it reads `records.csv`, what the model says of them in `answers.csv`, and
/// of shadow models `shadow-members.csv` and `shadow-scores.csv`, and leaves `scores.csv`.
///
/// The model is asked about every record once; a program asks no further queries.
public struct ExternalMembership: MembershipAttack, ExternalMethod {
  static let family = MethodFamily.membershipInference
  static let taxonomy = MethodCard.Taxonomy.membershipInference
  public static let card = externalCard(ExternalProgram.none.id)
  /// Shadow models are there where the command trains some.
  public static let needsShadows = true

  /// The program.
  public let program: ExternalProgram
  public var card: MethodCard { ownEntry.card }
  public var entry: MethodEntry { ownEntry }

  /// An attack without a program, which cannot run.
  public init() { self.init(.none) }

  /// The attack of a program.
  public init(_ program: ExternalProgram) { self.program = program }

  public static func missing(_ task: MembershipTask) -> String? { nil }

  public func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double] {
    let (records, schema) = (task.records, task.target.schema)
    let names = Scenario.names(of: schema)
    let label = Scenario.free("label", besides: names)
    let answers = try await task.target.ask(records.features)
    var files = Scenario(program, family: Self.family, seed: Scenario.seed(&random))
    files["columns"] = Scenario.columns(of: schema)
    files["target"] = .text(label)
    files["classes"] = JSONValue(schema.classes)
    files["shadow_models"] = .whole(task.shadows?.count ?? 0)
    files.add(
      "records",
      Scenario.numbered(
        records.count, Scenario.columns(records.features, names) + [(label, records.labels.map(Double.init))])
    )
    files.add("answers", Scenario.table(of: answers, classCount: records.classCount))
    if let shadows = task.shadows {
      let models = (1...max(shadows.count, 1)).prefix(shadows.count).map { "model\($0)" }
      files.add(
        "shadow-members",
        Scenario.numbered(records.count, zip(models, shadows.isMember).map { ($0, $1.map { $0 ? 1 : 0 }) }))
      files.add("shadow-scores", Scenario.numbered(records.count, Array(zip(models, shadows.scores))))
    }
    return try AnswerFile(
      program, files, .init(file: "scores.csv", columns: ["row", "score"], rows: records.count)
    ).valuesByRow { _, _ in nil }.map { $0[0] }
  }
}

extension Scenario {
  /// Answers to rows in their order: the number, or the label and what else is given away of the classes.
  static func table(of answers: [Answer], classCount: Int) -> Table {
    var columns: [(String, [Double])] = []
    if answers.allSatisfy({ $0.number != nil }), classCount == 0 {
      columns.append(("number", answers.numbers))
    } else {
      columns.append(("label", answers.labels.map { $0 < 0 ? .nan : Double($0) }))
      if answers.contains(where: { $0.confidence != nil }) {
        columns.append(("confidence", answers.map { $0.confidence ?? .nan }))
      }
      if answers.allSatisfy({ $0.probabilities.count == classCount }) {
        columns += (0..<classCount).map { place in ("p\(place)", answers.map { $0.probabilities[place] }) }
      }
    }
    return numbered(answers.count, columns)
  }
}
