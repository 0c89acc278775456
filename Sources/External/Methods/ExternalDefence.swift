import Learning
public import LinearAlgebra
public import Methods
public import Poisoning
import Tabular

/// A defence of training that is a program: it reads `train.csv` and leaves `keep.csv`, which says of every row whether
/// the learner may use it.
public struct ExternalDefence: PoisoningDefence, ExternalMethod {
  static let family = MethodFamily.trainingDefence
  static let taxonomy = MethodCard.Taxonomy.sanitizeTrainingData
  public static let card = externalCard(ExternalProgram.none.id)

  /// The program.
  public let program: ExternalProgram
  public var card: MethodCard { ownEntry.card }
  public var entry: MethodEntry { ownEntry }

  /// A defence without a program, which cannot run.
  public init() { self.init(.none) }

  /// The defence of a program.
  public init(_ program: ExternalProgram) { self.program = program }

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    let (space, data) = (task.space, task.data)
    let target = Scenario.free("target", besides: space.names)
    var files = Scenario(program, family: Self.family, seed: Scenario.seed(&random))
    files["columns"] = .columns(space, indicators: space.groups.flatMap(\.columns))
    files["target"] = .text(target)
    files["learner"] = .learner(task.learner)
    files["assumed_rate"] = .number(task.assumedRate)
    files.add("train", .training(data, space, target))
    if let reference = task.reference { files.add("reference", .training(reference, space, target)) }
    let answer = try AnswerFile(
      program, files, .init(file: "keep.csv", columns: ["row", "keep"], rows: data.count))
    let keep = try answer.valuesByRow { value, _ in
      value == 0 || value == 1 ? nil : "is \(value) and must be 0 or 1"
    }.map { $0[0] == 1 }
    let kept = keep.indices.filter { keep[$0] }
    guard kept.count >= 2 else {
      throw PoisoningError.tooFewRows(method: program.id, needed: 2, found: kept.count)
    }
    return DefendedFit(
      model: try task.learner.fit(data.rows(at: kept)), rejected: keep.indices.filter { !keep[$0] })
  }
}
