import Datasets
import Foundation
import Tabular
import TestSupport
import Testing

/// The published accuracy of the dosing algorithms, on the real patients.
@Suite struct WarfarinRealCohortTests {
  /// Reference: the same equations in Python on the same 4,301 patients; the published shares on 5,052
  /// patients are 46.0, 38.4 and 28.9 % (N. Engl. J. Med. 360, 2009, table 3 weighted by group).
  @Test(
    .needs("iwpc-raw.tsv"))
  func accuracyOnRealPatients() throws {
    let raw = try RawWarfarinFile.table()
    let records = try WarfarinRecords.records(from: raw)
    #expect(raw.rowCount == 5699)
    #expect(records.count == 4301)
    for (rule, within20, error) in [
      (WarfarinDose.pharmacogenetic, 46.3, 8.38), (.clinical, 39.4, 10.00), (.fixed, 29.9, 13.22),
    ] {
      let accuracy = WarfarinAccuracy(of: rule, on: records)
      #expect(abs(accuracy.within20 - within20) < 0.5, "\(rule)")
      #expect(abs(accuracy.meanAbsoluteError - error) < 0.02, "\(rule)")
    }
    let genotypes = records.map(\.patient.vkorc1)
    #expect(genotypes.count { $0 == .aa } == 1322)
    #expect(genotypes.count { $0 == .ag } == 1549)
    #expect(genotypes.count { $0 == .gg } == 1367)
    let table = Table(warfarin: records)
    #expect(table.columns.map(\.name) == WarfarinCohort.table(rows: 1, seed: 1).columns.map(\.name))
    #expect(table.columns.allSatisfy { $0.values.missing == 0 })
  }
}

/// The raw file as a table of texts.
private enum RawWarfarinFile {
  static func table() throws -> Table {
    let data = try Data(contentsOf: URL(filePath: try #require(TestData.path("iwpc-raw.tsv"))))
    let lines = data.split(separator: UInt8(ascii: "\r"))
    let cells = lines.map { $0.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false) }
    return Table(
      columns: cells[0].enumerated().map { index, name in
        let texts = cells.dropFirst().map { String(decoding: $0[index], as: UTF8.self) }
        return .init(
          name: String(decoding: name, as: UTF8.self),
          values: .categorical(codes: Array(texts.indices), levels: texts))
      })
  }
}
