import Datasets
import Experiments
import Privacy
import LinearAlgebra
import Reporting
import TestSupport
import Testing

@testable import InversionStudies

/// What is sound about the statements whatever is measured, and verdicts on constructed outcomes.
@Suite("Statements on privacy")
struct InversionStatementTests {
  /// All statements, each with the number of its pieces of work.
  private static let statements: [Statement<Int>] =
    InversionStatements.all([1, 2]).map { $0.map { $0.count } }
    + PrivacyStatements.all([1, 2], models: 3).map { $0.map { $0.count } }

  private static func statement(_ id: String) throws -> Statement<Int> {
    try #require(statements.first { $0.id == id }, "\(id)")
  }

  @Test(
    "Ids are unique, every statement has work, every range is made by a rule of its number, every null is measured"
  )
  func shape() {
    let statements = Self.statements
    #expect(Set(statements.map(\.id)).count == statements.count)
    #expect(statements.allSatisfy { $0.work > 0 })
    #expect(statements.flatMap(\.faults) == [])
  }

  @Test("The source says whose number it is, as the origin does")
  func origins() {
    for one in Self.statements {
      let source = one.reference.source
      switch one.reference.origin {
      case .published, .digitised:
        #expect(!source.contains("this project") && !source.contains("scikit-learn"), "\(one.id)")
      case .peerRun:
        #expect(source.contains("by this project") || source.contains("diffprivlib"), "\(one.id)")
      case .ownReference:
        let words = ["this project", "worked by hand", "NumPy", "pandas", "SciPy"]
        #expect(words.contains { source.contains($0) }, "\(one.id)")
        #expect(!source.contains("scikit-learn"), "\(one.id) is a number of a peer")
      case .ownAim: #expect(source.hasPrefix("aim of this project"), "\(one.id)")
      }
    }
  }

  /// The numbers that publications print or show, by hand from them.
  private static let published: [String: Double] = [
    "iwpc-within-20-pharmacogenetic": 0.460, "iwpc-within-20-clinical": 0.384, "iwpc-within-20-fixed": 0.289,
    "vkorc1-map": 0.571, "vkorc1-below-ideal": 5, "private-inversion-0.25": 0.367,
    "private-inversion-1.0": 0.417, "private-inversion-5.0": 0.493, "private-inversion-20.0": 0.554,
    "private-inversion-100.0": 0.571, "private-inversion-tight-0.25": 0.367,
    "private-inversion-tight-1.0": 0.417, "private-inversion-tight-5.0": 0.493,
    "private-inversion-tight-20.0": 0.554, "private-inversion-tight-100.0": 0.571,
    "doses-fixed": 0.289, "face-queries": 20_600, "face-ratio": 20,
    "adult-csmia-precision": 0.862, "adult-csmia-recall": 0.44, "adult-csmia-accuracy": 0.699,
    "rdp-old-900": 2.461449, "abadi": 1.26, "one-run-0.673": 0.673, "one-run-2.675": 2.675,
    "ratio-bailey-100": 4.61953896, "ratio-bailey-90": 6.87647915, "ratio-katz-log-100": 4.45958661,
    "ratio-katz-log-90": 6.39712581, "memguard-none": 0.73, "memguard-full": 0.50,
  ]

