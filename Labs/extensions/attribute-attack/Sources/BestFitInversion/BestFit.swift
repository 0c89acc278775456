import Inversion
import LinearAlgebra
import Methods

/// The candidate with which the model errs least: every candidate is asked about, and weighed by the probability of the
/// error that the model would make.
///
/// That is inversion without the marginal. Beside `map` it shows how much of a result is the distribution of the attribute
/// and how much the model.
///
/// - Source: the likelihood alone of Fredrikson, Lantz, Jha, Lin, Page, Ristenpart, "Privacy in Pharmacogenetics", USENIX
///   Security 2014.
struct BestFit: InversionAttack {
  static let card = MethodCard(
    id: "best-fit", family: .attributeInference, title: "Best fit",
    summary: "The attribute with which the model errs least; no marginal.",
    citation: "after Fredrikson et al., Privacy in Pharmacogenetics, USENIX Security 2014",
    needs: "Answers to chosen rows; the response, all other attributes and the error of the model.",
    taxonomy: .attributeInference)

  static func missing(_ task: AttributeTask) -> String? { task.missingColumns }

  func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses {
    let answers = try await task.ask(task.completedRows())
    let people = task.known.rows
    var fits = Matrix(rows: people, columns: task.candidates.count)
    for row in 0..<people {
      for place in task.candidates.indices {
        fits[row, place] = task.logFit(answers, place * people + row, row: row)
      }
    }
    return AttributeGuesses(candidates: task.candidates, logWeights: fits)
  }
}
