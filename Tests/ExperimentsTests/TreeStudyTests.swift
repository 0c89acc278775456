import Foundation
import LinearAlgebra
import Tabular
import Testing

@testable import Experiments

/// Rows 6, 7 and 21 of the table of published figures.
@Suite("Published thefts with bins and with counterfactuals")
struct TreeStudyTests {
  private static let folder = DataSearchPath(
    dataDirectory: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "../shared/datasets").path)

  private static func table(_ name: String) throws -> Table {
    try DataSource(name, searchPath: folder).table(TableReader())
  }

  private static func has(_ name: String) -> Bool {
    guard let card = try? DatasetCatalogue.card(id: name) else { return false }
    return (try? folder.locate(card)) != nil
  }

  /// Two noisy circles, one within the other: `make_circles(5000, factor 0.5, noise 0.05)` of scikit-learn.
  private static func circles(_ count: Int) -> Table {
    var random = RandomStream(seed: 20)
    var (x, y, label) = ([Double](), [Double](), [Int]())
    for row in 0..<count {
      let angle = 2 * Double.pi * Double(row / 2) / Double(count / 2)
      let radius = row % 2 == 0 ? 1.0 : 0.5
      x.append(radius * cos(angle) + 0.05 * random.normal())
      y.append(radius * sin(angle) + 0.05 * random.normal())
      label.append(row % 2)
    }
    return Table(columns: [
      .init(name: "x", values: .numeric(x)), .init(name: "y", values: .numeric(y)),
      .init(name: "ring", values: .categorical(codes: label, levels: ["outer", "inner"])),
    ])
  }

  @Test
  func small() async throws {
    for bins in [8, 9, 10] {
      print(try await TreeAmazonTheft.run("circles", Self.circles(5000), target: "ring", bins: bins, seed: 1))
    }
    for bins in [10, 11, 12] {
      print(try await TreeAmazonTheft.run("iris", try Self.table("iris-fisher"), target: try Self.table("iris-fisher").columns.last?.name ?? "", bins: bins, seed: 1))
    }
  }

  @Test(.enabled(if: TreeTheftTests.isLong && has("adult"), "skipped: data not present"))
  func adult() async throws {
    for bins in [40, 50, 54] {
      print(try await TreeAmazonTheft.run("adult", try Self.table("adult"), target: "income", bins: bins, seed: 1))
    }
  }

  @Test
  func counterfactuals() async throws {
    for trees in [1, 3] {
      if Self.has("german-credit") {
        print(try await TreeCounterfactualTheft.run("german", try Self.table("german-credit"), target: "default", trees: trees, maximumDepth: 4, seed: 1))
      }
      if Self.has("pima-diabetes") {
        let pima = try Self.table("pima-diabetes")
        print(try await TreeCounterfactualTheft.run("pima", pima, target: pima.columns.last?.name ?? "", trees: trees, maximumDepth: 4, seed: 1))
      }
    }
  }
}
