import Reporting

/// What a statement on the dosage case needs of a study.
struct DosageNeeds: Sendable, Hashable {
  var attacks: [String] = []
  var defences: [String] = []
}

/// A statement on the dosage case; it is judged on the outcomes of a whole study.
typealias DosageStatement = Statement<DosageNeeds>

/// The statements on the dosage case, each beside what was measured.
///
/// Numbers of Jagielski et al. (2018) are read off the figures of the paper, ``PublishedDosage``; the source gives no
/// spread, so ``RangeRule/tenth`` makes the range of each. A recollection that no source confirms is listed and
/// never judged. On other patients than the paper's nothing published is judged.
struct DosageStatements {
  /// Whether the patients are those of the paper.
  let isPaperData: Bool
  /// The patients.
  let cohort: String

  init(cohort: DosageCohort) {
    self.init(isPaperData: cohort.name == "iwpc-onehot" && cohort.isAsCarded, cohort: cohort.name)
  }

  init(isPaperData: Bool, cohort: String) {
    self.isPaperData = isPaperData
    self.cohort = cohort
  }

  static let paper = "Jagielski et al., Manipulating Machine Learning, IEEE S&P 2018"

  /// All statements in the order of the report.
  var all: [DosageStatement] { doses + damage + orderings + trimming + statP + others }

  /// How a published number is judged: on the paper's patients only.
  func onPaperData(_ expectation: Expectation, null: Null) -> Judging {
    isPaperData ? .by(expectation, null: null) : .anotherSetting
  }

  /// How the patients differ from the paper's.
  var setting: String? { isPaperData ? nil : "\(cohort); the paper's patients are iwpc-onehot" }

  /// A metric of one experiment over the seeds.
  static func metric(
    _ name: MetricKey, _ model: DosageModel, _ attack: String, rate: Double, defence: String = "none"
  ) -> Measure {
    Measure(reading: [name]) { outcomes in
      outcomes.matching(model: model.rawValue, attack: attack, defence: defence, rate: rate)
        .map { $0.metrics[name] ?? .nan }
    }
  }

  /// The attacker who knows nothing, at the same rate.
  static func random(_ name: MetricKey, _ model: DosageModel, rate: Double) -> Null {
    .measured("random poison", metric(name, model, "random", rate: rate))
  }

  // MARK: Doses

  private var doses: [DosageStatement] {
    let quoted =
      "Paleyes et al., Challenges in Deploying Machine Learning (2022), after \(Self.paper)"
    var statements = [
      DosageStatement(
        row: 1, id: "dose-wrong-for-half", "8 % poisoning rate, incorrect dosage for 50 % of patients",
        reference: Reference(.published, 0.5, quoted), unit: "share",
        judging: onPaperData(
          Expectation(0.5...1, stronger: .higher, noEffect: 0.05),
          null: Self.random("share_changed_75", .lasso, rate: 0.08)),
        setting: setting,
        note:
          "Measured: unseen patients whose dose changes by more than 75.06 %, the change that is quoted for half of "
          + "them (LASSO, OptP with the published search). At least half is the statement, so it cannot be exceeded.",
        work: DosageNeeds(attacks: ["optp-pointwise", "random"]),
        measure: Self.metric("share_changed_75", .lasso, "optp-pointwise", rate: 0.08)),
      median("dose-change-8", .lasso, "optp-pointwise", "published search", noEffect: 0.08),
      median("dose-change-8-default", .lasso, "optp", "default search", noEffect: 0.08),
      median("dose-change-8-ridge", .ridge, "optp", "default search", noEffect: 0.18),
      DosageStatement(
        row: 1, id: "dose-change-20",
        "LASSO at 20 %: the authors' search changes the dose of the median patient by 147 %",
        reference: Reference(
          .peerRun, 1.47,
          "the authors' released code, mended for today's libraries, on 467 rows of iwpc-onehot"),
        unit: "share",
        judging: onPaperData(
          .around(1.47, .tenth, noEffect: 0.08),
          null: Self.random("dose_change_median", .lasso, rate: 0.2)),
        setting: setting,
        note:
          "The range was 130 to 185 % until one seed had shown 157 %; a tenth is the rule of all such numbers. With 300 "
          + "rows the same code gave 168 %, a port of it 178 %.",
        work: DosageNeeds(attacks: ["optp-pointwise", "random"]),
        measure: Self.metric("dose_change_median", .lasso, "optp-pointwise", rate: 0.2)),
    ]
    statements.append(
      DosageStatement(
        row: 1, id: "dose-change-139", "the dose of half of the patients changes by 139.31 %",
        reference: Reference(
          .published, 1.3931, "quoted without a findable source; the rate it belongs to is unknown"),
        unit: "share", judging: .unconfirmed,
        note: "Measured: LASSO, OptP at 20 %, the rate at which such a median occurs.",
        work: DosageNeeds(attacks: ["optp-pointwise"]),
        measure: Self.metric("dose_change_median", .lasso, "optp-pointwise", rate: 0.2)))
    return statements
  }

