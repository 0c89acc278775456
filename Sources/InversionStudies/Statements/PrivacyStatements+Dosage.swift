import Experiments
import Inversion
import Learning

extension PrivacyStatements {
  /// Budgets of the published curves.
  private static let budgets = [0.25, 1, 5, 20, 100]

  /// Statements on private dosage models: what an attacker learns and what patients get.
  static func dosage(firstSeed: UInt64, models: Int) -> [PrivacyRow] {
    let seeds = (0..<UInt64(models)).map { firstSeed &+ $0 }
    func cells(_ method: PrivateDosageCell.Method, _ budgets: [Double?]) -> [PrivacyWork] {
      budgets.flatMap { epsilon in seeds.map { .dosage(.init(method, epsilon: epsilon, seed: $0)) } }
    }
    return inversion(cells) + usable(cells) + utility(cells) + calibration(cells)
  }

  private typealias Cells = (PrivateDosageCell.Method, [Double?]) -> [PrivacyWork]

  private static func inversion(_ cells: Cells) -> [PrivacyRow] {
    let source =
      "Fredrikson et al., Privacy in Pharmacogenetics, USENIX Security 2014 (curve of the authors' slides, read off)"
    let setting =
      "Functional mechanism with a penalty of four standard deviations and trimming; the sensitivity follows from "
      + "public bounds of a row (with that of the paper's formula the curve lies lower), doses within "
      + "2.1 to 315 mg/week; neighbours differ by a row that is replaced. Which attributes the published attacker knows "
      + "is not stated."
    let figures = zip(budgets, [(0.367, 0.03), (0.417, 0.05), (0.493, 0.05), (0.554, 0.05), (0.571, 0.03)])
    var rows = figures.map { epsilon, figure in
      PrivacyRow(
        row: 5, id: "private-inversion-\(epsilon)",
        statement: "VKORC1 is inverted from a linear model that is private at epsilon \(epsilon)",
        source: source, published: figure.0, unit: "share",
        expectation: .about(figure.0, tolerance: figure.1, noEffect: 0.3), note: setting,
        work: cells(.functional(.tight), [epsilon]),
        measure: StatementMeasure.metric("genotype_members"))
    }
    rows.append(
      PrivacyRow(
        row: 5, id: "private-inversion-rises",
        statement: "more budget means more inversion: largest fall of the mean along the curve",
        source: source, published: nil, unit: "share", expectation: Expectation(0...0, stronger: .lower),
        work: cells(.functional(.tight), budgets),
        measure: PrivacyMeasure.largestFall("genotype_members", along: "epsilon")))
    return rows + unequal(cells)
  }

  /// A hundredth of the budget for the genotype. With a tenth nothing changes: a row has few numbers, so the
  /// sensitive coefficients need little of the budget.
  private static func unequal(_ cells: Cells) -> [PrivacyRow] {
    let source = "Wang, Si, Wu, Regression Model Fitting under DP and Model Inversion Attack, IJCAI 2015"
    let pair = cells(.functional(.tight), [5]) + cells(.unequal(share: 0.01), [5])
    let note = "The paper's figures on these data are not at hand; its noise follows other sensitivities."
    return [
      PrivacyRow(
        row: 5, id: "unequal-inversion",
        statement:
          "a hundredth of the budget for the genotype's coefficients lowers inversion at epsilon 5 by",
        source: source, published: nil, unit: "share",
        expectation: Expectation(0.05...1, stronger: .higher, noEffect: 0), note: note,
        work: pair,
        measure: PrivacyMeasure.difference(
          "genotype_members", "functional-tight", less: "functional-unequal-0.01")),
      PrivacyRow(
        row: 5, id: "unequal-doses", statement: "and costs this share of doses within 20 %", source: source,
        published: nil, unit: "share", expectation: Expectation(-1...0.05, stronger: .lower), note: note,
        work: pair,
        measure: PrivacyMeasure.difference(
          "within_20_percent", "functional-tight", less: "functional-unequal-0.01")),
    ]
  }

