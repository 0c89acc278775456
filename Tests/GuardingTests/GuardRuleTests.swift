import Crypto
import Foundation
import Learning
import LinearAlgebra
import Methods
import Querying
import Synchronization
import Tabular
import Testing

@testable import Guarding

/// The rules of single guards beside their formulas.
@Suite("Rules of guards")
struct GuardRuleTests {
  @Test("the draw of BDPL makes answers of the zone alike up to exp(ε)")
  func boundaryPrivacy() throws {
    for epsilon in [0.0, 0.1, 0.5, 1, 3] {
      var layer = BoundaryPrivacy()
      layer.epsilon = epsilon
      let p = layer.honesty
      #expect(abs((p * p + (1 - p) * (1 - p)) / (2 * p * (1 - p)) - exp(epsilon)) < 1e-9 * exp(epsilon))
    }
  }

  @Test("BDPL draws in its zone only")
  func zone() throws {
    let inputs = (0..<2).map { InputColumn(name: "x\($0)", kind: .number(lower: -1, upper: 1)) }
    let pipeline = try Pipeline(
      features: FeatureEncoder(inputs: inputs), target: .classes(name: "y", labels: ["a", "b"]),
      model: .linearClassifier(LinearClassifier(weights: [1, 0], intercept: 0)))
    let context = ServiceContext(schema: PipelineOracle(pipeline).schema, pipeline: pipeline)
    let guarding = try ResponseGuards.builtIn.make(specification: "bdpl:zone=0.2,epsilon=0.5").prepared(
      for: context)
    var random = RandomStream(seed: 1)
    let rows = context.schema.uniformRows(4000, using: &random)
    let truth = try context.oracle.answers(rows)
    let given = try guarding.guarded(truth, to: rows, client: "a")
    let inside = (0..<4000).filter { abs(rows[$0, 0]) < 0.2 }
    let flips = (0..<4000).filter { truth[$0].label != given[$0].label }
    #expect(Set(flips).isSubset(of: inside))
    var layer = BoundaryPrivacy()
    layer.epsilon = 0.5
    let expected = (1 - layer.honesty) * Double(inside.count)
    // Four standard deviations of a binomial distribution.
    #expect(abs(Double(flips.count) - expected) < 4 * (expected * layer.honesty).squareRoot())
  }

  @Test("poisoned predictions are as far as a grid search gets, within the budget")
  func poisoning() {
    var random = RandomStream(seed: 5)
    for _ in 0..<20 {
      let values = (0..<3).map { _ in random.exponential() }.normalised()
      let surrogate = (0..<3).map { _ in random.exponential() }.normalised()
      let own = zip(surrogate, values).map { $0 - $1 }
      let poisoned = PredictionPoisoning.poisoned(
        values, surrogate: surrogate, budget: 0.4, keepsLabel: false)
      func turn(_ answer: [Double]) -> Double {
        PredictionPoisoning.turn(own, zip(surrogate, answer).map { $0 - $1 })
      }
      #expect(zip(values, poisoned).reduce(0) { $0 + abs($1.0 - $1.1) } <= 0.4 + 1e-12)
      // No answer on the way to a vertex, within the budget, turns the gradient further.
      for vertex in 0..<3 {
        let length = 2 * (1 - values[vertex])
        let step = min(1, 0.4 / length)
        let candidate = values.indices.map { (1 - step) * values[$0] + ($0 == vertex ? step : 0) }
        #expect(turn(candidate) <= turn(poisoned) + 1e-12)
      }
      let kept = PredictionPoisoning.poisoned(values, surrogate: surrogate, budget: 2, keepsLabel: true)
      #expect(Answer(probabilities: kept).label == Answer(probabilities: values).label)
    }
  }

