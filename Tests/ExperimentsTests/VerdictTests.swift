import Datasets
import Foundation
import Reporting
import Testing

@testable import Experiments

/// The rules by which verdicts are given.
@Suite("Verdicts")
struct VerdictTests {
  private static let higher = Experiments.Expectation.around(
    0.75, .spread(0.05), stronger: .higher, noEffect: 0)
  private static let lower = Experiments.Expectation(-0.8...(-0.7), stronger: .lower, noEffect: 0)
  private static let count = Experiments.Expectation.around(100, .spread(20), contradictedBy: 3)

  @Test(
    "An interval is met, not met or undecided, on either side alike",
    arguments: [
      (0.72...0.78, Experiments.Expectation.Position.within), (0.79...0.9, .within), (0.81...0.9, .stronger),
      (0.75...0.75, .within), (0.6...0.75, .undecided), (0.6...0.9, .undecided), (0.5...0.6, .outside),
      (-0.1...0.6, .outside), (-0.2...0.0, .none), (0.0...0.0, .none),
    ])
  func position(interval: ClosedRange<Double>, position: Experiments.Expectation.Position) {
    #expect(Self.higher.position(of: interval) == position)
    #expect(Self.lower.position(of: -interval.upperBound...(-interval.lowerBound)) == position)
  }

  @Test(
    "A count is as wrong above as below, and contradicted three times off",
    arguments: [
      (100...100, Experiments.Expectation.Position.within), (79...79, .outside), (121...121, .outside),
      (60...90, .undecided), (10...20, .none), (400...500, .none), (100...500, .undecided),
    ] as [(ClosedRange<Double>, Experiments.Expectation.Position)])
  func counts(interval: ClosedRange<Double>, position: Experiments.Expectation.Position) {
    #expect(Self.count.position(of: interval) == position)
  }

  private static func statement(
    _ origin: Origin, _ values: [Double], by expectation: Experiments.Expectation = higher,
    isOurs: Bool = false, null: Double = 0, number: Double? = 0.75, on basis: Basis = .interval
  ) -> Statement<Void> {
    Statement(
      row: 1, id: "one", "one", reference: Reference(origin, number, "somebody"), unit: "share",
      judging: .by(expectation, null: .measured("a guess", Measure(reading: []) { _ in [null] }), on: basis),
      isOurMethod: isOurs,
      work: ()
    ) { _ in values }
  }

  /// The same number in two repetitions.
  private static func twice(_ value: Double) -> [Double] { [value, value] }

  @Test(
    "Each origin has words of its own",
    arguments: [
      (Origin.published, [Verdict.reproduced, .exceeded, .short, .contradicted]),
      (.digitised, [.reproduced, .exceeded, .short, .contradicted]),
      (.peerRun, [.agrees, .agrees, .differs, .differs]), (.ownAim, [.met, .met, .missed, .missed]),
      (.ownReference, [.asBefore, .asBefore, .changed, .changed]),
    ])
  func words(origin: Origin, words: [Verdict]) {
    let verdicts = [0.75, 0.9, 0.5, -1].map { Self.statement(origin, Self.twice($0)).claim([]).verdict }
    #expect(verdicts == words)
    #expect(Self.statement(origin, [0.6, 0.75, 0.9]).claim([]).verdict == .undecided)
  }

