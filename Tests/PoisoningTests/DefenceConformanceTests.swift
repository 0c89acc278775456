import Learning
import LinearAlgebra
import Methods
import Tabular
import Testing

@testable import Poisoning

/// What every defence of the catalogue must do, whatever its method.
@Suite("Conformance of defences")
struct DefenceConformanceTests {
  static let ids = TrainingDefences.builtIn.ids
  /// Defences that draw random numbers; a permutation of the rows gives them other subsets.
  static let random: Set<String> = ["roni", "ransac", "lts"]

  /// A poisoned training set with its truth, clean rows first.
  static func poisoned(seed: UInt64 = 1, count: Int = 12) throws -> (
    data: RegressionData, world: SyntheticScenario
  ) {
    let world = SyntheticScenario(seed: seed, rows: 90)
    var random = RandomStream(seed: seed).child("poison")
    let poison = try OptP().poison(world.scenario(.ridge(penalty: 0.1)), count: count, using: &random)
    return (world.training.appending(poison), world)
  }

  static func task(
    _ data: RegressionData, _ world: SyntheticScenario, learner: LinearLearner = .ridge(penalty: 0.1),
    rate: Double = 12.0 / 102
  ) -> DefenceTask {
    DefenceTask(data: data, learner: learner, space: world.space, assumedRate: rate)
  }

  /// The mean test error with the poison at the end, at the front and mixed in, over several seeds.
  static func errorsByOrder(_ defence: some PoisoningDefence) throws -> [Double] {
    var sums = [0.0, 0.0, 0.0]
    for seed in UInt64(1)...4 {
      let (data, world) = try poisoned(seed: seed)
      var shuffle = RandomStream(seed: seed).child("order")
      let orders = [Array(0..<102), Array(90..<102) + Array(0..<90), shuffle.permutation(102)]
      for (index, order) in orders.enumerated() {
        var random = RandomStream(seed: seed)
        let fit = try defence.fit(task(data.rows(at: order), world), using: &random)
        sums[index] += fit.model.meanSquaredError(on: world.test) / 4
      }
    }
    return sums
  }

  @Test("the order of the rows does not matter", arguments: ids)
  func permutation(id: String) throws {
    let defence = try TrainingDefences.builtIn.make(id)
    let errors = try Self.errorsByOrder(defence)
    let tolerance = Self.random.contains(id) ? 0.5 : 1e-6
    let (least, most) = (errors.min() ?? 0, errors.max() ?? 0)
    #expect(most <= least * (1 + tolerance), "\(errors)")
  }

  @Test("the check of the order finds the error of the TRIM of 2018")
  func permutationFindsTheOldError() throws {
    let errors = try Self.errorsByOrder(CleanStartTrim())
    #expect((errors.max() ?? 0) > (errors.min() ?? 0) * 1.5, "\(errors)")
  }

  @Test(
    "a deterministic defence rejects the same rows in any order",
    arguments: ids.filter { !random.contains($0) })
  func rejectedRows(id: String) throws {
    let (data, world) = try Self.poisoned()
    var random = RandomStream(seed: 3)
    let order = random.permutation(data.count)
    let defence = try TrainingDefences.builtIn.make(id)
    let straight = try defence.fit(Self.task(data, world), using: &random)
    let mixed = try defence.fit(Self.task(data.rows(at: order), world), using: &random)
    #expect(mixed.rejected.map { order[$0] }.sorted() == straight.rejected)
    #expect(straight.rejected == straight.rejected.sorted())
  }

  @Test(
    "equal targets leave the order of the rows without a say", arguments: ["trim", "trim-plain", "itrim"])
  func tiedTargets(id: String) throws {
    for seed in UInt64(1)...6 {
      var (data, world) = try Self.poisoned(seed: seed)
      data.target = data.target.map { ($0 / 0.05).rounded() * 0.05 }
      var random = RandomStream(seed: seed)
      let order = random.permutation(data.count)
      let defence = try TrainingDefences.builtIn.make(id)
      let straight = try defence.fit(Self.task(data, world), using: &random)
      let mixed = try defence.fit(Self.task(data.rows(at: order), world), using: &random)
      #expect(mixed.rejected.map { order[$0] }.sorted() == straight.rejected, "seed \(seed)")
    }
  }

  /// The same rows in other units and from another zero, powers of two so that nothing is lost to rounding.
  static func raw(_ data: RegressionData, _ space: FeatureSpace, offset: Double = 2048) -> (
    data: RegressionData, space: FeatureSpace
  ) {
    let factors = [64.0, 1.0 / 1024, 1, 1, 1, 1, 1]
    var data = data
    var (lower, upper) = (space.lower, space.upper)
    for column in 0..<2 {
      let zero = offset * factors[column]
      for row in 0..<data.count {
        data.features[row, column] = zero + data.features[row, column] * factors[column]
      }
      (lower[column], upper[column]) = (zero, zero + factors[column])
    }
    return (data, FeatureSpace(names: space.names, groups: space.groups, lower: lower, upper: upper))
  }

