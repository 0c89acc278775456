import Learning
public import LinearAlgebra
public import Methods
import Tabular

/// Reject on negative impact: rows that raise the error of models trained with them are left out.
///
/// In each trial a random half of a random sample trains a ridge model and the other half judges it. Every row
/// of the data is added to that training half on its own; the change of the judging error, from a rank-one
/// update, is its impact. The rows with the largest mean impact are rejected. Poison among the judges makes
/// poison look harmless, which is why the defence fails against attacks that agree with each other.
///
/// - Source: Nelson et al., "Exploiting machine learning to subvert your spam filter", LEET 2008, section 5.1;
///   for regression as in Jagielski et al., IEEE S&P 2018, section VI.
public struct RONI: PoisoningDefence {
  public static let card = MethodCard(
    id: "roni", family: .trainingDefence, title: "RONI",
    summary: "Rejects rows that raise the error of models trained with them.",
    citation: "Nelson et al., Exploiting Machine Learning to Subvert Your Spam Filter, LEET 2008",
    needs: "the number of poisoned rows, or a bound on it", taxonomy: .sanitizeTrainingData)

  public static let settings: [Setting<Self>] = [
    .init("trials", \.trials, "random samples", in: 1...),
    .init("sample", \.sample, "rows in a sample, as a share of all", in: .above(0, through: 1)),
    .init(
      "penalty", \.penalty, "penalty of the ridge model that judges, on features as shares of their ranges",
      in: .above(0)),
  ]

  /// Random samples.
  public var trials = 20
  /// Rows in a sample, as a share of all.
  public var sample = 0.5
  /// Penalty of the judging ridge model.
  public var penalty = 0.1

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    let keep = try task.keptCount(Self.card.title)
    let data = task.shares.data(task.data)
    var impact = [Double](repeating: 0, count: data.count)
    let half = max(2, Int(Double(data.count) * min(max(sample, 0), 1) / 2))
    for _ in 0..<trials {
      let order = random.permutation(data.count)
      let training = data.rows(at: Array(order.prefix(half)))
      let judges = data.rows(at: Array(order.dropFirst(half).prefix(half)))
      axpy(1, try impacts(of: data, training: training, judges: judges), into: &impact)
    }
    let order = impact.indices.sorted {
      (impact[$0], data.target[$0], $0) < (impact[$1], data.target[$1], $1)
    }
    let kept = order.prefix(keep).sorted()
    return DefendedFit(
      model: try task.learner.fit(task.data.rows(at: kept)), rejected: task.others(than: kept))
  }

  /// Change of the judging error when each row joins the training rows on its own.
  private func impacts(
    of data: RegressionData, training: RegressionData, judges: RegressionData
  ) throws -> [Double] {
    let products = RawMoments(training)
    var hessian = products.gram
    let columns = data.features.columns
    for index in 0..<columns { hessian[index, index] += max(penalty, 1e-9) }
    hessian[columns, columns] += 1e-9
    let factor = try Cholesky(hessian)
    let parameters = factor.solve(products.cross)
    let judging = RawMoments(judges)
    var gradient = judging.gram.times(parameters)
    for index in gradient.indices { gradient[index] -= judging.cross[index] }
    let extended = data.features.withOnes()
    // Rows of `moved` are P x̃; a row enters with step k and moves the parameters by k · P x̃.
    let moved = factor.solve(rowsOf: extended)
    let curved = moved.times(judging.gram)
    let predictions = extended.times(parameters)
    let slopes = moved.times(gradient)
    return (0..<data.count).map { row in
      let leverage = moved.withRow(row) { v in extended.withRow(row) { dot(v, $0) } }
      let curvature = moved.withRow(row) { v in curved.withRow(row) { dot(v, $0) } }
      let step = (data.target[row] - predictions[row]) / (1 + leverage)
      return step * (2 * slopes[row] + step * curvature) / Double(judges.count)
    }
  }
}

extension Matrix {
  /// These columns followed by a column of ones.
  func withOnes() -> Matrix {
    var result = [Double]()
    result.reserveCapacity(rows * (columns + 1))
    for row in 0..<rows {
      withRow(row) { result.append(contentsOf: $0) }
      result.append(1)
    }
    return Matrix(rows: rows, columns: columns + 1, elements: result)
  }
}
