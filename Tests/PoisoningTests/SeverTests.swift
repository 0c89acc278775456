import Foundation
import Learning
import LinearAlgebra
import Poisoning
import Tabular
import TestSupport
import Testing

/// Tables of numbers.
private enum RealData {
  static func regression(_ file: String, target: String) throws -> RegressionData {
    let table = try TableReader().read(path: try #require(TestData.path(file)))
    var columns: [[Double]] = []
    var values: [Double] = []
    for column in table.columns {
      guard case .numeric(let numbers) = column.values else { continue }
      if column.name == target { values = numbers } else { columns.append(numbers) }
    }
    return RegressionData(features: Matrix(columns).transposed(), target: values)
  }
}

@Suite("Sever on the drug-discovery data of its paper")
struct SeverTests {
  /// Series of the authors' repository, results-1.mat, "hard" attack.
  static let published: [(rate: Double, corrupted: Double, sever: Double)] = [
    (0.02, 1.535, 1.211), (0.04, 1.409, 1.212), (0.06, 1.349, 1.238), (0.08, 1.315, 1.253),
    (0.10, 1.296, 1.438),
  ]

  @Test(
    "reaches the published errors",
    .needs("sever/qsar-train.csv.gz", "sever/qsar-test.csv.gz"))
  func series() throws {
    let training = try RealData.regression("sever/qsar-train.csv.gz", target: "y")
    let test = try RealData.regression("sever/qsar-test.csv.gz", target: "y")
    #expect(abs(try SeverSeries.cleanError(training: training, test: test) - 1.231) <= 0.001)
    for (rate, corrupted, sever) in Self.published {
      var random = RandomStream(seed: 1).child("sever")
      let point = try SeverSeries.point(training: training, test: test, rate: rate, using: &random)
      #expect(abs(point.undefended - corrupted) <= 0.02 * corrupted, "\(rate): \(point)")
      #expect(point.sever <= 1.02 * sever, "\(rate): \(point)")
    }
  }
}
