import Testing

@testable import Experiments

/// The rules by which verdicts are given.
@Suite("Verdicts")
struct VerdictTests {
  private static let higher = Experiments.Expectation(0.7...0.8, stronger: .higher, noEffect: 0)
  private static let lower = Experiments.Expectation(-0.8...(-0.7), stronger: .lower, noEffect: 0)
  private static let count = Experiments.Expectation.count(100, within: 0.2)

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
    isOurs: Bool = false, null: Double = 0, number: Double = 0.75
  ) -> Statement<Void> {
    Statement(
      row: 1, id: "one", "one", reference: Reference(origin, number, "somebody"), unit: "share",
      judging: .by(expectation, null: .value(null, "a guess")), isOurMethod: isOurs, work: ()
    ) { _ in values }
  }

  @Test(
    "Each origin has words of its own",
    arguments: [
      (Origin.published, [Verdict.reproduced, .exceeded, .short, .contradicted]),
      (.digitised, [.reproduced, .exceeded, .short, .contradicted]),
      (.peerRun, [.agrees, .agrees, .differs, .differs]), (.ownAim, [.met, .met, .missed, .missed]),
      (.ownReference, [.asBefore, .asBefore, .changed, .changed]),
    ])
  func words(origin: Origin, words: [Verdict]) {
    let verdicts = [0.75, 0.9, 0.5, -1].map { Self.statement(origin, [$0]).claim([]).verdict }
    #expect(verdicts == words)
    #expect(Self.statement(origin, [0.6, 0.75, 0.9]).claim([]).verdict == .undecided)
  }

  @Test("A published number without direction differs on both sides")
  func differs() {
    for value in [70.0, 130] {
      #expect(Self.statement(.published, [value], by: Self.count, number: 100).claim([]).verdict == .differs)
    }
  }

  @Test("A stronger method of this project never reproduces or exceeds")
  func strongerMethod() {
    for value in [0.75, 0.9] {
      #expect(Self.statement(.published, [value], isOurs: true).claim([]).verdict == .strongerAttack)
    }
    #expect(Self.statement(.published, [0.5], isOurs: true).claim([]).verdict == .short)
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
        [NamedWork(key: "one") { throw error }]
      }
      let run = try await Statement<[NamedWork]>.judge([statement], workers: 1, { _, _ in })
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
      Estimate(outcomes, StatementMeasure.pooled { $0.summary(of: "x")?.mean }))
    let plain = try #require(Estimate(outcomes, StatementMeasure.metric("x")))
    #expect(pooled.value == 2.5 && pooled.seeds == 4 && plain.seeds == 4)
    let (half, other) = (try #require(pooled.halfWidth), try #require(plain.halfWidth))
    #expect(abs(half - other) < 1e-12)
    #expect(Estimate([outcomes[0]], StatementMeasure.pooled { $0.first?.metrics["x"] })?.halfWidth == nil)
  }

  @Test("A range without its number and a null that meets the statement are faults")
  func faults() {
    #expect(Self.statement(.published, [1]).faults.isEmpty)
    #expect(Self.statement(.published, [1], number: 0.9).faults.count == 1)
    #expect(Self.statement(.published, [1], null: 0.75).faults.count == 1)
    #expect(Self.statement(.published, [1], null: 0.9, number: 0.9).faults.count == 2)
  }

  @Test("The headline counts published numbers alone, each other kind apart")
  func headline() {
    let claims = [
      Self.statement(.published, [0.75]), Self.statement(.digitised, [0.5]),
      Self.statement(.published, [0.75], isOurs: true), Self.statement(.peerRun, [0.75]),
      Self.statement(.ownAim, [0.1]), Self.statement(.ownReference, [0.75]),
    ].map { $0.claim([]) }
    #expect(
      Headline(claims + [Self.statement(.published, [1]).claim(nil)]).sentences == [
        "1 of 2 published numbers reproduced (1 short).",
        "1 of 1 published numbers reached by a stronger method of this project.",
        "1 of 1 numbers of libraries and authors' code agree.",
        "0 of 1 aims of this project met (1 missed).",
        "1 of 1 references of this project as before.",
        "Not judged: 1 not measured.",
      ])
  }
}
