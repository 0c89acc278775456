import Datasets
import Experiments
import InversionStudies
import Stealing
import StealingStudies
import Testing

@Suite("Examples of studies")
struct StudyExamples {
  @Test("Experiments: a card says what a table holds")
  func experiments() throws {
    // Example: Experiments
    let card = try DatasetCatalogue.card(id: "iris-fisher")
    let outcome = Outcome(dataset: card.id, model: "softmax", seed: 1, metrics: ["accuracy": 0.96])
    let document = ResultsDocument(
      tool: .init(version: "0.1.0", blas: "Haswell"), parameters: [:], methods: [],
      outcomes: [outcome], claims: [])
    print(outcome.experiment.id, try document.json())
    // End
    #expect(card.rows == 150)
    #expect(try ResultsDocument(json: document.json()) == document)
  }

  @Test("StealingStudies: a theft of a made-up set takes three queries")
  func stealing() async throws {
    // Example: StealingStudies
    let study = ExtractionStudy(searchPath: DataSearchPath(dataDirectory: nil), uniformRows: 1000)
    let theft = try await study.run(ExtractionCell(.circles, attack: "equation"))
    print(theft.report.queries, theft.report.uniform.labels ?? 0)
    // End
    #expect(theft.report.queries == 3 && theft.report.uniform.labels == 0)
  }

  @Test("InversionStudies: one row of the table of statements is judged")
  func inversion() async throws {
    // Example: InversionStudies
    var reproduction = InversionReproduction(searchPath: DataSearchPath(dataDirectory: nil))
    (reproduction.rows, reproduction.seeds) = ([2], [1])
    let run = try await reproduction.run { _, _ in }
    for claim in run.claims { print(claim.statement, claim.verdict) }
    // End
    #expect(!run.claims.isEmpty)
  }
}
