import Experiments
public import Stealing

extension Metrics {
  /// How close a copy is: `r_test`, `r_unif`, `tv_test`, `tv_unif` of classes, `difference_test` and
  /// `difference_unif` of numbers, and accuracies where labels are known. What does not apply is left out.
  public init(_ report: FidelityReport) {
    self.init()
    for (part, comparison) in [("test", report.test), ("unif", report.uniform)] {
      guard let comparison else { continue }
      for (name, value) in [
        ("r", comparison.labels), ("tv", comparison.totalVariation),
        ("difference", comparison.meanDifference),
      ] where value != nil { self["\(name)_\(part)"] = value }
    }
    if let accuracy = report.accuracy {
      self["accuracy"] = accuracy
      self["victim_accuracy"] = report.modelAccuracy
    }
  }
}
