import Statistics
import Learning
public import LinearAlgebra
public import Methods
import RealModule

/// The maximum a posteriori guess from marginals and an error model:
///
/// `score(v) = Σ_x π(y, f(x)) · Π_{i unknown} pᵢ(xᵢ)`
///
/// over all completions `x` of the known attributes with the value `v` of the sensitive one. The sum is exact.
///
/// With ``usesConditionalPrior`` the marginal of the sensitive attribute is that within the group of the person (race
/// decides much of a genotype), where the task says how they depend on each other.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``usesConditionalPrior`` | false | | Take the distribution within the person's group |
/// | ``completionLimit`` | 100000 | `1...` | Most combinations of unknown attributes for one row |
///
/// - Source: Fredrikson, Lantz, Jha, Lin, Page, Ristenpart, "Privacy in Pharmacogenetics: An End-to-End Case Study of
///   Personalized Warfarin Dosing", USENIX Security 2014.
public struct MarginalInversion: InversionAttack, Hashable {
  public static let card = MethodCard(
    id: "map", family: .attributeInference, title: "Most probable attribute (MAP)",
    summary: "The attribute that is most probable given the response, the marginals and the model's error.",
    citation: "Fredrikson et al., Privacy in Pharmacogenetics, USENIX Security 2014",
    needs: "answers to chosen rows; the response, the marginals and the error of the model",
    taxonomy: .attributeInference)

  public static let settings: [Setting<Self>] = [
    .init("usesConditionalPrior", \.usesConditionalPrior, "take the distribution within the person's group"),
    .init("completionLimit", \.completionLimit, "most combinations of unknown attributes", in: 1...),
  ]

  /// Whether the distribution within the person's group replaces the marginal of the sensitive attribute.
  public var usesConditionalPrior = false
  /// Most combinations of unknown attributes for one row.
  public var completionLimit = 100_000

  /// The attack with its default parameters.
  public init() {}

  public func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses
  {
    let count = task.candidates.count
    var scores = Matrix(rows: task.known.rows, columns: count, repeating: -.infinity)
    var grids: [[Int]: CompletionGrid] = [:]
    var start = 0
    while start < task.known.rows {
      // A block of rows whose completions are asked for together.
      var (rows, parts) = ([Int](), [CompletionGrid]())
      var elements: [Double] = []
      while start < task.known.rows, elements.count < 400_000 {
        let row = task.known.row(start)
        let unknown = row.indices.filter { row[$0].isNaN }
        let grid = try grids[unknown] ?? CompletionGrid(task, unknown: unknown, limit: completionLimit)
        grids[unknown] = grid
        grid.append(completionsOf: row, to: &elements)
        rows.append(start)
        parts.append(grid)
        start += 1
      }
      let width = task.known.columns
      let answers = try await task.ask(
        Matrix(rows: elements.count / width, columns: width, elements: elements))
      var index = 0
      for (row, grid) in zip(rows, parts) {
        for completion in 0..<grid.count {
          let place = grid.sensitivePlaces[completion]
          var weight = grid.logWeights[completion]
          if usesConditionalPrior, let prior = task.prior {
            weight += correction(prior, task, elements[index * width + prior.column], place)
          }
          scores[row, place] = logSum(
            scores[row, place], weight + task.logFit(answers, index, row: row))
          index += 1
        }
      }
    }
    return AttributeGuesses(candidates: task.candidates, logWeights: scores)
  }

  /// What replaces the marginal of a candidate by its share within a group.
  private func correction(
    _ prior: ConditionalPrior, _ task: AttributeTask, _ group: Double, _ place: Int
  ) -> Double {
    guard let shares = prior.shares(given: group) else { return 0 }
    return Double.log(shares[place]) - Double.log(task.marginals[task.sensitive].shares[place])
  }
}

/// All combinations of the values of some columns, with the logarithm of the product of their shares.
struct CompletionGrid: Sendable {
  /// The columns.
  let unknown: [Int]
  /// Their values, combination after combination.
  let values: [Double]
  /// The logarithm of the product of the shares.
  let logWeights: [Double]
  /// The place of the sensitive value in each combination.
  let sensitivePlaces: [Int]

  /// Number of combinations.
  var count: Int { logWeights.count }

  init(_ task: AttributeTask, unknown: [Int], limit: Int) throws(InversionError) {
    var (combinations, weights, places) = ([[Double]()], [0.0], [0])
    for column in unknown {
      let marginal = task.marginals[column]
      let (total, overflow) = combinations.count.multipliedReportingOverflow(by: marginal.values.count)
      guard !overflow, total <= limit else { throw .tooManyCompletions(total, limit: limit) }
      var (longer, sums, next) = ([[Double]](), [Double](), [Int]())
      for (index, combination) in combinations.enumerated() {
        for (place, value) in marginal.values.enumerated() {
          longer.append(combination + [value])
          sums.append(weights[index] + Double.log(marginal.shares[place]))
          next.append(column == task.sensitive ? place : places[index])
        }
      }
      (combinations, weights, places) = (longer, sums, next)
    }
    self.unknown = unknown
    values = combinations.flatMap(\.self)
    logWeights = weights
    sensitivePlaces = places
  }

  /// Adds the completions of a row, one after the other.
  func append(completionsOf row: [Double], to elements: inout [Double]) {
    var filled = row
    for completion in 0..<count {
      for (index, column) in unknown.enumerated() {
        filled[column] = values[completion * unknown.count + index]
      }
      elements += filled
    }
  }
}