  @Test("marks come at the rate, are secret, and prove a theft")
  func watermark() throws {
    let context = try GuardedService.softmax.context()
    var dawn = DawnWatermark()
    dawn.rate = 0.02
    let rule = try dawn.rule(for: context)
    let guarding = try dawn.prepared(for: context)
    var random = RandomStream(seed: 8)
    let rows = context.schema.uniformRows(20_000, using: &random)
    let truth = try context.oracle.answers(rows)
    let given = try guarding.guarded(truth, to: rows, client: "a")
    let marked = truth.indices.filter { truth[$0].label != given[$0].label }
    // 400 are expected; four standard deviations of a binomial distribution are 79.
    #expect(abs(marked.count - 400) < 79)
    for row in marked {
      #expect(rule.mark(rows.row(row), label: try #require(truth[row].label)) == given[row].label)
    }
    // A copy that learned every answer is proven; the model itself, which knows no marks, is not.
    let classes = marked.compactMap { given[$0].label }
    #expect(DawnVerification(marked: classes, suspect: classes, classCount: 3).isProven())
    let innocent = DawnVerification(
      marked: classes, suspect: marked.compactMap { truth[$0].label }, classCount: 3)
    #expect(innocent.matches == 0 && innocent.log2PValue == 0 && !innocent.isProven(bits: 1))
    let weak = ServiceContext(schema: context.schema, pipeline: try context.pipeline)
    #expect(throws: GuardingError.self) { try dawn.prepared(for: weak) }
  }

  @Test("the tail of the binomial distribution is SciPy's")
  func binomial() {
    // scipy.stats.binom.logsf(matches − 1, marks, chance) / ln 2, SciPy 1.16.
    let cases = [
      (20, 15, 0.5, -5.594592577780796), (250, 200, 0.1, -495.4525787179048), (100, 0, 0.3, 0.0),
      (7, 7, 1.0 / 3, -11.094737505048094),
    ]
    for (marks, matches, chance, expected) in cases {
      let value = DawnVerification(marks: marks, matches: matches, chance: chance).log2PValue
      #expect(abs(value - expected) < 1e-10 * max(1, abs(expected)))
    }
  }

  static let sha256: Hashcash.Digest = { Array(SHA256.hash(data: $0)) }

  @Test("a challenge is solved by its own stamp only")
  func hashcash() throws {
    let challenge = Hashcash(bits: 8, resource: "a:b", salt: "7")
    #expect(challenge.line == "1:8:a_b:7" && Hashcash(line: challenge.line) == challenge)
    let stamp = try #require(challenge.solved(sha256: Self.sha256))
    #expect(challenge.isSolved(by: stamp, sha256: Self.sha256))
    #expect(!challenge.isSolved(by: stamp + "x", sha256: Self.sha256))
    #expect(!Hashcash(bits: 8, resource: "a_b", salt: "8").isSolved(by: stamp, sha256: Self.sha256))
    #expect(!challenge.isSolved(by: challenge.line, sha256: Self.sha256))
    #expect(challenge.solved(limit: 0, sha256: Self.sha256) == nil)
    #expect(Hashcash(line: "1:x:a:b") == nil && Hashcash(line: "2:1:a:b") == nil && Hashcash(line: "") == nil)
    #expect(Hashcash.zeroBits([0, 0x0f]) == 12 && Hashcash.zeroBits([0, 0]) == 16)
  }

  @Test("the work follows the released schedule")
  func schedule() {
    // sklearn.linear_model.LinearRegression on (log10 of the released times, bits), scikit-learn 1.9.1.
    #expect(abs(WorkSchedule.line.slope - 3.51429029) < 1e-8)
    #expect(abs(WorkSchedule.line.intercept - 18.531750860923125) < 1e-10)
    let schedule = WorkSchedule(expectedCost: 0.25)
    #expect(schedule.seconds(cost: 25, queries: 100) == 1)
    #expect(abs(schedule.seconds(cost: 125, queries: 100) - pow(1.0075, 100)) < 1e-12)
    #expect(schedule.seconds(cost: 1e9, queries: 0) == 2948.467908)
    // Both sides count: who asks too easily pays too.
    #expect(schedule.seconds(cost: 0, queries: 400) == schedule.seconds(cost: 200, queries: 400))
    #expect(schedule.bits(seconds: 1) == 19 && schedule.bits(seconds: 2948.467908) == 31)
    #expect(schedule.bits(seconds: 0.0001) == 16)
  }