  @Test("units and zeros of raw columns change no defence", arguments: ids)
  func units(id: String) throws {
    // Least squares does not depend on units, so neither may the defended model.
    for seed in UInt64(1)...3 {
      let (data, world) = try Self.poisoned(seed: seed)
      let other = Self.raw(data, world.space)
      var random = RandomStream(seed: seed).child(id)
      let scaled = try TrainingDefences.builtIn.make(id).fit(
        Self.task(data, world, learner: .leastSquares), using: &random)
      random = RandomStream(seed: seed).child(id)
      let raw = try TrainingDefences.builtIn.make(id).fit(
        DefenceTask(data: other.data, learner: .leastSquares, space: other.space, assumedRate: 12.0 / 102),
        using: &random)
      // Equal rows may stand for each other.
      func rejected(_ fit: DefendedFit) -> [String] {
        fit.rejected.map { "\(data.features.row($0)) \(data.target[$0])" }.sorted()
      }
      #expect(rejected(raw) == rejected(scaled), "seed \(seed)")
      let test = Self.raw(world.test, world.space).data
      let (left, right) = (scaled.model.predict(world.test.features), raw.model.predict(test.features))
      #expect(zip(left, right).allSatisfy { abs($0 - $1) < 1e-6 }, "seed \(seed)")
    }
  }

  @Test("the victim's penalty counts on the columns as they are", arguments: ["trim", "itrim"])
  func rawPenalty(id: String) throws {
    let (data, world) = try Self.poisoned()
    let other = Self.raw(data, world.space, offset: 2)
    // More than any penalty of the defence's own, on the share of every column.
    let learner = LinearLearner.ridge(penalty: 400 * 64 * 64)
    var random = RandomStream(seed: 1)
    let fit = try TrainingDefences.builtIn.make(id).fit(
      DefenceTask(data: other.data, learner: learner, space: other.space, assumedRate: 12.0 / 102),
      using: &random)
    let rejected = Set(fit.rejected)
    let kept = other.data.rows(at: (0..<data.count).filter { !rejected.contains($0) })
    let expected = try learner.fit(kept)
    for (found, right) in zip(fit.model.weights, expected.weights) {
      #expect(abs(found - right) <= 1e-9 * (1e-6 + abs(right)))
    }
    #expect(abs(fit.model.intercept - expected.intercept) < 1e-9)
  }

  @Test("same seed, same model", arguments: ids)
  func determinism(id: String) throws {
    let (data, world) = try Self.poisoned()
    func run() throws -> DefendedFit {
      var random = RandomStream(seed: 8).child(id)
      return try TrainingDefences.builtIn.make(id).fit(
        Self.task(data, world, learner: .lasso(penalty: 0.001)), using: &random)
    }
    let (first, second) = (try run(), try run())
    #expect(first.model == second.model && first.rejected == second.rejected)
  }

  @Test("no row, one row, and a constant target give an error or a finite model", arguments: ids)
  func odd(id: String) throws {
    let world = SyntheticScenario()
    let defence = try TrainingDefences.builtIn.make(id)
    for rows in [[], [0]] {
      var random = RandomStream(seed: 1)
      #expect(throws: (any Error).self) {
        try defence.fit(Self.task(world.training.rows(at: rows), world), using: &random)
      }
    }
    var constant = world.training
    constant.target = [Double](repeating: 0.3, count: constant.count)
    var random = RandomStream(seed: 1)
    if let fit = try? defence.fit(Self.task(constant, world), using: &random) {
      #expect(fit.model.weights.allSatisfy(\.isFinite) && fit.model.intercept.isFinite)
    }
  }

  @Test("the largest numbers that settings allow end in a model or an error", arguments: ids)
  func largestSettings(id: String) throws {
    let (data, world) = try Self.poisoned()
    let entry = try #require(TrainingDefences.builtIn.entries.first { $0.id == id })
    for parameter in entry.parameters {
      guard case .numbers(let range) = parameter.allowed else { continue }
      let largest =
        range.upper < .infinity ? (range.includesUpper ? range.upper : range.upper.nextDown) : 1e308
      let defence = try TrainingDefences.builtIn.make(
        id, settings: MethodSettings(["\(parameter.name)=\(largest)"]))
      var random = RandomStream(seed: 1)
      if let fit = try? defence.fit(Self.task(data, world), using: &random) {
        #expect(fit.model.weights.count { !$0.isFinite } == 0, "\(parameter.name)=\(largest)")
      }
    }
  }

  @Test("the card names the parameters that can be set", arguments: ids)
  func parameters(id: String) throws {
    let entry = try #require(TrainingDefences.builtIn.entries.first { $0.id == id })
    let card = entry.card
    #expect(card.family == .trainingDefence)
    do {
      _ = try TrainingDefences.builtIn.make(id, settings: MethodSettings(["no-such=1"]))
      Issue.record("an unknown parameter was accepted")
    } catch SettingError.unknown(_, _, let known) {
      #expect(known == entry.parameters.map(\.name).sorted())
    }
  }

  @Test("all defences are listed, each once")
  func complete() {
    let expected = [
      "none", "trim", "trim-plain", "itrim", "roni", "ransac", "huber", "chen", "lts", "sever", "range",
      "sphere-slab",
    ]
    #expect(Set(Self.ids) == Set(expected) && Self.ids.count == expected.count)
  }
}

/// TRIM as released in 2018: by mistake it starts from the first rows, which are the clean ones.
private struct CleanStartTrim: PoisoningDefence {
  static let card = MethodCard(
    id: "trim-2018", family: .trainingDefence, title: "TRIM of 2018", summary: "Starts from the first rows.",
    citation: "released code before its correction of 2021", needs: "nothing")

  func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    let keep = try task.keptCount("TRIM")
    var steps = ConcentrationSteps(task.data, keep: keep, start: Array(0..<keep))
    try steps.run(.ridge(penalty: 0.1), limit: 1)
    return DefendedFit(
      model: try task.learner.fit(moments: steps.keptMoments, start: nil),
      rejected: task.others(than: steps.kept))
  }
}
