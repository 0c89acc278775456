import Learning
import LinearAlgebra
import Methods
import Tabular
import Testing

@testable import Poisoning

/// A table with a level of every category dropped, and one with several levels in a row, beside
/// ``SyntheticScenario``, whose rows have one level of every category.
private struct CodedScenario {
  let scenario: PoisoningScenario
  let test: RegressionData

  /// The same rows without the first level of every category; `gene` is then one column alone.
  init(dummy world: SyntheticScenario, _ victim: LinearLearner) {
    let kept = [0, 1, 3, 4, 6]
    let names = kept.map { world.space.names[$0] }
    let space = FeatureSpace(
      names: names, groups: [.init(name: "race", columns: [2, 3])],
      lower: [Double](repeating: 0, count: 5), upper: [Double](repeating: 1, count: 5))
    func coded(_ data: RegressionData) -> RegressionData {
      RegressionData(features: data.features.columns(at: kept), target: data.target)
    }
    scenario = PoisoningScenario(
      training: coded(world.training), validation: coded(world.validation), space: space,
      targetRange: 0...1, victim: victim)
    test = coded(world.test)
  }

  /// Rows of which some have two races.
  init(several world: SyntheticScenario, _ victim: LinearLearner) {
    func coded(_ data: RegressionData) -> RegressionData {
      var data = data
      for row in stride(from: 0, to: data.count, by: 7) {
        data.features[row, 2] = 1
        data.features[row, 3] = 1
      }
      return data
    }
    scenario = PoisoningScenario(
      training: coded(world.training), validation: coded(world.validation), space: world.space,
      targetRange: 0...1, victim: victim)
    test = coded(world.test)
  }
}

@Suite("The rows that clean rows allow")
struct FeasibleSetTests {
  static let ids = PoisoningAttacks.builtIn.ids

  @Test("levels of every group are those of the clean rows")
  func levels() {
    let world = SyntheticScenario()
    let full = world.scenario(.leastSquares).feasible
    #expect(full.groups.map(\.levels) == [1...1, 1...1])
    #expect(full.numeric == [0, 1])
    #expect(full.summary == "exactly one level of every group")
    let dummy = CodedScenario(dummy: world, .leastSquares).scenario.feasible
    #expect(dummy.groups.map(\.name) == ["race", "gene:y"])
    #expect(dummy.groups.map(\.levels) == [0...1, 0...1])
    #expect(dummy.summary == "none or one level of 'race'; 0 or 1 in the 0/1 column 'gene:y'")
    let several = CodedScenario(several: world, .leastSquares).scenario.feasible
    #expect(several.groups[0].levels.lowerBound == 1 && several.groups[0].levels.upperBound >= 2)
    #expect(several.summary?.hasSuffix("exactly one level of all other groups") == true)
  }

  @Test("an empty cell of a 0/1 group says nothing of its levels")
  func gaps() throws {
    var text = "race:a,race:b,race:c,colour,x,y\n"
    for row in 0..<30 {
      let race = row == 7 ? ",," : ["1,0,0", "0,1,0", "0,0,1"][row % 3]
      text += "\(race),\(row % 2 == 0 ? "red" : "blue"),\(row),\(row * row % 11)\n"
    }
    let table = try TableReader().read(bytes: Array(text.utf8), name: "a.csv")
    let encoder = try Encoder.fit(table, target: "y")
    let design = try encoder.design(table)
    let rows = RegressionData(features: design.features, target: design.target)
    let set = FeasibleSet(design.space, clean: [rows], encoder: encoder.features)
    #expect(set.groups.map(\.name) == ["race", "colour"])
    #expect(set.groups.map(\.levels) == [1...1, 1...1])
    // The rows alone hold one without a level, which only the filling made.
    #expect(FeasibleSet(design.space, clean: [rows]).groups[0].levels == 0...1)
  }

