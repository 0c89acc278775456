import LinearAlgebra
import Querying

/// What guards cost honest users: how many of their queries get another class, other probabilities or no answer.
public struct GuardCost: Sendable, Hashable, Codable {
  /// Honest queries.
  public let queries: Int
  /// Those that were refused.
  public let refused: Int
  /// Of the answered ones those that got another class than the model's.
  public let labelFlips: Int
  /// Mean L1 distance of the probabilities from the model's, over the answers that give any; nil without such.
  public let meanDistortion: Double?
  /// Mean distance of predicted numbers from the model's; nil for classes.
  public let meanNumberError: Double?

  /// Part of the answered queries that got another class; 0 if none was answered.
  public var flipRate: Double {
    queries > refused ? Double(labelFlips) / Double(queries - refused) : 0
  }

  /// Part of the queries that were refused.
  public var refusalRate: Double { queries > 0 ? Double(refused) / Double(queries) : 0 }

  /// The costs of guards, in their order, on the honest queries of a context, one query a request as one client.
  ///
  /// - Throws: an error of the model, or of a guard other than a refusal.
  public static func measured(
    _ guards: [any PreparedGuard], on context: ServiceContext, client: String = "honest"
  ) throws -> GuardCost {
    let rows = context.benign
    let truth = try context.oracle.answers(rows)
    var (refused, flips, distortions, errors) = (0, 0, [Double](), [Double]())
    for (row, answer) in truth.enumerated() {
      do {
        let given = try guards.reduce([answer]) {
          try $1.guarded($0, to: rows.rows(at: [row]), client: client)
        }[0]
        if given.label != answer.label { flips += 1 }
        if !given.probabilities.isEmpty {
          distortions.append(
            zip(given.probabilities, answer.probabilities).reduce(0) { $0 + abs($1.0 - $1.1) })
        }
        if let number = given.number, let own = answer.number { errors.append(abs(number - own)) }
      } catch QueryError.refused {
        refused += 1
      }
    }
    return GuardCost(
      queries: rows.rows, refused: refused, labelFlips: flips,
      meanDistortion: distortions.isEmpty ? nil : distortions.mean,
      meanNumberError: errors.isEmpty ? nil : errors.mean)
  }
}