  private static func utility(_ cells: Cells) -> [PrivacyRow] {
    let source =
      "Fredrikson et al., Privacy in Pharmacogenetics, USENIX Security 2014 (relative risk 1.26 to 0.99)"
    let proxy =
      "No simulation of trials is made; doses within 20 % of the true one stand for the risk of patients. Neighbours "
      + "differ by a row that is replaced."
    let wanted: [(Double, ClosedRange<Double>, Expectation.Direction)] = [
      (0.25, 0...0.34, .lower), (100, 0.45...1, .higher),
    ]
    let ends = wanted.map { epsilon, range, direction in
      PrivacyRow(
        row: 6, id: "private-doses-\(epsilon)",
        statement: "share of patients with a dose within 20 % from a private model at epsilon \(epsilon)",
        source: source, published: nil, unit: "share",
        expectation: Expectation(range, stronger: direction), note: proxy,
        work: cells(.functional(.tight), [epsilon]), measure: StatementMeasure.metric("within_20_percent"))
    }
    let curve = PrivacyRow(
      row: 6, id: "private-doses-rise",
      statement: "less budget means worse doses: largest fall of the mean along the curve",
      source: source, published: nil, unit: "share", expectation: Expectation(0...0, stronger: .lower),
      note: proxy, work: cells(.functional(.tight), budgets),
      measure: PrivacyMeasure.largestFall("within_20_percent", along: "epsilon"))
    let peers = [
      (PrivateDosageCell.Method.fixed, "the fixed dose of 35 mg per week", [nil] as [Double?], 0.289, 0.02)
    ].map { method, words, budgets, published, tolerance in
      PrivacyRow(
        row: 6, id: "doses-\(method.id)", statement: "share of patients within 20 % from \(words)",
        source: "IWPC, N. Engl. J. Med. 360 (2009), table 3, weighted", published: published, unit: "share",
        expectation: .about(published, tolerance: tolerance), work: cells(method, budgets),
        measure: StatementMeasure.metric("within_20_percent"))
    }
    let histogram = [0.25, 100].map { (epsilon: Double) in
      PrivacyRow(
        row: 6, id: "doses-histogram-\(epsilon)",
        statement: "share of patients within 20 % from a private histogram at epsilon \(epsilon)",
        source: source, published: nil, unit: "share", expectation: Expectation(0.29...1, stronger: .higher),
        note: "Cells of race and both genotypes; the paper's projected histograms choose their cells. "
          + "Compared with the fixed dose. Neighbours: \(NeighbourRelation.addRemove.rawValue).",
        work: cells(.histogram, [epsilon]), measure: StatementMeasure.metric("within_20_percent"))
    }
    let trees = PrivacyRow(
      row: 6, id: "doses-tree",
      statement: "share of patients within 20 % from a private random tree at epsilon 100",
      source: "question of this project, no published claim", published: nil, unit: "share",
      expectation: Expectation(0.29...1, stronger: .higher),
      note:
        "Six random tests with a noisy count and sum in each leaf; compared with the fixed dose. Neighbours: "
        + "\(NeighbourRelation.addRemove.rawValue).",
      work: cells(.tree, budgets),
      measure: { outcomes in
        outcomes.filter { $0.metrics["epsilon"] == 100 }.compactMap { $0.metrics["within_20_percent"] }
      })
    return ends + [curve] + peers + histogram + [trees]
  }

  /// A better mechanism is of use to patients and to an attacker, at a budget at which the functional one is of no use.
  private static func usable(_ cells: Cells) -> [PrivacyRow] {
    let source = "reference of this project, NumPy with scikit-learn 1.9.1"
    let note = "AdaSSP with delta 1e-5. Neighbours: \(NeighbourRelation.addRemove.rawValue)."
    return [
      ("doses", "serves patients within 20 %", "within_20_percent", 0.414, 0.03),
      ("inversion", "gives VKORC1 away", "genotype_members", 0.538, 0.03),
    ].map { id, words, metric, value, tolerance in
      PrivacyRow(
        row: 5, id: "adassp-\(id)",
        statement: "a private linear model with exact noise at epsilon 5 \(words)",
        source: source, published: value, unit: "share",
        expectation: .about(value, tolerance: tolerance, noEffect: 0.29), note: note,
        work: cells(.adaptive(.exact), budgets),
        measure: { outcomes in
          outcomes.filter { $0.metrics["epsilon"] == 5 }.compactMap { $0.metrics[metric] }
        })
    }
  }

  private static func calibration(_ cells: Cells) -> [PrivacyRow] {
    [(0.25, 0.0), (1, 0.04)].map { (epsilon: Double, least: Double) in
      PrivacyRow(
        row: 19, id: "adassp-exact-\(epsilon)",
        statement: "exact noise explains more of the dose than the reference's noise at epsilon \(epsilon)",
        source:
          "Wang, Revisiting Differentially Private Linear Regression, UAI 2018; noise by Balle and Wang 2018",
        published: nil, unit: "of R squared",
        expectation: Expectation(least...1, stronger: .higher, noEffect: 0),
        note:
          "AdaSSP with delta 1e-5, neighbours: \(NeighbourRelation.addRemove.rawValue); the paper's own data are not "
          + "at hand.",
        work: cells(.adaptive(.exact), [epsilon]) + cells(.adaptive(.reference), [epsilon]),
        measure: PrivacyMeasure.difference("r_squared", "adassp-exact", less: "adassp-reference"))
    }
  }
}
