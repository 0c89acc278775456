import Experiments
import Privacy
import Learning
import Methods

/// What private models are worth to patients.
extension DosageBench {
  private static let doses: MetricKey = "within_20_percent"

  /// Row 6: the functional mechanism, as published and with the least noise.
  var utility: [PrivacyRow] {
    [(Self.paper, "", "noise as published"), (Self.tight, "-tight", "least noise")].flatMap {
      method, id, words in
      let note =
        "\(InversionSource.pharmacogenetics), has a relative risk from 1.26 to 0.99 on its slide. No simulation of trials "
        + "is made here; doses within 20 % of the true one stand for the risk. Neighbours differ by a row that is "
        + "replaced."
      func aim(_ number: Double) -> Reference {
        Reference(
          .ownAim, number,
          "aim of this project, for want of the slide's risk")
      }
      let rise = PrivacyMeasure.rises(Self.doses, along: "epsilon", most: 0, noEffect: 0.05)
      return [
        PrivacyRow(
          row: 6, id: "private-doses\(id)-0.25",
          "share of patients with a dose within 20 % from a private model at epsilon 0.25, \(words)",
          reference: aim(0.34), unit: "share",
          judging: .by(
            Expectation(0...0.34, stronger: .lower, noEffect: 0.45),
            null: Self.null("no privacy", Self.doses, .plain)), setting: Self.bounds, note: note,
          work: cells(method, [0.25]) + cells(.plain, [nil]),
          measure: PrivacyMeasure.metric(Self.doses, method.id, at: 0.25)),
        PrivacyRow(
          row: 6, id: "private-doses\(id)-100",
          "share of patients with a dose within 20 % from a private model at epsilon 100, \(words)",
          reference: aim(0.45), unit: "share",
          judging: .by(
            Expectation(0.45...1, stronger: .higher, noEffect: 0.289),
            null: Self.null("the fixed dose", Self.doses, .fixed)), setting: Self.bounds, note: note,
          work: cells(method, [100]) + cells(.fixed, [nil]),
          measure: PrivacyMeasure.metric(Self.doses, method.id, at: 100)),
        PrivacyRow(
          row: 6, id: "private-doses\(id)-rise",
          "less budget means worse doses: largest fall of the mean along the curve, \(words)",
          reference: aim(0),
          unit: "share", judging: rise.judging, setting: Self.bounds, note: note,
          work: cells(method, PrivacyStatements.budgets), measure: rise.measure),
      ]
    }
  }

  /// Row 6: other models, beside the fixed dose for the same patients.
  var others: [PrivacyRow] {
    let fixed = PrivacyRow(
      row: 6, id: "doses-fixed", "share of patients within 20 % from the fixed dose of 35 mg per week",
      reference: Reference(.published, 0.289, InversionSource.equations), unit: "share",
      judging: .by(
        InversionSource.patients(0.289, noEffect: 0.24),
        null: .measured(
          "the dose of another patient", PrivacyMeasure.metric("within_20_of_another", "fixed", at: nil))),
      setting: "the 4,819 patients of Yeom et al.; the source has 5,052",
      work: cells(.fixed, [nil]), measure: PrivacyMeasure.metric(Self.doses, Method.fixed.id, at: nil))
    let neighbours = "Neighbours: \(NeighbourRelation.addRemove.rawValue)."
    let models: [(id: String, Method, words: String, epsilon: Double, note: String)] = [
      (
        "doses-histogram-0.25", .histogram, "a private histogram", 0.25,
        "Cells of race and both genotypes; the projected histograms of \(InversionSource.pharmacogenetics), choose "
          + "their cells."
      ),
      ("doses-histogram-100", .histogram, "a private histogram", 100, "The same cells."),
      (
        "doses-tree", .tree, "a private random tree", 100,
        "Six random tests with a noisy count and sum in each leaf."
      ),
    ]
    return [fixed]
      + models.map { id, method, words, epsilon, note in
        PrivacyRow(
          row: 6, id: id,
          "more patients within 20 % from \(words) at epsilon \(epsilon.formatted) than from the fixed dose",
          reference: Reference(.ownAim, nil, "aim of this project: of use at all"), unit: "share",
          judging: .by(
            Expectation(Double.leastNonzeroMagnitude...1, stronger: .higher, noEffect: 0),
            null: .swapped(
              Self.doses,
              [.init(defence: method.id, budget: epsilon), .init(defence: Method.fixed.id, budget: nil)])),
          setting: Self.bounds,
          note: "\(note) \(neighbours)",
          work: cells(method, method == .tree ? PrivacyStatements.budgets : [epsilon]) + cells(.fixed, [nil]),
          measure: StatementMeasure.difference(
            Self.doses, .init(defence: method.id, budget: epsilon),
            less: .init(defence: Method.fixed.id, budget: nil)))
      }
  }

  /// Row 19: how the noise is calibrated.
  var calibration: [PrivacyRow] {
    let (exact, reference) = (Method.adaptive(.exact), Method.adaptive(.reference))
    return [(0.25, 0.08), (1, 0.06)].map { (epsilon: Double, gain: Double) in
      PrivacyRow(
        row: 19, id: "adassp-exact-\(epsilon)",
        "exact noise explains more of the dose than the reference's noise at epsilon \(epsilon)",
        reference: Reference(.ownReference, gain, "NumPy, run by this project, 10 splits"),
        unit: "of R squared",
        judging: .by(
          .around(gain, .printed(unit: 0.02), noEffect: 0),
          null: .swapped(
            "r_squared",
            [.init(defence: exact.id, budget: epsilon), .init(defence: reference.id, budget: epsilon)])),
        setting: Self.bounds,
        note:
          "Wang, Revisiting Differentially Private Linear Regression, UAI 2018, with noise by Balle and Wang, ICML 2018; "
          + "AdaSSP with delta 1e-5, neighbours: \(NeighbourRelation.addRemove.rawValue). The paper's own data are not at "
          + "hand. The reference is the difference of two numbers of two decimals.",
        work: cells(exact, [epsilon]) + cells(reference, [epsilon]),
        measure: StatementMeasure.difference(
          "r_squared", .init(defence: exact.id, budget: epsilon),
          less: .init(defence: reference.id, budget: epsilon)))
    }
  }
}