  @Test("work for honest users stays and for uniform queries grows")
  func proofOfWork() throws {
    let context = try GuardedService.softmax.context()
    let work = try ProofOfWork().work(for: context)
    var random = RandomStream(seed: 4)
    let honest = GuardedService.honest(300, seed: 21)
    let uniform = context.schema.uniformRows(300, using: &random)
    _ = try work.guarded(context.oracle.answers(honest), to: honest, client: "honest")
    _ = try work.guarded(context.oracle.answers(uniform), to: uniform, client: "thief")
    let next = honest.rows(at: [0])
    #expect(abs(work.seconds(client: "nobody", for: next) - 1) < 0.05)
    #expect(work.seconds(client: "honest", for: next) < 2)
    #expect(work.seconds(client: "thief", for: next) > 10 * work.seconds(client: "honest", for: next))
    let bits = work.challenge(client: "thief", for: honest, salt: "1").bits
    #expect(bits > work.challenge(client: "honest", for: honest, salt: "1").bits)
  }

  @Test("a batch costs as much work as requests of 64 of its rows one after another")
  func batchOfWork() throws {
    let context = try GuardedService.softmax.context()
    let work = try ProofOfWork().work(for: context)
    var random = RandomStream(seed: 1)
    let uniform = context.schema.uniformRows(300, using: &random)
    var parts = 0.0
    for start in stride(from: 0, to: 300, by: 64) {
      let rows = uniform.rows(at: Array(start..<min(start + 64, 300)))
      parts += work.seconds(client: "part by part", for: rows)
      _ = try work.guarded(context.oracle.answers(rows), to: rows, client: "part by part")
    }
    let batch = work.seconds(client: "at once", for: uniform)
    #expect(abs(batch - parts) < 1e-6 * parts)
    #expect(
      work.challenge(client: "at once", for: uniform, salt: "1").bits
        > work.challenge(client: "at once", for: uniform.rows(at: [0]), salt: "1").bits + 2)
  }

  @Test("queries outside the domain are refused, one sentence each")
  func inputDomain() throws {
    let context = try GuardedService.softmax.context()
    let guarding = try ResponseGuards.builtIn.make("input-domain").prepared(for: context)
    let good = context.benign.row(0)
    func refuses(_ query: [Double]) throws -> Bool {
      let rows = Matrix([query])
      do {
        _ = try guarding.guarded([Answer(label: 0)], to: rows, client: "a")
        return false
      } catch QueryError.refused {
        return true
      }
    }
    #expect(try !refuses(good))
    for (column, value) in [(0, 11.5), (1, -1e8), (4, 0.5), (4, 3), (2, Double.nan), (3, .infinity)] {
      var query = good
      query[column] = value
      #expect(try refuses(query), "\(column) \(value)")
    }
  }

  @Test("indicators of a category must be exactly one, and whole columns whole")
  func indicators() throws {
    let whole = try GuardedService.softmax.context()
    let schema = PipelineOracle(try whole.pipeline, inputs: .encoded).schema
    let benign = try whole.pipeline.features.features(inputs: whole.benign)
    let context = ServiceContext(schema: schema, pipeline: try whole.pipeline, benign: benign)
    let guarding = try ResponseGuards.builtIn.make("input-domain").prepared(for: context)
    let good = benign.rows(at: [0])
    #expect(try guarding.guarded([Answer(label: 0)], to: good, client: "a").count == 1)
    for end in [[0.0, 0, 0], [1, 1, 0], [0.4, 0.6, 0]] {
      let bad = Matrix([Array(good.row(0).prefix(4)) + end])
      let error = #expect(throws: QueryError.self) {
        try guarding.guarded([Answer(label: 0)], to: bad, client: "a")
      }
      let names = schema.inputs.suffix(3).map { "'\($0.name)'" }.joined(separator: ", ")
      let isWhole = end.allSatisfy { $0 == $0.rounded() }
      #expect(
        !isWhole
          || error == .refused("row 1: exactly one of the indicators \(names) must be 1, and the others 0"))
    }
  }

  @Test("a budget is counted for every client, and a refused request costs nothing")
  func budget() throws {
    let context = try GuardedService.softmax.context()
    let guarding = try ResponseGuards.builtIn.make(specification: "budget:queries=10").prepared(for: context)
    func ask(_ count: Int, _ client: String) throws {
      let rows = context.benign.rows(at: Array(0..<count))
      _ = try guarding.guarded(try context.oracle.answers(rows), to: rows, client: client)
    }
    try ask(6, "a")
    #expect(throws: QueryError.self) { try ask(5, "a") }
    try ask(4, "a")
    #expect(throws: QueryError.self) { try ask(1, "a") }
    try ask(10, "b")
  }

  @Test("a rate is kept by the given clock")
  func rate() throws {
    let whole = try GuardedService.softmax.context()
    let time = Mutex(0.0)
    let context = ServiceContext(
      schema: whole.schema, pipeline: try whole.pipeline, clock: { time.withLock { $0 } })
    let guarding = try ResponseGuards.builtIn.make(specification: "rate-limit:perSecond=2,burst=4").prepared(
      for: context)
    let row = whole.benign.rows(at: [0])
    func ask() throws { _ = try guarding.guarded([Answer(label: 0)], to: row, client: "a") }
    for _ in 0..<4 { try ask() }
    #expect(throws: QueryError.self) { try ask() }
    time.withLock { $0 = 0.5 }
    try ask()
    #expect(throws: QueryError.self) { try ask() }
    time.withLock { $0 = 100 }
    for _ in 0..<4 { try ask() }
    #expect(throws: QueryError.self) { try ask() }
    #expect(guarding.capabilities(OracleCapabilities(content: .label)).batchLimit == 4)
    #expect(throws: GuardingError.self) {
      try RateLimit().prepared(for: ServiceContext(schema: whole.schema, pipeline: whole.pipeline))
    }
  }

  @Test("the reverse sigmoid refuses settings that change classes")
  func reverseSigmoid() throws {
    let context = try GuardedService.softmax.context()
    _ = try ResponseGuards.builtIn.make("reverse-sigmoid").prepared(for: context)
    #expect(throws: GuardingError.self) {
      try ResponseGuards.builtIn.make(specification: "reverse-sigmoid:gamma=1").prepared(for: context)
    }
    _ = try ResponseGuards.builtIn.make(specification: "reverse-sigmoid:gamma=1,allowsLabelFlips=true")
      .prepared(for: context)
    // y = ½ stays, and a pair of probabilities stays a pair: σ is antisymmetric about ½.
    #expect(ReverseSigmoid.perturbed([0.5, 0.5], 1, 0.1) == [0.5, 0.5])
    let pair = ReverseSigmoid.perturbed([0.9, 0.1], 1, 0.1)
    let shift = 1 / (1 + exp(-0.1 * log(9.0))) - 0.5
    #expect(abs(pair[0] - (0.9 - shift)) < 1e-12 && abs(pair[1] - (0.1 + shift)) < 1e-12)
  }

  @Test("top-k, the cut and rounding do what they say")
  func simple() throws {
    let context = try GuardedService.softmax.context()
    let row = context.benign.rows(at: [0])
    func given(_ text: String, _ values: [Double]) throws -> [Double] {
      try ResponseGuards.builtIn.make(specification: text).prepared(for: context)
        .guarded([Answer(probabilities: values)], to: row, client: "a")[0].probabilities
    }
    #expect(try given("top-k", [0.7, 0.2, 0.1]) == [0.7, 0.15000000000000002, 0.15000000000000002])
    #expect(try given("top-k:count=2", [0.1, 0.2, 0.7]) == [0.10000000000000009, 0.2, 0.7])
    #expect(try given("high-confidence", [0.5, 0.3, 0.2]) == [0.625, 0.37499999999999994, 0])
    #expect(try given("high-confidence:cutoff=0.9", [0.5, 0.3, 0.2]) == [1, 0, 0])
    #expect(try given("rounding:decimals=1", [0.64, 0.24, 0.12]) == [0.6, 0.2, 0.1])
    #expect(try given("rounding:decimals=0", [0.4, 0.35, 0.25]) == [0, 0, 0])
    #expect(try given("rounding:step=0.05", [0.64, 0.27, 0.09]) == [0.65, 0.25, 0.1])
    #expect(throws: (any Error).self) { try ResponseGuards.builtIn.make(specification: "rounding:step=-1") }
    let step = try ResponseGuards.builtIn.make(specification: "rounding:step=0.05").prepared(for: context)
    // Right to one digit: an attacker who trusted two would be misled.
    #expect(try step.capabilities(context.oracle.capabilities).decimals == 1)
  }
}