  @Test("A published number without direction differs on both sides")
  func differs() {
    for value in [70.0, 130] {
      #expect(
        Self.statement(.published, Self.twice(value), by: Self.count, number: 100).claim([]).verdict
          == .differs)
    }
  }

  @Test("A stronger method of this project never reproduces or exceeds")
  func strongerMethod() {
    for value in [0.75, 0.9] {
      #expect(
        Self.statement(.published, Self.twice(value), isOurs: true).claim([]).verdict == .strongerMethod)
    }
    #expect(Self.statement(.published, Self.twice(0.5), isOurs: true).claim([]).verdict == .short)
  }

  @Test("A repetition without a number is a failure, never dropped", arguments: [Double.nan, .infinity])
  func missing(value: Double) {
    let claim = Self.statement(.published, [0.75, value, 0.75]).claim([])
    #expect(claim.verdict == .failed && claim.measured == nil)
    #expect(Self.statement(.published, []).claim([]).verdict == .failed)
    #expect(Self.statement(.published, [0.75]).claim(nil).verdict == .notMeasured)
    #expect(Headline([claim]).published.judged == 1 && Headline([claim]).published.met == 0)
  }

  @Test("Work that fails is counted, data that are not here are not")
  func work() async throws {
    struct Fault: Error {}
    func judged(_ error: any Error) async throws -> Verdict {
      let statement = Self.statement(.published, [0.75]).map { _ in
        [PlannedExperiment(Experiment(seed: 1)) { throw error }]
      }
      let run = try await Statement<[PlannedExperiment]>.judge([statement], workers: 1, { _, _ in })
      #expect(run.claims.count == 1)
      return run.claims.first?.verdict ?? .unconfirmed
    }
    #expect(try await judged(Fault()) == .failed)
    #expect(try await judged(CatalogueError.notFound(id: "a", path: "a.csv", places: [])) == .notMeasured)
    #expect(try await judged(CatalogueError.unreadable(path: "a.csv", code: 13)) == .failed)
  }

  @Test("A number pooled over seeds has the interval of the jackknife")
  func jackknife() throws {
    let outcomes = [1.0, 2, 3, 4].enumerated().map { index, value in
      Outcome(
        dataset: "d", model: "m", attack: "a", defence: "none", rate: 0, seed: UInt64(index),
        metrics: ["x": value])
    }
    // The jackknife of a mean is the mean with its usual standard error.
    let pooled = try #require(
      Estimate(outcomes, StatementMeasure.pooled(["x"]) { $0.summary(of: "x")?.mean }))
    let plain = try #require(Estimate(outcomes, StatementMeasure.metric("x")))
    #expect(pooled.value == 2.5 && pooled.seeds == 4 && plain.seeds == 4)
    let (half, other) = (try #require(pooled.halfWidth), try #require(plain.halfWidth))
    #expect(abs(half - other) < 1e-12)
    #expect(
      Estimate([outcomes[0]], StatementMeasure.pooled(["x"]) { $0.first?.metrics["x"] })?.halfWidth == nil)
  }

  @Test(
    "A range without its number or drawn by hand, and a null that meets the statement or is not measured, are faults"
  )
  func faults() {
    #expect(Self.statement(.published, [1]).faults.isEmpty)
    #expect(Self.statement(.published, [1], number: 0.9).faults.count == 1)
    #expect(Self.statement(.published, [1], null: 0.75).faults.count == 1)
    #expect(Self.statement(.published, [1], null: 0.9, number: 0.9).faults.count == 2)
    let byHand = Experiments.Expectation(0.7...0.8, stronger: .higher, noEffect: 0)
    #expect(Self.statement(.published, [1], by: byHand).faults.count == 1)
    for number in [0.7, 0.8] {
      #expect(Self.statement(.published, [1], by: byHand, number: number).faults.isEmpty)
    }
    func assumed(_ basis: Basis) -> [String] {
      Statement<Void>(
        row: 1, id: "one", "one", reference: Reference(.published, 0.75, "somebody"), unit: "",
        judging: .by(Self.higher, null: .value(0, "a guess"), on: basis), work: ()
      ) { _ in [1] }.faults
    }
    #expect(assumed(.interval).count == 1 && assumed(.worstRepetition).count == 1)
    #expect(assumed(.arithmetic).isEmpty)
  }

  @Test("The headline counts published numbers alone, each other kind apart")
  func headline() {
    let met = Self.twice(0.75)
    let claims = [
      Self.statement(.published, met), Self.statement(.digitised, Self.twice(0.5)),
      Self.statement(.published, met, isOurs: true), Self.statement(.published, met, number: nil),
      Self.statement(.peerRun, met), Self.statement(.ownAim, Self.twice(0.1)),
      Self.statement(.ownReference, met),
    ].map { $0.claim([]) }
    #expect(
      Headline(claims + [Self.statement(.published, [1]).claim(nil)]).sentences == [
        "1 of 2 published numbers reproduced (1 short).",
        "1 of 1 published numbers reached by a stronger method of this project.",
        "1 of 1 published claims in words hold, by thresholds of this project.",
        "1 of 1 numbers of libraries and authors' code agree.",
        "0 of 1 aims of this project met (1 missed).",
        "1 of 1 references of this project as before.",
        "Not judged: 1 not measured.",
      ])
    let stronger = Self.statement(.published, Self.twice(0.9)).claim([])
    #expect(
      Headline([stronger, claims[0]]).sentences == ["1 of 2 published numbers reproduced, 1 exceeded."])
    #expect(Headline([stronger]).keyFigures.map(\.value) == ["0 of 1"])
  }

  @Test("One repetition of what varies is not judged, arithmetic is")
  func singleRun() {
    for (value, basis) in [(0.75, Basis.interval), (0.1, .interval), (0.75, .worstRepetition)] {
      let claim = Self.statement(.published, [value], on: basis).claim([])
      #expect(claim.verdict == .singleRun && claim.measured == value)
      #expect(Headline([claim]).published.judged == 0)
    }
    #expect(Self.statement(.published, [0.75], on: .arithmetic).claim([]).verdict == .reproduced)
    #expect(Self.statement(.published, [0.75, .nan], on: .arithmetic).claim([]).verdict == .failed)
    // Outcomes of one seed put together are one repetition too.
    let outcome = Outcome(
      dataset: "d", model: "m", attack: "a", defence: "none", rate: 0, seed: 1, metrics: ["x": 0.75])
    let pooled = Statement<Void>(
      row: 1, id: "pooled", "pooled", reference: Reference(.published, 0.75, "somebody"), unit: "",
      judging: .by(Self.higher, null: .value(0, "a guess")), work: (),
      measure: StatementMeasure.pooled(["x"]) { $0.first?.metrics["x"] })
    #expect(pooled.claim([outcome]).verdict == .singleRun)
  }

  private static let none = Experiments.Expectation(0...0, stronger: .lower, noEffect: 0.5)

  @Test(
    "What is said of all is judged by the worst repetition",
    arguments: [
      ([0.0, 0, 0], Verdict.reproduced), ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0.3], .short),
      ([0, 0.6], .contradicted),
    ])
  func worst(values: [Double], verdict: Verdict) {
    let claim = Self.statement(
      .published, values, by: Self.none, null: 0.5, number: 0, on: .worstRepetition
    ).claim([])
    #expect(claim.verdict == verdict && claim.worst == values.max())
    // By the interval of the mean one failure of ten would be undecided.
    let byMean = Self.statement(.published, values, by: Self.none, null: 0.5, number: 0).claim([])
    #expect(Self.none.isExact && (byMean.verdict == .undecided) == (values.contains { $0 > 0 }))
  }

  @Test("The worst is the least of what should be large, and the farthest of what should be right")
  func farthest() {
    #expect(Self.higher.worst(of: [0.9, 0.6, 0.75]) == 0.6)
    #expect(Self.count.worst(of: [75, 100, 130]) == 130)
    #expect(Self.count.worst(of: []) == nil)
  }

  @Test("The range, the stronger side and the worst repetition are shown")
  func accepted() {
    let claim = Self.statement(.published, [0.75, 0.78]).claim([])
    #expect(claim.accepted?.lower == 0.7 && claim.accepted?.upper == 0.8)
    #expect(claim.acceptedText == "70.0 % to 80.0 %, higher is stronger")
    let exact = Self.statement(
      .published, [0, 0.3], by: Self.none, null: 0.5, number: 0, on: .worstRepetition
    )
    .claim([])
    #expect(exact.acceptedText == "0.0 % alone")
    let table = TextTable(claims: [claim, exact])
    #expect(table.columns.map(\.title).contains("accepted"))
    #expect(table.rows[1].contains { $0.text.contains("worst 30.0 %") })
    let above = Experiments.Expectation(
      Double.leastNonzeroMagnitude...1, stronger: .higher, noEffect: 0)
    let aim = Self.statement(.ownAim, Self.twice(0.5), by: above, number: nil).claim([])
    #expect(aim.acceptedText == "above 0.0 % to 100.0 %, higher is stronger")
    #expect(TextTable(claims: [aim]).rows[0].contains { $0.text.contains("above 0.0 %") })
    #expect(Self.statement(.published, [1]).claim(nil).accepted != nil)
  }

  @Test("A difference of two methods needs both in every seed, and as many of each")
  func paired() {
    func outcome(_ attack: String, _ value: Double?, seed: UInt64, epsilon: Double? = nil) -> Outcome {
      Outcome(
        dataset: "d", model: "m", attack: attack, defence: "f", rate: 0, seed: seed,
        metrics: ["x": value, "epsilon": epsilon])
    }
    let (a, b) = (StatementMeasure.Cells(attack: "a"), StatementMeasure.Cells(attack: "b"))
    let measure = StatementMeasure.difference("x", a, less: b)
    let pairs = [outcome("a", 3, seed: 1), outcome("b", 1, seed: 1), outcome("b", 2, seed: 2)]
    #expect(measure(pairs + [outcome("a", 5, seed: 2)]) == [2, 3])
    #expect(measure(pairs).map(\.isNaN) == [false, true])
    #expect(measure(pairs + [outcome("a", nil, seed: 2)]).map(\.isNaN) == [false, true])
    #expect(measure([pairs[0], pairs[1], pairs[1]]).map(\.isNaN) == [true])
    #expect(measure([]).isEmpty)
    let budgets = StatementMeasure.difference(
      "x", .init(defence: "f", budget: 1), less: .init(defence: "f", budget: nil))
    #expect(budgets([outcome("a", 3, seed: 1, epsilon: 1), outcome("a", 1, seed: 1)]) == [2])
  }

  @Test(
    "Every rule makes the range of the number alone",
    arguments: [
      (RangeRule.spread(0.035), 0.762, 0.035), (.tenth, 1722, 172.2), (.tenth, -2, 0.2),
      (.printed(unit: 1e-4), 0.9868, 5e-5), (.cut(unit: 1e-3), 2.675, 1e-3),
      // 1.96 √(.384 · .616 / 5052) and 1.96 / √2140, by hand.
      (.people(5052), 0.384, 0.0134115931), (.correlation(2140), 0.004, 0.0423690947),
      (.numerics(0.005), 2, 0.005),
    ])
  func rules(rule: RangeRule, number: Double, half: Double) {
    #expect(abs(rule.halfWidth(around: number) - half) < 1e-6 * max(half, 1e-3))
    let expectation = Experiments.Expectation.around(number, rule, noEffect: number + 10 * half)
    #expect(abs(expectation.range.lowerBound - (number - half)) < 1e-6)
    #expect(abs(expectation.range.upperBound - (number + half)) < 1e-6)
    #expect(expectation.rule == rule && !rule.words.isEmpty)
    let share = Experiments.Expectation.around(1, .tenth, within: 0...1, noEffect: 0)
    #expect(share.range == 0.9...1)
  }

  @Test("Two methods changed for one another in every other seed are alike")
  func swapped() {
    let outcomes = (1...6).flatMap { seed in
      [("a", 0.5 + 0.01 * Double(seed)), ("b", 0.3)].map { attack, value in
        Outcome(
          dataset: "d", model: "m", attack: attack, defence: "f", rate: 0, seed: seed,
          metrics: ["x": value])
      }
    }
    let groups: [StatementMeasure.Cells] = [.init(attack: "a"), .init(attack: "b")]
    let values = Null.swapped("x", groups).measure(outcomes)
    #expect(zip(values, [-0.21, 0.22, -0.23, 0.24, -0.25, 0.26]).allSatisfy { abs($0 - $1) < 1e-12 })
    let statement = Statement<Void>(
      row: 1, id: "one", "one", reference: Reference(.ownAim, 0.1, "aim of this project"), unit: "",
      judging: .by(
        Experiments.Expectation(0.1...1, stronger: .higher, noEffect: 0), null: .swapped("x", groups)),
      work: (), measure: StatementMeasure.difference("x", groups[0], less: groups[1]))
    let claim = statement.claim(outcomes)
    #expect(claim.verdict == .met && claim.null?.verdict?.isMet == false)
    #expect(Null.swapped("x", groups).measure(Array(outcomes.dropLast())).last?.isNaN == true)
    #expect(Headline([claim]).metByNull.isEmpty)
    // What is met without an effect too is named.
    let blind = Self.statement(.published, Self.twice(0.75), null: 0.75).claim([])
    #expect(Headline([blind]).metByNull == ["one"])
    #expect(Headline([blind]).sentences.last?.hasPrefix("Met without any effect too") == true)
  }

  @Test("A statement stands in the list as it is judged, without a run")
  func entries() throws {
    let entry = StatementEntry("dosage", Self.statement(.published, [1]))
    #expect(entry.accepted == Self.statement(.published, [1]).claim([]).accepted)
    #expect(entry.decision == .judged && entry.null == "a guess" && entry.isNullMeasured == true)
    #expect(entry.accepted?.rule == RangeRule.spread(0.05).words)
    let unjudged = Statement<Void>(
      row: 2, id: "two", "two", reference: Reference(.published, nil, "somebody"), unit: "",
      judging: .anotherSetting, setting: "other rows", work: ()
    ) { _ in [] }
    let other = StatementEntry("dosage", unjudged)
    #expect(other.decision == .anotherSetting && other.accepted == nil && other.null == nil)
    let document = StatementsDocument([entry, other])
    let text = try document.json()
    let back = try JSONDecoder().decode(StatementsDocument.self, from: Data(text.utf8))
    #expect(back == document && text.contains("\"null_measured\" : null"))
    let counts = TextTable(originsOf: document.statements)
    #expect(counts.rows.last?.last?.text == "1 of 2")
    #expect(
      TextTable(entries: document.statements).rows.map { $0[6].text } == ["interval", "another setting"])
  }
}