  /// - Parameter noEffect: by how much a model of another clean sample changes the dose of the median patient
  ///   (scikit-learn, five splits of iwpc-onehot).
  private func median(
    _ id: String, _ model: DosageModel, _ attack: String, _ words: String, noEffect: Double
  ) -> DosageStatement {
    DosageStatement(
      row: 1, id: id, "8 % poisoning rate changed dosage by 75.06 % for half of patients",
      reference: Reference(
        .published, 0.7506, "Microsoft, Failure Modes in Machine Learning (2019), after \(Self.paper)"),
      unit: "share",
      judging: onPaperData(
        .around(0.7506, .tenth, stronger: .higher, noEffect: noEffect),
        null: Self.random("dose_change_median", model, rate: 0.08)),
      setting: setting, isOurMethod: attack == "optp",
      note: "\(model.title), OptP with the \(words).",
      work: DosageNeeds(attacks: [attack, "random"]),
      measure: Self.metric("dose_change_median", model, attack, rate: 0.08))
  }

  // MARK: Test error

  private var damage: [DosageStatement] {
    DosageModel.allCases.flatMap { model in
      [0.08, 0.20].flatMap { rate in
        [("optp-pointwise", "published search"), ("optp", "default search")].map { attack, words in
          let figure = PublishedDosage.optP(model, rate)
          return DosageStatement(
            row: 2, id: "\(attack)-mse-\(model.rawValue)-\(Self.percent(rate))",
            "OptP raises the MSE of \(model.title) to \(figure.error) at \(Self.percent(rate)) %",
            reference: Reference(.digitised, figure.error, "\(Self.paper), figure on health care"), unit: "",
            judging: onPaperData(
              .around(figure.error, .tenth, stronger: .higher, noEffect: figure.clean),
              null: Self.random("test_mse", model, rate: rate)),
            setting: setting, isOurMethod: attack == "optp",
            note: "The \(words), on unseen rows; the figure does not say on which.",
            work: DosageNeeds(attacks: [attack, "random"]),
            measure: Self.metric("test_mse", model, attack, rate: rate))
        }
      }
    }
  }

  private static let orderedRates = [0.08, 0.12, 0.16, 0.20]

  private var orderings: [DosageStatement] {
    [("optp-pointwise", "published search"), ("optp", "default search")].flatMap { attack, words in
      DosageModel.allCases.map { model in
        let ratio = PublishedDosage.leastOverBGD(model)
        return DosageStatement(
          row: 3, id: "\(attack)-beats-bgd-\(model.rawValue)",
          "OptP does more damage than BGD at every rate from 8 to 20 % (\(model.title))",
          reference: Reference(
            .digitised, ratio, "\(Self.paper), figure on health care (the smallest ratio from 8 to 20 %)"),
          unit: "ratio",
          judging: onPaperData(
            Expectation(1.0.nextUp...ratio, stronger: .higher, noEffect: 1),
            null: .measured(
              "random poison in place of OptP",
              StatementMeasure.pooled(["test_mse"]) { Self.smallestRatio($0, model, "random", over: "bgd") })),
          setting: setting, isOurMethod: attack == "optp",
          note:
            "OptP with the \(words), BGD with the penalty in its objective as released. Measured: the ratio of the "
            + "mean test MSEs over the same splits, at the rate where it is smallest; the interval leaves out one split at "
            + "a time.",
          work: DosageNeeds(attacks: [attack, "bgd", "random"]),
          measure: StatementMeasure.pooled(["test_mse"]) { outcomes in
            Self.smallestRatio(outcomes, model, attack, over: "bgd")
          })
      }
    }
  }

  /// The smallest over the rates of the ratio of mean test errors on the same splits; nil if a split has only one of the two.
  private static func smallestRatio(
    _ outcomes: [Outcome], _ model: DosageModel, _ attack: String, over other: String
  ) -> Double? {
    var smallest = Double.infinity
    for rate in orderedRates {
      let pair = [attack, other].map {
        outcomes.matching(model: model.rawValue, attack: $0, defence: "none", rate: rate)
      }
      guard Set(pair[0].map(\.seed)) == Set(pair[1].map(\.seed)),
        let own = pair[0].summary(of: "test_mse"), let its = pair[1].summary(of: "test_mse"),
        own.count == pair[0].count, its.count == pair[1].count, its.mean > 0
      else { return nil }
      smallest = min(smallest, own.mean / its.mean)
    }
    return smallest
  }

  static func percent(_ rate: Double) -> Int { Int((100 * rate).rounded()) }
}
