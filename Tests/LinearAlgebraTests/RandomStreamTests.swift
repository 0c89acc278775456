import Foundation
import LinearAlgebra
import Statistics
import Testing

struct RandomStreamTests {
  @Test func wordsAndUniformsEqualNumPy() throws {
    for reference in try Reference.load().streams {
      var words = try reference.stream()
      #expect(reference.words.map { _ in String(words.next()) } == reference.words)
      var uniforms = try reference.stream()
      #expect(reference.uniforms.map { _ in uniforms.uniform() } == reference.uniforms)
      var normals = try reference.stream()
      for expected in reference.normals { #expect(abs(normals.normal() / expected - 1) < 1e-15) }
    }
    let shadow = RandomStream(seed: .max).child("shadow")
    #expect(String(shadow.path) == (try Reference.load().streams[2].path))
  }

  @Test func quantilesEqualSciPy() throws {
    let reference = try Reference.load()
    for (p, z) in zip(reference.probabilities, reference.quantiles) {
      #expect(abs(normalQuantile(p) - z) <= 1e-15 * abs(z), "\(p)")
    }
    #expect(normalQuantile(0) == -.infinity && normalQuantile(1) == .infinity)
  }

  /// Kolmogorov-Smirnov: 1.95 / √n is exceeded with probability 0.001, and the seed is fixed.
  private func follows(_ draws: [Double], _ distribution: (Double) -> Double) -> Bool {
    let sorted = draws.sorted()
    let n = Double(draws.count)
    let worst = sorted.indices.reduce(0.0) { worst, index in
      let p = distribution(sorted[index])
      return max(worst, p - Double(index) / n, Double(index + 1) / n - p)
    }
    return worst < 1.95 / n.squareRoot()
  }

  @Test("draws follow their distributions")
  func distributionsFit() {
    var random = RandomStream(seed: 11).child("distributions")
    let count = 4000
    #expect(follows((0..<count).map { _ in random.normal() }) { erfc(-$0 / 2.0.squareRoot()) / 2 })
    #expect(follows((0..<count).map { _ in random.exponential(rate: 2) }) { 1 - exp(-2 * $0) })
    #expect(
      follows((0..<count).map { _ in random.laplace(location: 1, scale: 2) }) {
        $0 < 1 ? exp(($0 - 1) / 2) / 2 : 1 - exp((1 - $0) / 2) / 2
      })
    // Gamma of whole shape is Erlang; of shape 1/2 it is half a chi-square of one degree.
    #expect(
      follows((0..<count).map { _ in random.gamma(shape: 3, scale: 2) }) { x in
        let t = x / 2
        return 1 - exp(-t) * (1 + t + t * t / 2)
      })
    #expect(follows((0..<count).map { _ in random.gamma(shape: 0.5) }) { erf($0.squareRoot()) })
    #expect(
      follows((0..<count).map { _ in random.studentT(degreesOfFreedom: 2) }) {
        0.5 + $0 / (2 * (2 + $0 * $0).squareRoot())
      })
  }

  @Test func choicesAreUniform() {
    var random = RandomStream(seed: 12).child("choice")
    var (counts, weighted, first) = ([Int](repeating: 0, count: 5), [0, 0, 0, 0], [0, 0, 0, 0])
    let weights = [1.0, 0, 2, 5]
    for _ in 0..<4000 {
      let drawn = random.choice(2, from: 5)
      #expect(drawn[0] != drawn[1])
      for index in drawn { counts[index] += 1 }
      weighted[random.weightedChoice(weights: weights)] += 1
      let pair = random.weightedChoice(2, weights: weights)
      #expect(pair[0] != pair[1])
      first[pair[0]] += 1
    }
    // Quantiles of chi-square at 0.999: 18.47 for 4 degrees of freedom, 13.82 for 2.
    #expect(counts.reduce(0) { $0 + pow(Double($1) - 1600, 2) / 1600 } < 18.47)
    for tally in [weighted, first] {
      #expect(tally[1] == 0)
      let expected = [500.0, 1, 1000, 2500]
      #expect([0, 2, 3].reduce(0) { $0 + pow(Double(tally[$1]) - expected[$1], 2) / expected[$1] } < 13.82)
    }
    #expect(random.choice(0, from: 0).isEmpty)
    #expect(random.choice(6, from: 6).sorted() == Array(0..<6))
    #expect(random.shuffled(["a", "b", "c"]).sorted() == ["a", "b", "c"])
    #expect(random.choiceWithReplacement(50, from: 3).allSatisfy { (0..<3).contains($0) })
    let share = (0..<4000).filter { _ in random.bernoulli(0.3) }.count
    #expect(abs(share - 1200) < 100)
  }

  @Test func childrenDoNotDependOnDraws() {
    var root = RandomStream(seed: 1)
    var before = root.child("a").child(3)
    _ = root.next()
    var after = root.child("a").child(3)
    #expect(before.next() == after.next())
    #expect(root.child("ab").path != root.child("a").child("b").path)
  }
}
