public import Experiments
public import Inversion
import Learning

extension AttributeResult {
  /// The numbers of the attack on members and on others: of a number its errors, of a category or a number of few values
  /// how often the guess is right; recall, precision and Matthews' correlation belong to the
  /// candidate in the place of `positive`.
  public func metrics(positive: Int? = nil) -> Metrics {
    var result: Metrics = ["queries": queries.map { Double($0) }]
    for (name, group) in [("member", members), ("other", others)] {
      guard let group else { continue }
      if let error = group.error {
        result["\(name)_absolute_error"] = error.absolute
        result["\(name)_rms_error"] = error.rootMeanSquared
      }
      if group.isContinuous { continue }
      let metrics = group.metrics
      result["\(name)_accuracy"] = metrics.accuracy
      result["\(name)_auc"] = metrics.area
      result["\(name)_balanced_accuracy"] = metrics.balancedAccuracy
      result["\(name)_mcc"] = metrics.matthewsCorrelation
      if let positive, metrics.confusion.indices.contains(positive) {
        result["\(name)_precision"] = metrics.precisions[positive]
        result["\(name)_recall"] = metrics.recalls[positive]
      }
    }
    return result
  }

  /// The attack as an outcome of an experiment that runs several, with what knows nothing: `member_share` of the people who have the value in the place of
  /// `positive`, and `other_rarest`, the share of the rarest value.
  func outcome(_ experiment: Experiment, positive: Int? = nil) -> Outcome {
    var metrics = metrics(positive: positive)
    if let positive { metrics["member_share"] = members?.shares[positive] }
    metrics["other_rarest"] = others?.shares.filter { $0 > 0 }.min()
    return Outcome(experiment.with(attack: name), metrics: metrics)
  }
}

extension AttributeResult.Group {
  /// The share of the people who have each candidate.
  fileprivate var shares: [Double] {
    let counts = metrics.confusion.map { $0.reduce(0, +) }
    let all = max(counts.reduce(0, +), 1)
    return counts.map { Double($0) / Double(all) }
  }
}
