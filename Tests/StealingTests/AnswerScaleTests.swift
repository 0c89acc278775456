import Foundation
import LinearAlgebra
import Querying
import Testing

@testable import Stealing

@Suite("Numbers of a copy beside those of the model")
struct AnswerScaleTests {
  private static func differing(
    _ model: [Double], _ changes: [Int: Double], _ tolerance: HeldOutCheck.Tolerance = .init()
  ) -> Int {
    var copy = model
    for (place, value) in changes { copy[place] = value }
    return HeldOutCheck(
      model: model.map { Answer(number: $0) }, copy: copy.map { Answer(number: $0) }, tolerance: tolerance
    ).differing
  }

  @Test("An outlier hides no wrong number beside it")
  func outlier() {
    let numbers = (0..<20).map { Double($0) * 50 }
    // 950 instead of 900 is a wrong leaf, whatever another leaf holds.
    for outlier in [1e6, 1e9, -1e12, 1e200, 1.7e308] {
      #expect(Self.differing(numbers + [outlier], [18: 950]) == 1, "\(outlier)")
      #expect(Self.differing(numbers + [outlier], [18: 900 + 1e-6]) == 0, "\(outlier)")
      #expect(Self.differing(numbers + [outlier], [20: outlier * 1.01]) == 1, "\(outlier)")
    }
    // The same where most rows lie in the leaf of the outlier.
    let many = [10.0, 20, 30] + [Double](repeating: 1e9, count: 40)
    #expect(Self.differing(many, [1: 30]) == 1)
  }

  @Test("Near numbers are told apart in every group of them")
  func groups() {
    let near = (0..<10).map { Double($0) }
    let numbers = near + near.map { 1e9 + $0 } + near.map { -1e12 + 10 * $0 }
    for place in numbers.indices {
      #expect(Self.differing(numbers, [place: numbers[place] + 0.5]) == 1, "\(place)")
    }
    // Steps: half of the numbers or fewer are different, and two of ten are small.
    let leaves = [1, 2] + (1...8).map { Double($0) * 1e5 }
    #expect(Self.differing(leaves + leaves, [0: 2]) == 1)
  }

  @Test("The largest numbers have finite differences that count")
  func huge() throws {
    let numbers = [-1.7e308, 1.7e308, 1e308, 0, -1e308]
    #expect(Self.differing(numbers, [:]) == 0)
    #expect(Self.differing(numbers, [2: 0.9e308]) == 1)
    #expect(Self.differing(numbers, [0: 1.7e308]) == 1)
    let check = HeldOutCheck(
      model: numbers.map { Answer(number: $0) }, copy: [Answer](repeating: Answer(), count: 5))
    #expect(check.differing == 5 && check.meanDifference.isFinite && check.largestDifference.isFinite)
    #expect(check.joined(with: check).meanDifference.isFinite)
    #expect(try JSONDecoder().decode(HeldOutCheck.self, from: JSONEncoder().encode(check)) == check)
  }

  @Test("Rounded numbers may differ by a unit of their last place and no more, also where they hardly vary")
  func rounded() {
    let tolerance = HeldOutCheck.Tolerance(absolute: 0.01)
    for numbers in [[0, 0, 0, 0], [3, 3.5, 4, 9]] {
      #expect(Self.differing(numbers, [1: numbers[1] + 0.009], tolerance) == 0)
      #expect(Self.differing(numbers, [1: numbers[1] + 0.02], tolerance) == 1)
    }
  }

  @Test("The unit is the spread or 16 times the distance to a quarter of the others, as sorting gives it")
  func units() {
    var random = RandomStream(seed: 8)
    for count in [2, 3, 5, 8, 21, 100] {
      let numbers = (0..<count).map { _ in random.normal() * (random.uniform() < 0.2 ? 1e6 : 1) }
      let scale = AnswerScale(numbers)
      for (place, number) in numbers.enumerated() {
        var distances = numbers.map { abs($0 - number) }
        distances.remove(at: place)
        distances.sort()
        let wanted = distances[(count - 1 + 3) / 4 - 1]
        let spread = (numbers.max() ?? 0) - (numbers.min() ?? 0)
        #expect(scale.spread == spread)
        #expect(scale.units[place] == max(min(16 * wanted, spread), 1e-10 * abs(number)))
      }
    }
  }

  @Test("Numbers without outliers are compared by their spread, as rounding in single precision needs it")
  func plain() {
    var random = RandomStream(seed: 9)
    for count in [20, 1000] {
      let numbers = (0..<count).map { _ in random.uniform(2e5, 8e5) }
      let single = numbers.map { Double(Float($0)) * (1 + 1e-6) }
      let changes = Dictionary(uniqueKeysWithValues: single.enumerated().map { ($0, $1) })
      #expect(Self.differing(numbers, changes) == 0)
      #expect(Self.differing(numbers, [3: numbers[3] + 20]) == 1)
    }
  }

  @Test("Given and drawn rows have scales of their own")
  func apart() {
    let given = (0..<10).map { Double($0) * 1e-6 }
    let drawn = (0..<200).map { Double($0) * 1e6 }
    let model = (given + drawn).map { Answer(number: $0) }
    var copy = model
    copy[3] = Answer(number: 2e-6)
    let isReal = (0..<210).map { $0 < 10 }
    let check = HeldOutCheck(model: model, copy: copy, isReal: isReal, tolerance: .init())
    #expect(check.differing == 1 && check.rows == 210 && check.realRows == 10)
    // A right copy is right in both.
    #expect(HeldOutCheck(model: model, copy: model, isReal: isReal, tolerance: .init()).differing == 0)
  }
}
