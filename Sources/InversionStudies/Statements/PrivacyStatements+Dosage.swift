import Experiments
import Privacy
import Learning
import Methods

extension PrivacyStatements {
  /// Budgets of the published curves.
  static let budgets = [0.25, 1, 5, 20, 100]

  /// Statements on private dosage models: what an attacker learns and what patients get.
  static func dosage(firstSeed: UInt64, models: Int) -> [PrivacyRow] {
    let bench = DosageBench(seeds: (0..<UInt64(models)).map { firstSeed &+ $0 })
    return bench.inversion + bench.unequal + bench.usable + bench.utility + bench.others + bench.calibration
  }
}

/// The statements of rows 5, 6 and 19 and the models that they rest on.
struct DosageBench {
  let seeds: [UInt64]

  typealias Method = PrivateDosageCell.Method

  /// Where the bounds of private rows come from.
  static let bounds =
    "doses within 2.1 to 315 mg/week and the scale of numbers are those of the published cohort"
  static let slides = "\(InversionSource.pharmacogenetics), curve of the authors' slide"
  /// The mechanism with the noise that the paper of it prints, and with the least that the bounds of a row ask for.
  static let (paper, tight) = (Method.functional(.published), Method.functional(.tight))

  func cells(_ method: Method, _ budgets: [Double?]) -> [PrivacyExperiment] {
    budgets.flatMap { epsilon in seeds.map { .dosage(.init(method, epsilon: epsilon, seed: $0)) } }
  }

  /// A metric of a method without a budget, as a null.
  static func null(_ words: String, _ name: MetricKey, _ method: Method) -> Null {
    .measured(words, PrivacyMeasure.metric(name, method.id, at: nil))
  }

  static func mode(_ method: Method, at epsilon: Double) -> Null {
    .measured("the most frequent genotype", PrivacyMeasure.metric("genotype_mode", method.id, at: epsilon))
  }

  // MARK: Inversion

  /// Row 5: the curve of the source, by the mechanism as published and by a tighter one.
  var inversion: [PrivacyRow] {
    let figures = zip(PrivacyStatements.budgets, [0.367, 0.417, 0.493, 0.554, 0.571])
    let published = figures.map { epsilon, figure in
      let isSmall = epsilon <= 1
      return PrivacyRow(
        row: 5, id: "private-inversion-\(epsilon)",
        "VKORC1 is guessed right through a linear model that is private at epsilon \(epsilon), noise as published",
        reference: Reference(.digitised, figure, Self.slides), unit: "share",
        judging: .by(
          .around(figure, .tenth, noEffect: isSmall ? 0.55 : 0.366),
          null: isSmall
            ? Self.null("no privacy", "genotype_members", .plain) : Self.mode(Self.paper, at: epsilon)),
        setting: "\(Self.bounds); what the source's attacker knew is not stated",
        note:
          "Functional mechanism with the sensitivity 2 (d + 1)², a penalty of four standard deviations and trimming; "
          + "neighbours differ by a row that is replaced. The slide has neither a spread nor the number of its models. The "
          + "range was 3 percentage points at the ends of the curve and 5 between them before."
          + (isSmall
            ? " The most frequent genotype has about 37 %: at this budget next to nothing is inverted, so that the model "
              + "without privacy is the null." : ""),
        work: cells(Self.paper, [epsilon]) + (isSmall ? cells(.plain, [nil]) : []),
        measure: PrivacyMeasure.metric("genotype_members", Self.paper.id, at: epsilon))
    }
    let ours = figures.map { epsilon, figure in
      PrivacyRow(
        row: 5, id: "private-inversion-tight-\(epsilon)",
        "VKORC1 is guessed right through a linear model that is private at epsilon \(epsilon), least noise",
        reference: Reference(.digitised, figure, Self.slides), unit: "share", judging: .anotherSetting,
        setting: "the sensitivity follows from bounds of a row, so there is less noise than in the paper",
        note: "The same guarantee; \(Self.bounds).", work: cells(Self.tight, [epsilon]),
        measure: PrivacyMeasure.metric("genotype_members", Self.tight.id, at: epsilon))
    }
    let rise = PrivacyMeasure.rises("genotype_members", along: "epsilon", most: 0, noEffect: 0.1)
    let curve = PrivacyRow(
      row: 5, id: "private-inversion-rises",
      "more budget means more inversion: largest fall of the mean along the curve, noise as published",
      reference: Reference(.digitised, nil, Self.slides), unit: "share", judging: rise.judging,
      setting: Self.bounds, note: "The curve of the slide rises at every step; it prints no number for it.",
      work: cells(Self.paper, PrivacyStatements.budgets), measure: rise.measure)
    return published + ours + [curve]
  }

