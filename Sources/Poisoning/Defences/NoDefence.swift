import Learning
public import LinearAlgebra
public import Methods

/// No defence: the learner is fitted on everything.
public struct NoDefence: PoisoningDefence {
  public static let card = MethodCard(
    id: "none", family: .trainingDefence, title: "No defence", summary: "The learner is fitted on every row.",
    citation: "baseline", needs: "nothing")

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    DefendedFit(model: try task.learner.fit(task.data), rejected: [])
  }
}
