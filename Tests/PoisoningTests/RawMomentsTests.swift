import Learning
import LinearAlgebra
import Poisoning
import Testing

@Suite("Uncentred moments")
struct RawMomentsTests {
  @Test(
    "Rows of indicators and rows of numbers give the sums written out", arguments: [0.1, 0.2, 0.3, 0.9, 1])
  func sums(share: Double) {
    var random = RandomStream(seed: 2)
    var features = Matrix(rows: 40, columns: 20)
    for row in 0..<40 {
      for column in 0..<20 where random.uniform() < share { features[row, column] = random.normal() }
    }
    let target = (0..<40).map { _ in random.normal() }
    let moments = RawMoments(RegressionData(features: features, target: target))
    for i in 0...20 {
      for j in 0...20 {
        let sum = (0..<40).reduce(0.0) { sum, row in
          sum + (i < 20 ? features[row, i] : 1) * (j < 20 ? features[row, j] : 1)
        }
        #expect(abs(moments.gram[i, j] - sum) < 1e-12)
      }
    }
    #expect(moments.count == 40)
  }
}
