public import Learning
public import LinearAlgebra
public import Methods
public import Poisoning
import Tabular

/// A poisoning attack that is a program: it reads `train.csv` and `validation.csv` and leaves `poison.csv`.
public struct ExternalPoisoning: PoisoningAttack, ExternalMethod {
  static let family = MethodFamily.poisoning
  static let taxonomy = MethodCard.Taxonomy.trainingData
  public static let card = externalCard(ExternalProgram.none.id)

  /// The program.
  public let program: ExternalProgram
  public var card: MethodCard { ownEntry.card }
  public var entry: MethodEntry { ownEntry }

  /// An attack without a program, which cannot run.
  public init() { self.init(.none) }

  /// The attack of a program.
  public init(_ program: ExternalProgram) { self.program = program }

  public func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    let (space, set) = (scenario.space, scenario.feasible)
    let target = Scenario.free("target", besides: space.names)
    var files = Scenario(program, family: Self.family, seed: Scenario.seed(&random))
    files["columns"] = .columns(space, indicators: set.groups.flatMap(\.columns))
    files["groups"] = .list(
      set.groups.map { group in
        [
          "name": .text(group.name), "columns": JSONValue(group.columns.map { space.names[$0] }),
          "least": .whole(group.levels.lowerBound), "most": .whole(group.levels.upperBound),
        ]
      })
    files["target"] = .text(target)
    files["target_range"] = JSONValue([scenario.targetRange.lowerBound, scenario.targetRange.upperBound])
    files["learner"] = .learner(scenario.victim)
    files.add("train", .training(scenario.training, space, target))
    files.add("validation", .training(scenario.validation, space, target))
    let answer = try AnswerFile(
      program, files, .init(file: "poison.csv", columns: space.names + [target], rows: count))
    let rows = try (0..<count).map { row in
      let values = answer.row(row)
      try Self.check(values, row, scenario, answer)
      return values
    }
    return RegressionData(
      features: Matrix(rows: count, columns: space.count, elements: rows.flatMap { $0.dropLast() }),
      target: rows.compactMap(\.last))
  }

  /// Checks that a row lies in the feasible set and its target in its range.
  private static func check(
    _ values: [Double], _ row: Int, _ scenario: PoisoningScenario, _ answer: AnswerFile
  ) throws {
    let (space, set) = (scenario.space, scenario.feasible)
    for column in set.numeric
    where !(values[column] >= space.lower[column] && values[column] <= space.upper[column]) {
      throw answer.wrong(
        row, column, "is \(values[column]) and must be from \(space.lower[column]) to \(space.upper[column])")
    }
    for group in set.groups {
      if let column = group.columns.first(where: { values[$0] != 0 && values[$0] != 1 }) {
        throw answer.wrong(row, column, "is \(values[column]) and must be 0 or 1")
      }
      let ones = group.columns.count { values[$0] == 1 }
      guard group.levels.contains(ones) else {
        let (low, high) = (group.levels.lowerBound, group.levels.upperBound)
        throw answer.wrong(
          row,
          "\(ones) columns of the group '\(group.name)' are 1 and \(low == high ? "\(low)" : "\(low) to \(high)") must be"
        )
      }
    }
    let (target, range) = (values[space.count], scenario.targetRange)
    guard range.contains(target) else {
      throw answer.wrong(
        row, space.count, "is \(target) and must be from \(range.lowerBound) to \(range.upperBound)")
    }
  }
}

extension JSONValue {
  /// The columns of a design matrix; those in `indicators` are 0 or 1.
  static func columns(_ space: FeatureSpace, indicators: [Int]) -> JSONValue {
    let isIndicator = Set(indicators)
    return .list(
      space.names.indices.map { column in
        [
          "name": .text(space.names[column]), "kind": isIndicator.contains(column) ? "indicator" : "number",
          "lower": .number(space.lower[column]), "upper": .number(space.upper[column]),
        ]
      })
  }

  /// A linear learner with its penalty.
  static func learner(_ learner: LinearLearner) -> JSONValue {
    let (id, penalty, mixing): (String, JSONValue, JSONValue) =
      switch learner.base {
      case .leastSquares, .throughOrigin: ("ols", .null, .null)
      case .ridge(let penalty): ("ridge", .number(penalty), .null)
      case .lasso(let penalty): ("lasso", .number(penalty), .null)
      case .elasticNet(let penalty, let mixing): ("elastic-net", .number(penalty), .number(mixing))
      }
    return [
      "id": .text(id), "penalty": penalty, "mixing": mixing, "intercept": learner.hasIntercept ? 1 : 0,
    ]
  }
}

extension Table {
  /// Features with their target, in the order of the rows.
  static func training(_ data: RegressionData, _ space: FeatureSpace, _ target: String) -> Table {
    Table(
      columns: (Scenario.columns(data.features, space.names) + [(target, data.target)]).map {
        Table.Column(name: $0.0, values: .numeric($0.1))
      })
  }
}
