@testable import Learning
import LinearAlgebra
import Testing

@Suite("L-BFGS")
struct LBFGSTests {
  /// Rosenbrock's valley in any even number of variables; minimum 0 at (1, ..., 1).
  static func rosenbrock(_ point: [Double], _ gradient: inout [Double]) -> Double {
    var value = 0.0
    for index in stride(from: 0, to: point.count, by: 2) {
      let (x, y) = (point[index], point[index + 1])
      let (across, along) = (y - x * x, 1 - x)
      value += 100 * across * across + along * along
      gradient[index] = -400 * x * across - 2 * along
      gradient[index + 1] = 200 * across
    }
    return value
  }

  @Test("finds the end of Rosenbrock's valley", arguments: [2, 10, 100])
  func valley(size: Int) {
    let start = (0..<size).map { $0 % 2 == 0 ? -1.2 : 1 }
    let result = LBFGS(gradientTolerance: 1e-9).minimize(from: start, objective: Self.rosenbrock)
    #expect(result.isConverged && result.gradientNorm <= 1e-9)
    #expect(result.point.allSatisfy { abs($0 - 1) < 1e-8 })
    #expect(result.iterations < 100 && result.evaluations < 150)
  }

  @Test("a quadratic of condition 1e4 far above zero ends with a gradient near rounding error")
  func quadratic() {
    let curvatures = (0..<40).map { 1 + 9999 * Double($0) / 39 }
    let result = LBFGS(gradientTolerance: 1e-7).minimize(from: .init(repeating: 3, count: 40)) {
      point, gradient in
      var value = 1000.0
      for index in point.indices {
        gradient[index] = curvatures[index] * (point[index] - 1)
        value += gradient[index] * (point[index] - 1) / 2
      }
      return value
    }
    #expect(result.isConverged)
    #expect(result.point.allSatisfy { abs($0 - 1) < 1e-7 })
  }

  @Test("values that overflow are stepped back from")
  func overflow() {
    let result = LBFGS().minimize(from: [-20]) { point, gradient in
      let x = point[0]
      let value = x > 5 ? Double.infinity : 1e-3 * (x - 4) * (x - 4) * (x - 4) * (x - 4)
      gradient[0] = x > 5 ? .nan : 4e-3 * (x - 4) * (x - 4) * (x - 4)
      return value
    }
    #expect(result.isConverged && abs(result.point[0] - 4) < 0.1)
  }

  @Test("limits are kept, the start may be the minimum, and an error of the objective ends the search")
  func ends() throws {
    let stopped = LBFGS(maximumIterations: 3).minimize(from: [-1.2, 1], objective: Self.rosenbrock)
    #expect(stopped.iterations == 3 && !stopped.isConverged)
    let done = LBFGS().minimize(from: [1, 1], objective: Self.rosenbrock)
    #expect(done.iterations == 0 && done.isConverged && done.evaluations == 1)
    var calls = 0
    #expect(throws: CancellationError.self) {
      try LBFGS().minimize(from: [-1.2, 1]) { point, gradient in
        calls += 1
        if calls == 5 { throw CancellationError() }
        return Self.rosenbrock(point, &gradient)
      }
    }
    #expect(calls == 5)
  }

  @Test("a line search takes the best step it found where none meets its conditions, and survives overflow")
  func awkwardLines() throws {
    func sample(_ step: Double, _ value: (Double) -> Double, _ slope: (Double) -> Double)
      -> MoreThuente.Sample
    {
      MoreThuente.Sample(step: step, value: value(step), slope: slope(step))
    }
    // Down to a wall, with a slope that never becomes small.
    let wall: (Double) -> Double = { $0 < 1 ? -$0 : .infinity }
    let origin = sample(0, wall) { _ in -1 }
    let close = MoreThuente().search(from: origin, first: 3) { step in sample(step, wall) { _ in -1 } }
    #expect(try #require(close).value < -0.99)
    // Down for ever.
    let far = MoreThuente().search(from: origin, first: 1) { step in
      MoreThuente.Sample(step: step, value: -step, slope: -1)
    }
    #expect(try #require(far).step > 1e6)
    // The cubic through values near the largest numbers overflows.
    var steps: [Double] = []
    let steep = MoreThuente().search(from: origin, first: 1) { step in
      steps.append(step)
      return sample(step, { 1e308 * $0 * $0 - $0 }, { 1e308 * $0 * 2 - 1 })
    }
    #expect(steps.count < 40 && steps.allSatisfy(\.isFinite))
    #expect(steep.map { $0.step == steps.last } ?? true)
  }

  @Test("a search that asks for progress ends before the gradient vanishes")
  func valueTolerance() {
    func search(_ tolerance: Double) -> OptimisationResult {
      LBFGS(gradientTolerance: 0, valueTolerance: tolerance).minimize(from: [-1.2, 1]) { point, gradient in
        Self.rosenbrock(point, &gradient) + 1
      }
    }
    let (strict, tolerant) = (search(0), search(1e-6))
    #expect(tolerant.iterations < strict.iterations && tolerant.gradientNorm > strict.gradientNorm)
    #expect(tolerant.value < 1.001)
  }
}
