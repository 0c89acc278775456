import Datasets
import Files
import Foundation
import Statistics
import Tabular
import TestSupport
import Testing

@Suite("Examples of files, numbers and data sets")
struct BasicExamples {
  @Test("Statistics: bounds, quantiles and order statistics")
  func statistics() {
    // Example: Statistics
    let bound = ClopperPearson(successes: 0, trials: 1000, error: 0.025).upper
    let half = studentQuantile(0.975, degrees: 4)
    let tail = logNormalCDF(-40)
    let middle = [3.0, 1, 2].orderStatistic(1)
    print(bound, half, tail, middle)
    // End
    #expect(bound < 0.004 && half > 2.7 && tail < -800 && middle == 2)
  }

  @Test("Files: what was written is there whole")
  func files() throws {
    let out = NSTemporaryDirectory() + "bezoar-example-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: out) }
    // Example: Files
    try AtomicFile.createFolder(out)
    try AtomicFile.write("a,b\n1,2\n", to: "\(out)/table.csv")
    try AtomicFolder.replace("\(out)/report") { folder in
      try AtomicFile.write("<p>done</p>", to: "\(folder)/report.html")
    }
    let log = try AppendFile(path: "\(out)/log.jsonl")
    try log.append(Array("{}\n".utf8))
    // End
    #expect(try String(contentsOfFile: "\(out)/report/report.html", encoding: .utf8) == "<p>done</p>")
    #expect(try String(contentsOfFile: "\(out)/log.jsonl", encoding: .utf8) == "{}\n")
  }

  @Test("Datasets: cards, a table by its id and a cohort")
  func datasets() throws {
    // Example: Datasets
    let path = DataSearchPath(dataDirectory: nil)
    for card in try DatasetCatalogue.all { print(card.id, card.files.count) }
    let table = try DataSource("diabetes", searchPath: path).table(TableReader())
    let patients = WarfarinCohort.table(rows: 300, seed: 5)
    print(table.rowCount, patients.columns.map(\.name))
    // End
    #expect(table.rowCount == 442 && patients.rowCount == 300)
  }
}
