import Learning
import LinearAlgebra
import Testing

@testable import Poisoning

/// The training objective of the released code of Jagielski et al. (2018), written out by hand: two rows
/// (1, 0) → 1 and (0, 2) → 0, weights (3, -4), intercept 0.5, so that the errors are 2.5 and -7.5.
@Suite("The attacker's objective as released")
struct PublishedObjectiveTests {
  private let data = RegressionData(features: Matrix([[1, 0], [0, 2]]), target: [1, 0])
  private let model = LinearModel(weights: [3, -4], intercept: 0.5)

  @Test("Ridge adds half the norm of the weights, and climbs along the square")
  func ridge() {
    let objective = AttackerObjective(data, loss: .squared).counting(.ridge(penalty: 0.2))
    #expect(abs(objective.value(model) - 31.75) < 1e-12)
    let expected: [Double] = [3.7, -16.6, -5]
    for (found, value) in zip(objective.gradient(model), expected) { #expect(abs(found - value) < 1e-12) }
  }

  @Test("LASSO adds the sum of the weights' sizes")
  func lasso() {
    let objective = AttackerObjective(data, loss: .squared).counting(.lasso(penalty: 0.2))
    #expect(abs(objective.value(model) - 32.65) < 1e-12)
    #expect(objective.gradient(model) == [2.9, -15.4, -5])
  }

  @Test("Without a penalty only the errors count")
  func plain() {
    #expect(AttackerObjective(data, loss: .squared).value(model) == 31.25)
    #expect(AttackerObjective(data, loss: .squared).gradient(model) == [2.5, -15, -5])
  }
}
