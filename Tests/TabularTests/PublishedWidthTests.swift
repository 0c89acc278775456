import Foundation
import TestSupport
import Testing

@testable import Tabular

/// The numbers of features that Tramèr et al. (USENIX Security 2016, table 3) got by one-hot encoding. A column that
/// is the same in every used row made one feature there and makes none here.
@Suite("Widths of published encodings")
struct PublishedWidthTests {
  private func encoder(
    _ file: String, target: String, ignored: [String] = [], categorical: [String] = [], header: Int = 0,
    missing: EncodingOptions.MissingValues = .impute
  ) throws -> ClassEncoder {
    var reader = TableReader()
    for name in categorical { reader.kinds[name] = .categorical }
    let whole = try reader.read(path: try #require(TestData.path(file)))
    let table = whole.rows(at: Array(header..<whole.rowCount))
    var options = EncodingOptions(missing: missing, ignored: ignored)
    options.declaredCategories = categorical
    return try ClassEncoder.fit(table, target: target, options: options)
  }

  private func constants(_ encoder: ClassEncoder) -> Int {
    encoder.features.notes.count { $0.contains("the same in every row") }
  }

  @Test(.needs("adult.csv", "steak.csv", "gss-happiness.csv", "mushrooms.csv"))
  func widths() throws {
    // '?' counts as a category of its own, as in the paper's numbers.
    let income = try encoder("adult.csv", target: "income")
    #expect(income.features.space.count == 108)
    let race = try encoder("adult.csv", target: "race")
    #expect(race.features.space.count == 105 && race.classes.count == 5)
    let steak = try encoder(
      "steak.csv", target: "How do you like your steak prepared?", ignored: ["RespondentID"], header: 1,
      missing: .dropRows)
    #expect(steak.features.space.count + constants(steak) == 40)
    #expect(constants(steak) == 1 && steak.classes.count == 5)
    let happiness = try encoder(
      "gss-happiness.csv", target: "Happiness of marriage", ignored: ["year", "id"],
      categorical: ["age", "children"], missing: .dropRows)
    #expect(happiness.features.space.count == 101 && happiness.classes.count == 3)
    let mushrooms = try encoder("mushrooms.csv", target: "type", ignored: ["stalk_root"])
    #expect(mushrooms.features.space.count + constants(mushrooms) == 112)
  }
}