  @Test("Only numbers that a publication has are credited to one, and all of them")
  func credited() {
    let credited = Self.statements.filter { $0.reference.origin.isPublished && $0.reference.number != nil }
    #expect(
      Dictionary(uniqueKeysWithValues: credited.map { ($0.id, $0.reference.number ?? .nan) })
        == Self.published)
  }

  @Test("On another setting nothing is judged, and it is named")
  func settings() {
    let shown = Self.statements.filter { if case .anotherSetting = $0.judging { true } else { false } }
    #expect(shown.allSatisfy { $0.setting != nil })
    for id in ["face-queries", "face-ratio", "memguard-none", "memguard-full", "private-inversion-tight-5.0"]
    {
      #expect(shown.contains { $0.id == id }, "\(id)")
    }
  }

  @Test("Absent data leave a statement unmeasured and say so")
  func absent() async throws {
    var study = InversionReproduction(searchPath: DataSearchPath(folders: ["/nowhere"], home: "/nowhere"))
    study.rows = [2, 3]
    study.seeds = [1]
    let run = try await study.run { _, _ in }
    #expect(run.rows == run.rows.sorted() && Set(run.rows) == [2, 3])
    for (row, claim) in zip(run.rows, run.claims) {
      #expect(claim.verdict == (row == 2 ? .byConstruction : .notMeasured))
      #expect(row == 2 || claim.note?.contains("Not measured") == true)
    }
  }

  // MARK: Verdicts on constructed outcomes

  private static func outcome(
    _ attack: String, _ metrics: Metrics, defence: String = "none", model: String = "ols", seed: UInt64 = 1
  ) -> Outcome {
    Outcome(
      dataset: "d", model: model, attack: attack, defence: defence, rate: 0, seed: seed, metrics: metrics)
  }

  @Test(
    "The gap to the ideal model is measured on the same people and, of another model than the slide's, not judged"
  )
  func ideal() throws {
    let outcomes = [
      Self.outcome("ideal", ["other_accuracy": 0.75]), Self.outcome("map", ["other_accuracy": 0.5]),
    ]
    let claim = try Self.statement("vkorc1-below-ideal").claim(outcomes)
    #expect(claim.verdict == .anotherSetting && claim.measured == 25)
    #expect(try Self.statement("vkorc1-below-ideal").claim([outcomes[0]]).verdict == .failed)
    #expect(try Self.statement("vkorc1-map").claim([outcomes[1]]).verdict == .anotherSetting)
  }

  /// Numbers made of the means over all repetitions, which have no worst one.
  private static let ofAll: Set<String> = [
    "priority-monotone", "private-inversion-rises", "private-doses-rise", "private-doses-tight-rise",
  ]

  @Test("What is exact or said of all is judged by the worst repetition, arithmetic as it is")
  func bases() {
    for one in Self.statements {
      guard case .by(let expectation, _, let basis) = one.judging else { continue }
      let isSaidOfAll = expectation.isExact || ["exact (", "100 %"].contains(where: one.words.contains)
      #expect(!isSaidOfAll || basis == .worstRepetition || Self.ofAll.contains(one.id), "\(one.id)")
      let isArithmetic = (20...22).contains(one.row) || one.id.hasPrefix("iwpc-within")
      #expect((basis == .arithmetic) == isArithmetic, "\(one.id)")
    }
  }

  @Test(
    "Audits of a fault end at the ceiling, so they are not judged; those of the right mechanism are repeated")
  func audits() throws {
    let faulty = try Self.statement("audit-faulty-1.0")
    #expect(faulty.work == 4 && faulty.reference.origin == .ownReference)
    func outcomes(_ mechanism: AuditedMechanism, _ bound: Double) -> [Outcome] {
      [1, 2].map { seed in
        Self.outcome(
          "audit", ["epsilon": 1, "epsilon_lower_bound": bound], defence: mechanism.rawValue, seed: seed)
      }
    }
    #expect(faulty.claim(outcomes(.faultyRegression, 4.906)).verdict == .byConstruction)
    let right = try Self.statement("audit-right-1.0")
    let both = outcomes(.faultyRegression, 4.906) + outcomes(.regression, 0.4)
    #expect(right.claim(both).verdict == .met)
    #expect(right.verdictOnNull(both)?.isMet == false)
    #expect(right.claim([both[2]]).verdict == .singleRun)
  }

  /// Means and standard deviations of scikit-learn 1.9.1 (`inversion_reference.py`, `privacy_reference.py` and
  /// `objective_perturbation_reference.py` in `Tests/Peers`; VKORC1 and CYP2C9 by 20 splits of the same attack).
  private static let spreads: [String: (mean: Double, deviation: Double)] = [
    "gss-accuracy-white": (0.762, 0.035), "gss-recall-white": (0.092, 0.053),
    "gss-accuracy-white-single": (0.779, 0.020), "gss-recall-white-single": (0.058, 0.040),
    "gss-accuracy-white-expected": (0.805, 0.002), "gss-recall-white-expected": (0.031, 0.007),
    "gss-accuracy-black": (0.799, 0.004), "gss-recall-black": (0.008, 0.008),
    "face-identified-none": (0.99, 0.032), "face-identified-0.001": (0.88, 0.079),
    "face-identified-0.005": (0.41, 0.160), "face-identified-0.01": (0.24, 0.107),
    "face-identified-0.05": (0.06, 0.052), "face-identified-0.1": (0.01, 0.032), "face-empty": (0.02, 0.042),
    "yeom-depth-1": (0.0015, 0.0093), "yeom-depth-5": (0.0239, 0.0116), "yeom-depth-8": (0.0734, 0.0140),
    "yeom-depth-10": (0.1299, 0.0176), "yeom-depth-12": (0.2110, 0.0187), "yeom-depth-15": (0.3658, 0.0213),
    "yeom-depth-20": (0.6556, 0.0284), "yeom-depth-25": (0.8277, 0.0222), "yeom-depth-30": (0.8683, 0.0129),
    "vkorc1-map-members": (0.563, 0.005), "vkorc1-map-auc": (0.739, 0.009),
    "vkorc1-map-demographics": (0.524, 0.019), "vkorc1-mode": (0.360, 0.015),
    "vkorc1-map-race-prior": (0.673, 0.010), "vkorc1-ideal": (0.668, 0.009),
    "vkorc1-imputation": (0.604, 0.014), "cyp2c9-map-auc": (0.776, 0.013),
    "lira-auc-logistic": (0.5528, 0.0104), "lira-auc-tree-leaf-5": (0.5698, 0.0115),
    "lira-auc-tree-full": (0.0649, 0.0116), "lira-auc-mlp-64": (0.0910, 0.0182),
    "objective-0.5": (0.8069, 0.0058), "objective-1.0": (0.8113, 0.0059), "objective-5.0": (0.8128, 0.0046),
  ]

  @Test("Where a reference has a spread, it is the range")
  func ranges() throws {
    var found: Set<String> = []
    for one in Self.statements {
      guard case .by(let expectation, _, _) = one.judging, case .spread(let deviation)? = expectation.rule
      else { continue }
      found.insert(one.id)
      let spread = try #require(Self.spreads[one.id], "\(one.id)")
      #expect(one.reference.number == spread.mean && deviation == spread.deviation, "\(one.id)")
    }
    #expect(found.isSuperset(of: Self.spreads.keys))
  }

  @Test("Sections are named only where they are known")
  func sections() {
    let known = ["one-run-0.673", "one-run-2.675", "face-queries", "face-ratio"]
    for one in Self.statements {
      let text = "\(one.reference.source) \(one.note ?? "")"
      let names = ["section", "appendix", "JRSS"].contains { text.contains($0) }
      #expect(!names || known.contains(one.id), "\(one.id)")
    }
  }

  @Test(
    "Numbers that scikit-learn gave here are a peer's, aims have a number or a range, and defences are aims")
  func peersAndAims() {
    for one in Self.statements {
      let isPeer = one.reference.source.contains("scikit-learn")
      #expect(!isPeer || one.reference.origin == .peerRun, "\(one.id)")
      if one.id.hasPrefix("defence-") { #expect(one.reference.origin == .ownAim, "\(one.id)") }
      guard case .by(let expectation, _, _) = one.judging, one.reference.origin == .ownAim else { continue }
      // One-sided: an aim is reached or not.
      #expect(expectation.direction != .neither, "\(one.id)")
    }
  }

  @Test("Aims on defences are judged on other seeds than those that they were set by")
  func freshSeeds() {
    let used = InversionStatements.all([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).filter { $0.row == 26 }
      .flatMap(\.work).compactMap { ($0 as? MembershipDefence)?.seed }
    #expect(Set(used) == [7, 8, 9, 10, 11])
  }

  /// The same outcomes with another seed.
  private static func again(_ outcomes: [Outcome]) -> [Outcome] {
    outcomes.map { one in
      Outcome(
        dataset: one.dataset, model: one.model, attack: one.attack, defence: one.defence, rate: one.rate,
        seed: one.seed + 100, metrics: one.metrics)
    }
  }

  @Test("Private inversion is judged at its budget and by the noise as published alone")
  func noise() throws {
    func cell(_ defence: String, _ epsilon: Double, _ value: Double) -> Outcome {
      Self.outcome("map", ["epsilon": epsilon, "genotype_members": value], defence: defence, model: "linear")
    }
    let one = [
      cell("functional-published", 5, 0.39), cell("functional-published", 20, 0.55),
      cell("functional-tight", 5, 0.49),
    ]
    let outcomes = one + Self.again(one)
    #expect(try Self.statement("private-inversion-5.0").claim(one).verdict == .singleRun)
    #expect(try Self.statement("private-inversion-5.0").claim(outcomes).verdict == .differs)
    #expect(try Self.statement("private-inversion-20.0").claim(outcomes).verdict == .reproduced)
    let tight = try Self.statement("private-inversion-tight-5.0").claim(outcomes)
    #expect(tight.verdict == .anotherSetting && tight.measured == 0.49)
    #expect(try Self.statement("private-inversion-5.0").claim([outcomes[1]]).verdict == .failed)
  }

  @Test(
    "A curve that falls by more than the noise of its means is seen",
    arguments: [([0.3, 0.4, 0.5], 0.0), ([0.3, 0.5, 0.38], 0.12), ([0.5, 0.4, 0.1], 0.3)])
  func falls(values: [Double], largest: Double) throws {
    let one = values.enumerated().map { place, value in
      Self.outcome(
        "map", ["epsilon": Double(place), "genotype_members": value], defence: "functional-published")
    }
    let outcomes = one + Self.again(one)
    let fall = PrivacyMeasure.largestFall("genotype_members", along: "epsilon")(outcomes)
    #expect(fall.count == 1 && abs(fall[0] - largest) < 1e-12)
    let claim = try Self.statement("private-inversion-rises").claim(outcomes)
    #expect(claim.verdict == (largest == 0 ? .reproduced : .contradicted))
    // A number that is missing is a failure, not a shorter curve.
    #expect(claim.reference == nil)
    let gap = outcomes + [Self.outcome("map", ["epsilon": 9], defence: "functional-published")]
    #expect(try Self.statement("private-inversion-rises").claim(gap).verdict == .failed)
  }

  @Test("Two mechanisms are compared on the same splits; one without its partner is a failure")
  func pairs() throws {
    func cell(_ defence: String, _ value: Double, seed: UInt64) -> Outcome {
      Self.outcome(
        "map", ["epsilon": 5, "genotype_members": value], defence: defence, model: "linear", seed: seed)
    }
    // The mechanisms differ by .1 on every split, the splits by more.
    let pairs = [0.3, 0.5, 0.7].enumerated().flatMap { place, value in
      [
        cell("functional-tight", value, seed: UInt64(place)),
        cell("functional-unequal-0.01", value - 0.1, seed: UInt64(place)),
      ]
    }
    let claim = try Self.statement("unequal-inversion").claim(pairs)
    #expect(claim.verdict == .met && abs((claim.measured ?? 0) - 0.1) < 1e-12)
    #expect((claim.halfWidth ?? 1) < 1e-9)
    #expect(try Self.statement("unequal-inversion").claim(pairs.dropLast()).verdict == .failed)
  }

  @Test("White boxes without a precision in one tree fail")
  func precision() throws {
    let outcomes = [80, 100, 120, 150].map { leaves in
      Self.outcome(
        "counts of the class", ["member_precision": leaves == 100 ? nil : 1], model: "tree-\(leaves)-all")
    }
    #expect(try Self.statement("steak-precision").claim(outcomes).verdict == .failed)
  }

  // MARK: Nulls

  /// Rows that are quick and whose data are here; all rows where tests may be long.
  private static var rows: Set<Int> {
    TestData.runsLong ? Set(InversionReproduction.knownRows) : [1, 2, 4, 7, 16, 17, 21, 22, 23]
  }

  @Test("No statement is met by what its measure gives without effect", arguments: rows.sorted())
  func nulls(row: Int) async throws {
    BLASRuntime.setThreads(1)
    var study = InversionReproduction(searchPath: StudyData.searchPath)
    let isRepeated = [9, 15, 24, 26].contains(row)
    (study.rows, study.seeds, study.privateModels) = ([row], isRepeated ? [1, 2, 3] : [1], 10)
    let statements = study.statements
    var outcomes: [Experiment: [Outcome]] = [:]
    for work in Statement.experiments(of: statements) {
      do { outcomes[work.experiment] = try await work.run() } catch let error as CatalogueError
        where error.isAbsence
      {
      }
    }
    for statement in statements {
      let found = statement.work.compactMap { outcomes[$0.experiment] }
      guard found.count == statement.work.count, let verdict = statement.verdictOnNull(found.flatMap { $0 })
      else { continue }
      #expect(!verdict.isMet && verdict != .failed, "\(statement.id): \(verdict)")
    }
  }

  @Test("The page counts by origin, says what the verdicts mean and where public ranges come from")
  func page() async throws {
    var study = InversionReproduction(searchPath: StudyData.searchPath)
    (study.rows, study.seeds, study.privateModels) = ([6, 21, 22], [1], 1)
    let run = try await study.run { _, _ in }
    let titles = InversionReport.table(run).columns.map(\.title)
    #expect(titles.contains("origin") && titles.contains("setting"))
    let document = ResultsDocument(
      tool: .init(version: "0", blas: "none"), parameters: [:], methods: [], outcomes: run.outcomes,
      claims: run.claims)
    let html = try InversionReport(document, run: run).report.html()
    #expect(html.contains("published numbers reproduced") && html.contains("by construction"))
    #expect(html.contains("What the verdicts mean"))
    if TestData.path("iwpc-scaled.csv") != nil {
      #expect(html.contains("take ranges and categories as public"))
    }
  }
}
