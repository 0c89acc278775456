import Inversion
import LinearAlgebra
import Methods

/// The target's score of a record's true class, less the mean of those that models gave which never saw the record: an
/// easy record, on which every model is sure, is no member for that.
///
/// The shadow models are the reference models; each record is in half of them.
///
/// - Source: Watson, Guo, Cormode, Sablayrolles, "On the Importance of Difficulty Calibration in Membership Inference
///   Attacks", ICLR 2022, with the logit of the probability in place of the loss.
struct CalibratedScore: MembershipAttack {
  static let card = MethodCard(
    id: "calibrated", family: .membershipInference, title: "Calibrated score",
    summary: "Calls a record a member if the model fits it better than models that never saw it.",
    citation:
      "Watson et al., On the Importance of Difficulty Calibration in Membership Inference Attacks, ICLR 2022",
    needs: "The probabilities of all classes; a few shadow models.", taxonomy: .membershipInference)

  static let needsShadows = true

  func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double] {
    guard let shadows = task.shadows else {
      throw InversionError.missing(method: Self.card.id, need: "shadow models")
    }
    return try await task.confidences().enumerated().map { record, score in
      let unseen = shadows.split(record).unseen
      return score - unseen.reduce(0, +) / Double(max(unseen.count, 1))
    }
  }
}
