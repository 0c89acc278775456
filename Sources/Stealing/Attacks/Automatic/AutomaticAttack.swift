import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// The attack that fits: those that can work on what the model gives are tried, and the first whose copy agrees with
/// rows that were held out is taken.
///
/// 1. Some rows are held out; no copy is made from them. Half of them are given rows, if there are any.
/// 2. Moved rows tell a model that answers in steps, which is walked through leaf by leaf, from one with weights, which
///    is solved for. An attack whose copy meets its own equations but not the rows held out gets more queries, or rows
///    where the model is less sure, before it is given up.
/// 3. If none agrees, models of several kinds are fitted to all answers, and the one that comes closest to the rows held
///    out is handed over as an approximation, with the disagreement found.
///
/// All of them draw the same random rows, so that what one has asked costs the next one nothing.
public struct AutomaticAttack: ExtractionAttack {
  public static let card = MethodCard(
    id: "auto", family: .extraction, title: "Automatic choice",
    summary:
      "Tries the attacks that fit the model's answers, the cheapest first, until a copy agrees with rows held out.",
    citation:
      "the order of Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "an interface on which any attack works", taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = [
    .init("checks", \.checks, "rows held out to check a copy, at most a quarter of the budget", in: 1...),
    .init(
      "tolerance", \.tolerance,
      "total variation, or difference of numbers in units of their spread without outliers, that counts as none",
      in: 0...),
  ]

  /// Rows held out to check a copy.
  public var checks = 20
  /// Total variation, or difference of numbers in units of their spread without outliers, that counts as none.
  public var tolerance = 1e-5

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    EquationSolving.missing(schema, capabilities) == nil || schema.classCount >= 2
      ? nil : "the probabilities of all classes, labels, or a number"
  }

  public func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    var stream = random.child("checks")
    let held = try await HeldOutRows(
      session, count: checks, relative: tolerance, method: Self.card.title, using: &stream)
    var trials = AutomaticTrials(session: session, held: held, random: random)
    try await trials.run()
    return try trials.verdict()
  }
}