  /// Row 5: less of the budget for the genotype. Of the two shares the second was looked for after the first had no effect.
  var unequal: [PrivacyRow] {
    let source =
      "aim of this project after the abstract of Wang, Si, Wu, Regression Model Fitting under DP and Model Inversion "
      + "Attack, IJCAI 2015"
    let shares: [(id: String, words: String, share: Double, epsilon: Double, least: Double, note: String)] = [
      (
        "unequal-tenth", "a tenth", 0.1, 1, 0.03,
        "The first share that was tried. A row has few numbers, so a tenth is about what the coefficients of the "
          + "genotype need."
      ),
      (
        "unequal", "a hundredth", 0.01, 5, 0.05,
        "This share and budget were searched for after a tenth at epsilon 1 had not done what the abstract says."
      ),
    ]
    return shares.flatMap { one in
      let method = Method.unequal(share: one.share)
      let work = cells(Self.tight, [one.epsilon]) + cells(method, [one.epsilon])
      let note =
        "\(one.note) The paper's figures on these data are not at hand; its noise follows other sensitivities. "
        + "Differences on the same splits."
      func lost(_ name: MetricKey) -> Measure {
        StatementMeasure.difference(
          name, .init(defence: Self.tight.id, budget: one.epsilon),
          less: .init(defence: method.id, budget: one.epsilon))
      }
      return [
        PrivacyRow(
          row: 5, id: "\(one.id)-inversion",
          "\(one.words) of the budget for the genotype's coefficients lowers inversion at epsilon "
            + "\(Int(one.epsilon)) by", reference: Reference(.ownAim, one.least, source), unit: "share",
          judging: .by(
            Expectation(one.least...1, stronger: .higher, noEffect: 0),
            null: .swapped(
              "genotype_members",
              [
                .init(defence: Self.tight.id, budget: one.epsilon),
                .init(defence: method.id, budget: one.epsilon),
              ])), setting: Self.bounds, note: note, work: work,
          measure: lost("genotype_members")),
        PrivacyRow(
          row: 5, id: "\(one.id)-doses",
          "\(one.words) of the budget for the genotype costs this share of doses within 20 % at epsilon "
            + "\(Int(one.epsilon))", reference: Reference(.ownAim, 0.05, source), unit: "share",
          judging: .by(
            Expectation(-1...0.05, stronger: .lower, noEffect: 0.1),
            null: .measured(
              "no dose is right",
              PrivacyMeasure.metric("within_20_percent", Self.tight.id, at: one.epsilon))),
          setting: Self.bounds, note: note, work: work, measure: lost("within_20_percent")),
      ]
    }
  }

  /// A better mechanism is of use to patients and to an attacker, at a budget at which the functional one is of no use.
  var usable: [PrivacyRow] {
    let method = Method.adaptive(.exact)
    let figures: [(String, String, MetricKey, Double)] = [
      ("doses", "serves patients within 20 %", "within_20_percent", 0.414),
      ("inversion", "gives VKORC1 away", "genotype_members", 0.538),
    ]
    return figures.map { id, words, metric, value in
      let isDoses = id == "doses"
      return PrivacyRow(
        row: 5, id: "adassp-\(id)", "a private linear model with exact noise at epsilon 5 \(words)",
        reference: Reference(.ownReference, value, "the mechanism in NumPy, run by this project, 10 splits"),
        unit: "share",
        judging: .by(
          .around(value, .tenth, noEffect: isDoses ? 0.289 : 0.366),
          null: isDoses ? Self.null("the fixed dose", metric, .fixed) : Self.mode(method, at: 5)),
        setting: Self.bounds,
        note:
          "AdaSSP with delta 1e-5. Neighbours: \(NeighbourRelation.addRemove.rawValue).",
        work: cells(method, PrivacyStatements.budgets) + (isDoses ? cells(.fixed, [nil]) : []),
        measure: PrivacyMeasure.metric(metric, method.id, at: 5))
    }
  }
}
