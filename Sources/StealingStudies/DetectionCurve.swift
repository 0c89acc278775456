import Experiments
import Reporting
public import Guarding

/// How many thefts a detector finds for each share of honest streams that it wrongs, over all attacks on one model.
public struct DetectionCurve: Sendable, Hashable, Codable {
  /// The data of the model.
  public let dataset: String
  /// Id of the detector.
  public let detector: String
  /// Both rates at every threshold, from the highest on.
  public let points: [DetectionReport.Point]

  /// One curve for each detector, over the thefts of all cells.
  ///
  /// - Parameter models: the cells of each model, all of which have the same honest streams.
  static func all(of models: [[DetectorStudy.Cell]], dataset: String) -> [DetectionCurve] {
    var detectors: [String] = []
    for cell in models.joined() where !detectors.contains(cell.detector) { detectors.append(cell.detector) }
    return detectors.map { id in
      let own = models.map { $0.filter { $0.detector == id } }
      let report = DetectionReport(
        honest: own.flatMap { $0.first?.report.honest ?? [] },
        attacks: own.joined().flatMap(\.report.attacks))
      return DetectionCurve(dataset: dataset, detector: id, points: report.characteristic)
    }
  }
}

extension StealingReport {
  /// The receiver operating characteristics of all detectors on one model.
  static func curves(_ curves: [DetectionCurve], dataset: String) -> Figure {
    let own = curves.filter { $0.dataset == dataset }
    return Figure(
      id: "detection-\(dataset)", title: "Thefts found and honest users wronged on \(dataset)",
      caption:
        "Share of the thefts by all attacks and of the honest streams whose highest score reaches a threshold, for all "
        + "thresholds. A detector that guesses lies on the diagonal.",
      form: .lines, x: Figure.Axis("honest streams with an alarm", range: 0...1),
      y: Figure.Axis("thefts with an alarm", range: 0...1),
      series: own.map { curve in
        Figure.Series(
          curve.detector,
          [Figure.Point(x: 0, y: 0)]
            + curve.points.map { Figure.Point(x: $0.falseAlarmRate, y: $0.detectionRate) })
      })
  }
}
