public import Learning
import LinearAlgebra
public import Methods

/// What the attacker maximises: the mean loss of the poisoned model on rows that it knows.
///
/// Both losses are convex in the model's parameters `θ = (w, b)`, so the tangent at the model of the moment,
/// `W(θ) ≥ W(θ₀) + gᵀ(θ − θ₀)`, never promises more than a change of the poison delivers.
public struct AttackerObjective: Sendable {
  /// On which of its rows an attacker measures success.
  public enum Rows: String, Sendable, Hashable, Codable, CaseIterable {
    /// The clean training rows (`W_tr` of Jagielski et al. 2018).
    case training
    /// The validation rows (`W_val`).
    case validation
    /// Both; a white-box attacker has both, and more rows overfit less.
    case both
  }

  /// How the error `r` on one row counts; as a setting `squared` or `huber(0.1)`.
  public enum Loss: SettingValue, Hashable, Codable, CustomStringConvertible {
    /// `r²`. Maximal where a few rows with rare features are wrong beyond all measure.
    case squared
    /// `r²` up to `scale`, then linear: `2·scale·|r| − scale²`. Maximal where many rows are wrong.
    case huber(scale: Double)

    public var description: String {
      switch self {
      case .squared: "squared"
      case .huber(let scale): "huber(\(scale))"
      }
    }

    public init?(settingText text: String) {
      if text == "squared" {
        self = .squared
      } else if text.hasPrefix("huber("), text.hasSuffix(")"),
        let scale = Double(text.dropFirst("huber(".count).dropLast()), scale > 0, scale.isFinite
      {
        self = .huber(scale: scale)
      } else {
        return nil
      }
    }

    public var settingText: String { description }
  }

  let data: RegressionData
  let loss: Loss
  /// The learner whose penalty counts towards success, as in the released code; nil for none.
  var penalised: LinearLearner?

  /// The objective of a scenario on the chosen rows.
  public init(_ scenario: PoisoningScenario, rows: Rows, loss: Loss) {
    let data =
      switch rows {
      case .training: scenario.training
      case .validation: scenario.validation
      case .both: scenario.training.appending(scenario.validation)
      }
    self.init(data, loss: loss)
  }

  /// The mean loss on `data`.
  public init(_ data: RegressionData, loss: Loss) {
    self.data = data
    self.loss = loss
  }

  /// `W` of a fitted model.
  public func value(_ model: LinearModel) -> Double {
    guard data.count > 0 else { return 0 }
    var sum = 0.0
    for (prediction, truth) in zip(model.predict(data.features), data.target) {
      let size = abs(prediction - truth)
      switch loss {
      case .squared: sum += size * size
      case .huber(let scale): sum += size <= scale ? size * size : scale * (2 * size - scale)
      }
    }
    return sum / Double(data.count) + penalty(model)
  }

  /// `∇W` with respect to `(w, b)`, `d + 1` numbers.
  public func gradient(_ model: LinearModel) -> [Double] {
    let scale = 2 / Double(max(data.count, 1))
    let slopes = zip(model.predict(data.features), data.target).map { prediction, truth in
      let error = prediction - truth
      switch loss {
      case .squared: return scale * error
      case .huber(let limit): return scale * min(max(error, -limit), limit)
      }
    }
    var weights = data.features.transposedTimes(slopes)
    addPenaltySlopes(model, to: &weights)
    return weights + [slopes.reduce(0, +)]
  }
}

extension AttackerObjective {
  /// This objective with the victim's penalty as a part of the attacker's success.
  ///
  /// The paper writes `W_tr` as the training loss of the learner, penalty included; its released code adds
  /// `penalty · ‖w‖ / 2` for ridge (the norm, not its square) and `penalty · ‖w‖₁` for LASSO, and climbs along
  /// the slopes of `penalty · ‖w‖²` and `penalty · 2‖w‖₁` beside those of the mean squared error.
  ///
  /// - Source: Jagielski et al., IEEE S&P 2018, section IV-B, and their released code.
  func counting(_ learner: LinearLearner) -> AttackerObjective {
    var objective = self
    objective.penalised = learner
    return objective
  }

  private func penalty(_ model: LinearModel) -> Double {
    switch penalised?.base {
    case .ridge(let penalty): penalty * norm2(model.weights) / 2
    case .lasso(let penalty): penalty * model.weights.reduce(0) { $0 + abs($1) }
    case .leastSquares, .elasticNet, .throughOrigin, nil: 0
    }
  }

  private func addPenaltySlopes(_ model: LinearModel, to slopes: inout [Double]) {
    switch penalised?.base {
    case .ridge(let penalty): axpy(2 * penalty, model.weights, into: &slopes)
    case .lasso(let penalty):
      for (index, weight) in model.weights.enumerated() where weight != 0 {
        slopes[index] += weight > 0 ? 2 * penalty : -2 * penalty
      }
    case .leastSquares, .elasticNet, .throughOrigin, nil: break
    }
  }
}
