import Reporting

/// The figures of the dosage case: every attack and every defence of the study is in them.
struct DosageFigures {
  let outcomes: [Outcome]
  let attacks: [String]
  let defences: [String]
  let rates: [Double]

  /// Median dose change over the rates.
  func medianChange(model: String) -> Figure {
    Figure(
      id: "median-change-\(model)", title: "Median change of the dose, \(model)",
      caption:
        "Half of the unseen patients get a dose that differs by at least this much from the dose of the "
        + "clean model. Mean over seeds, bars from the smallest to the largest. random is the attacker who knows nothing.",
      form: .lines, x: .init("poison, share of the training set"), y: .init("median relative change"),
      series: series("dose_change_median", model: model))
  }

  /// Test error over the rates.
  func testError(model: String) -> Figure {
    Figure(
      id: "test-error-\(model)", title: "Test error, \(model)",
      caption: "Mean squared error on unseen patients, dose scaled to [0, 1]. Logarithmic.",
      form: .lines, x: .init("poison, share of the training set"),
      y: .init("mean squared error", isLogarithmic: true), series: series("test_mse", model: model))
  }

  private func series(_ metric: MetricKey, model: String) -> [Figure.Series] {
    attacks.map { attack in
      let cells = outcomes.matching(model: model, attack: attack, defence: "none").filter {
        $0.rate.map(rates.contains) ?? false
      }
      let clean = outcomes.matching(model: model, attack: "none", defence: "none")
      return Figure.Series(attack, metric: metric, overRateOf: clean + cells)
    }
  }

  /// Share of wrong doses over the rates behind each defence.
  func defended(model: String, attack: String) -> Figure {
    Figure(
      id: "defended-\(model)", title: "Wrong doses behind each defence, \(model), \(attack)",
      caption:
        "Share of unseen patients whose dose changes by more than 20 %. At rate 0 the cost of the defence "
        + "on clean data.",
      form: .lines, x: .init("poison, share of the training set"),
      y: .init("share of patients", range: 0...1),
      series: defences.map { defence in
        let clean = outcomes.matching(model: model, attack: "none", defence: defence)
        let cells = outcomes.matching(model: model, attack: attack, defence: defence)
          .filter { $0.rate.map(rates.contains) ?? false }
        return Figure.Series(defence, metric: "share_changed_20", overRateOf: clean + cells)
      })
  }
}