  @Test("two doses are a number, a column of 0 and 1 is none, whatever the scaling")
  func twoNumbers() throws {
    var text = "dose_mg,smokes,x,y\n"
    for row in 0..<30 {
      text += "\(row % 2 == 0 ? 5 : 10),\(row % 3 == 0 ? 1 : 0),\(row),\(row * row % 11)\n"
    }
    let table = try TableReader().read(bytes: Array(text.utf8), name: "a.csv")
    for scaling in [EncodingOptions.NumericScaling.unitRange, .none] {
      let encoder = try Encoder.fit(table, target: "y", options: EncodingOptions(numeric: scaling))
      let design = try encoder.design(table)
      let rows = RegressionData(features: design.features, target: design.target)
      let set = FeasibleSet(design.space, clean: [rows], encoder: encoder.features)
      #expect(set.groups.map(\.name) == ["smokes"])
      #expect(set.numeric == [0, 2])
      #expect(set.summary == "0 or 1 in the 0/1 column 'smokes'")
    }
  }

  @Test("a long list of 0/1 columns is cut")
  func manyColumns() {
    let names = (0..<300).map { "c\($0)" }
    let space = FeatureSpace(
      names: names, groups: [], lower: names.map { _ in 0 }, upper: names.map { _ in 1 })
    let rows = RegressionData(
      features: Matrix((0..<12).map { row in names.indices.map { Double((row + $0) % 2) } }),
      target: (0..<12).map { Double($0) })
    #expect(
      FeasibleSet(space, clean: [rows]).summary
        == "0 or 1 in the 0/1 columns 'c0', 'c1', 'c2', 'c3', 'c4', 'c5' and 294 more")
  }

  @Test("clean rows are feasible and stay as they are")
  func cleanRows() {
    let world = SyntheticScenario()
    for coded in [CodedScenario(dummy: world, .leastSquares), CodedScenario(several: world, .leastSquares)] {
      let data = coded.scenario.training
      var moved = data
      moved.makeFeasible(in: coded.scenario.feasible)
      #expect(moved == data)
      for row in 0..<data.count {
        #expect(data.features.withRow(row) { coded.scenario.feasible.contains($0) })
      }
    }
  }

  @Test("a dummy-coded row goes where its twin with all levels goes", arguments: UInt64(0)..<50)
  func twins(seed: UInt64) {
    var random = RandomStream(seed: seed).child("twins")
    let world = SyntheticScenario()
    let full = world.scenario(.leastSquares).feasible
    let dummy = CodedScenario(dummy: world, .leastSquares).scenario.feasible
    var row = [random.uniform(), random.uniform()]
    for count in [3, 2] {
      let parts = (0..<count).map { _ in random.uniform() }
      row += parts.map { $0 / parts.reduce(0, +) }
    }
    var other = [0, 1, 3, 4, 6].map { row[$0] }
    full.chooseLevels(&row)
    dummy.chooseLevels(&other)
    #expect(other == [0, 1, 3, 4, 6].map { row[$0] })
  }

  @Test("the published rule takes a level above 1 / (1 + k)")
  func published() {
    let set = CodedScenario(dummy: SyntheticScenario(), .leastSquares).scenario.feasible
    func chosen(_ levels: [Double], _ threshold: FeasibleSet.Threshold) -> [Double] {
      var row = [0.5, 0.5] + levels
      set.chooseLevels(&row, threshold)
      return Array(row[2...])
    }
    #expect(chosen([0.34, 0.2, 0.51], .published) == [1, 0, 1])
    #expect(chosen([0.33, 0.2, 0.5], .published) == [0, 0, 0])
    #expect(chosen([0.34, 0.2, 0.51], .droppedLevel) == [0, 0, 1])
    #expect(chosen([0.45, 0.2, 0.5], .droppedLevel) == [1, 0, 0])
  }

  @Test("every attack makes rows that clean rows allow, and uses rows without a level", arguments: ids)
  func feasibility(id: String) throws {
    let world = SyntheticScenario()
    for coded in [
      CodedScenario(dummy: world, .ridge(penalty: 0.1)), CodedScenario(several: world, .ridge(penalty: 0.1)),
    ] {
      var random = RandomStream(seed: 9).child(id)
      let poison = try PoisoningAttacks.builtIn.make(id).poison(coded.scenario, count: 40, using: &random)
      #expect(poison.count == 40)
      for row in 0..<40 {
        #expect(poison.features.withRow(row) { coded.scenario.feasible.contains($0) })
      }
      let race = coded.scenario.feasible.groups[0]
      let isEmpty = (0..<40).map { row in race.columns.allSatisfy { poison.features[row, $0] == 0 } }
      // Half of the clean rows of the dummy-coded table have the dropped race or none; elsewhere there is no such row.
      #expect(isEmpty.contains(true) == (race.levels.lowerBound == 0))
    }
  }

  @Test("an optimised attack takes, drops and swaps levels where the groups allow it")
  func moves() throws {
    let world = SyntheticScenario()
    let coded = CodedScenario(dummy: world, .ridge(penalty: 0.1))
    var random = RandomStream(seed: 2)
    let poison = try OptP().poison(coded.scenario, count: 12, using: &random)
    let objective = AttackerObjective(coded.scenario, rows: .both, loss: .huber(scale: 0.1))
    let victim = coded.scenario.victim
    let reached = objective.value(try victim.fit(coded.scenario.training.appending(poison)))
    // No single change of a group helps any more.
    for row in 0..<poison.count {
      for columns in [[2, 3], [4]] {
        for choice in [Int?.none] + columns.map({ $0 }) {
          var other = poison
          for column in columns { other.features[row, column] = column == choice ? 1 : 0 }
          let value = objective.value(try victim.fit(coded.scenario.training.appending(other)))
          #expect(value <= reached * 1.02)
        }
      }
    }
  }

  @Test("damage on a dummy-coded table is that on its twin with all levels", arguments: ids)
  func damage(id: String) throws {
    let victim = LinearLearner.ridge(penalty: 0.1)
    var (full, dummy) = ([Double](), [Double]())
    for seed in UInt64(1)...8 {
      let world = SyntheticScenario(seed: seed)
      let coded = CodedScenario(dummy: world, victim)
      for (scenario, test, isDummy) in [
        (world.scenario(victim), world.test, false), (coded.scenario, coded.test, true),
      ] {
        var random = RandomStream(seed: seed).child(id)
        let poison = try PoisoningAttacks.builtIn.make(id).poison(scenario, count: 6, using: &random)
        let model = try victim.fit(scenario.training.appending(poison))
        let error = model.meanSquaredError(on: test)
        if isDummy { dummy.append(error) } else { full.append(error) }
      }
    }
    let (sum, whole) = (dummy.reduce(0, +), full.reduce(0, +))
    // BGD loses more than a tenth here, as the authors' own code does on the synthetic cohort.
    withKnownIssue("BGD falls below nine tenths of its twin") {
      #expect(sum >= 0.9 * whole, "\(id): \(sum) against \(whole)")
    } when: {
      id == "bgd"
    }
  }

  @Test("units of raw columns change no attack", arguments: ids)
  func units(id: String) throws {
    // Least squares does not depend on units, so neither may the poison.
    let world = SyntheticScenario()
    let factors = [64.0, 1024, 1, 1, 1, 1, 1]
    func raw(_ data: RegressionData) -> RegressionData {
      var data = data
      for row in 0..<data.count { for column in 0..<2 { data.features[row, column] *= factors[column] } }
      return data
    }
    let space = FeatureSpace(
      names: world.space.names, groups: world.space.groups, lower: world.space.lower, upper: factors)
    let scenario = PoisoningScenario(
      training: raw(world.training), validation: raw(world.validation), space: space, targetRange: 0...1,
      victim: .leastSquares)
    var random = RandomStream(seed: 3).child(id)
    let scaledPoison = try PoisoningAttacks.builtIn.make(id).poison(
      world.scenario(.leastSquares), count: 6, using: &random)
    random = RandomStream(seed: 3).child(id)
    let rawPoison = try PoisoningAttacks.builtIn.make(id).poison(scenario, count: 6, using: &random)
    let scaled = try LinearLearner.leastSquares.fit(world.training.appending(scaledPoison))
    let other = try LinearLearner.leastSquares.fit(scenario.training.appending(rawPoison))
    let (left, right) = (scaled.meanSquaredError(on: world.test), other.meanSquaredError(on: raw(world.test)))
    #expect(abs(left - right) < 0.1 * left, "\(left) \(right)")
  }
}
