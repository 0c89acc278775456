import Reporting

/// A report with a piece of every kind.
enum SampleReport {
  static func lines(id: String, title: String, caption: String, series: String) -> Figure {
    Figure(
      id: id, title: title, caption: caption, form: .lines, x: .init(title), y: .init(title),
      series: [.init(series, [.init(x: 0, y: 1), .init(x: 1, y: 2)])])
  }

  static let dose = Figure(
    id: "dose", title: "Change of the dose at the median patient",
    caption: "Mean over five seeds; bars from the smallest to the largest seed.", form: .lines,
    x: .init("share of the training set that is poison"),
    y: .init("relative change of the dose", range: 0...1.6),
    series: ["optp", "statp", "it's \"bgd\" μ_1", "none"].enumerated().map { index, name in
      Figure.Series(
        name,
        [0.0, 0.04, 0.08, 0.12, 0.16, 0.2].map { rate in
          let y = rate * 7 / Double(index + 1)
          return .init(x: rate, y: y, lower: y * 0.9, upper: y * 1.15)
        })
    })

  static let band = Figure(
    id: "band", title: "Test error", caption: "Shaded: smallest to largest seed.", form: .bands,
    x: .init("poison"), y: .init("MSE", isLogarithmic: true),
    series: ["ridge", "lasso", "elastic net"].enumerated().map { index, name in
      Figure.Series(
        name,
        (0...5).map { step in
          let y = 0.02 * Double(step * step + 1) * Double(index + 1)
          return .init(x: Double(step), y: y, lower: y * 0.8, upper: y * 1.3)
        })
    })

  static let bars = Figure(
    id: "bars", title: "Share within 20 % of the true dose",
    caption: "A bar a defence, with the spread over five seeds.",
    form: .bars(categories: ["none", "trim", "huber", "least trimmed squares", "ransac", "sever"]),
    x: .init("defence"), y: .init("share of patients"),
    series: [
      .init("clean", (0..<6).map { .init(x: Double($0), y: 0.4, lower: 0.38, upper: 0.43) }),
      .init(
        "8 % poison",
        (0..<6).map { .init(x: Double($0), y: 0.2 + 0.03 * Double($0), lower: 0.1, upper: 0.4) }),
      .init("20 % poison", bars: [0.1, 0.12, 0.2, 0.3, 0.33, 0.35]),
    ])

  static var table: TextTable {
    var table = TextTable(
      title: "Poisoned dosage",
      columns: [.init("attack")]
        + ["rate", "median change", "q75", "q90", "changed > 10 %", "changed > 50 %", "within 20 %"]
        .map(TextTable.Column.number),
      note: "Mean ± standard deviation over 5 seeds.")
    for name in ["none", "statp", "optp (joint gradient)", "bgd"] {
      table.append([
        .init(name), "8 %", .init("75.1 ± 2.2 %", tone: .bad), "103.0 ± 4.1 %", "181.9 ± 9.0 %", "97.1 %",
        "66.2 %", .init("12.3 %", tone: .muted),
      ])
    }
    return table
  }

  static let report = Report(
    title: "Poisoned warfarin dosage", subtitle: "A dosage model trained on patients, 8 % of them invented.",
    colophon: "bezoar 0.1.0, OpenBLAS Haswell, data set warfarin-synthetic, SHA-256 "
      + String(repeating: "0123456789abcdef", count: 4),
    blocks: [
      .notice("These are synthetic patients, calibrated to published figures of the real cohort."),
      .keyFigures([
        .init("75.1 %", "change of the dose at the median patient, 8 % poison", tone: .bad),
        .init("66 %", "of patients with a dose changed by more than half", tone: .bad),
        .init("1.04×", "test error with TRIM, of the clean one", tone: .good), .init("5", "seeds"),
      ]),
      .section("What happened to the doses"),
      .paragraph("An attacker who controls 8 % of the training rows moves the dose of most patients."),
      .table(table), .figure(dose), .figure(band), .section("Defences"), .figure(bars),
      .section("Published and measured"),
      .claims([
        .init(
          statement: "8 % poisoning rate, incorrect dosage for 50 % of patients",
          source: "Jagielski et al., Manipulating Machine Learning, IEEE S&P 2018, table V",
          published: "75.06 %", measured: "81.2 % ± 2.0 % (5 seeds)", verdict: "exceeded", tone: .good),
        .init(
          statement: "Dose changed by 139.31 %", source: "Only in a talk", published: "139.31 %",
          measured: "not measured", verdict: "unconfirmed", tone: .muted, note: "No procedure is given."),
        .init(
          statement: "TRIM loses nothing", source: "ibid.", published: "1.0", measured: "3.0",
          verdict: "contradicted", tone: .bad),
      ]),
      .section("Methods"),
      .methods([
        .init(
          id: "optp", title: "Optimised poisoning", kind: "attack",
          summary: "Moves poison rows along the gradient of the victim's loss.",
          facts: [.init("Source", "Jagielski et al. 2018"), .init("MITRE ATLAS", "AML.T0020")],
          parameters: TextTable(
            title: "Parameters of optp",
            columns: [.init("Parameter"), .init("Meaning"), .init("Range"), .init("Default")],
            rows: [["step", "first step of the line search", "0...", "1"]]))
      ]),
    ])
}
