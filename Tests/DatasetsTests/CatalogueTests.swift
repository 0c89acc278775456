import Foundation
import Methods
import TestSupport
import Testing

@testable import Datasets

@Suite struct CatalogueTests {
  static let searchPath = DataSearchPath(dataDirectory: nil)
  /// Ids of data sets whose files are all here.
  static let present = ((try? DatasetCatalogue.all) ?? []).filter { card in
    !card.isGenerated && card.files.allSatisfy { (try? searchPath.locate(card, file: $0)) != nil }
  }.map(\.id)

  @Test func allCardsDecode() throws {
    let cards = try DatasetCatalogue.all
    #expect(cards.count == 19)
    #expect(cards.map(\.id) == cards.map(\.id).sorted())
    for card in cards {
      #expect(card.schema.reduce(0) { $0 + ($1.count ?? 1) } == card.columns, "\(card.id)")
      let names = card.schema.map { $0.name.trimmingCharacters(in: .whitespaces) }
      #expect(Set(names).count == names.count, "\(card.id)")
      #expect(names.contains(card.target), "\(card.id)")
      #expect(card.sensitive.allSatisfy { names.contains($0) }, "\(card.id)")
      #expect(card.files.allSatisfy { $0.sha256.count == 64 && $0.bytes > 0 }, "\(card.id)")
    }
  }

  /// The cards in the folder are the cards in the program: a new file must be listed too.
  @Test func everyCardOfTheFolderIsBuiltIn() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: PackageFiles.path("Datasets"))
    let ids = names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    #expect(try ids == DatasetCatalogue.all.map(\.id))
  }

  @Test func builtInFilesHaveTheHashOfTheirCard() throws {
    let embedded = try DatasetCatalogue.all.flatMap(\.files).filter {
      DatasetCatalogue.embedded($0.path) != nil
    }
    #expect(embedded.count == 5)
    for file in embedded {
      let bytes = try #require(DatasetCatalogue.embedded(file.path))
      #expect(bytes.count == file.bytes && FileHash.sha256(bytes: bytes) == file.sha256)
    }
  }

  @Test func anUnknownCardNamesTheKnownOnes() throws {
    let error = #expect(throws: CatalogueError.self) { try DatasetCatalogue.card(id: "nothing") }
    #expect(try error?.description.contains(#require(DatasetCatalogue.all.last).id) == true)
  }

  @Test(arguments: ["", "id: x", "id: [", "- 1"])
  func aBrokenCardIsAnError(yaml: String) {
    #expect(throws: CatalogueError.self) { try DatasetCatalogue.card(yaml: Array(yaml.utf8), id: "x") }
  }

  @Test(.enabled(if: !present.isEmpty, "no data files here"), arguments: present)
  func filesHaveTheHashOfTheirCard(id: String) throws {
    let card = try DatasetCatalogue.card(id: id)
    for file in card.files {
      #expect(try FileHash.sha256(path: Self.searchPath.locate(card, file: file)) == file.sha256)
    }
  }

  /// FIPS 180-4, the examples of one block and of none.
  @Test("SHA-256 gives the examples of the standard, and an absent file is an error")
  func hashes() throws {
    #expect(
      FileHash.sha256(bytes: Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      FileHash.sha256(bytes: [])
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(throws: CatalogueError.unreadable(path: "/nowhere", code: 2)) {
      try FileHash.sha256(path: "/nowhere")
    }
  }

  @Test("the folder that is named comes first, then BEZOAR_DATA, the two near ones and the user's own")
  func searchOrder() {
    let all = DataSearchPath(
      dataDirectory: "a", environment: ["BEZOAR_DATA": "b", "XDG_DATA_HOME": "/x", "HOME": "/h"])
    #expect(all.folders == ["a", "b", "Datasets", "../shared/datasets", "/x/bezoar"])
    #expect(all.home == "a")
    let plain = DataSearchPath(dataDirectory: nil, environment: ["BEZOAR_DATA": "", "HOME": "/h"])
    #expect(plain.folders == ["Datasets", "../shared/datasets", "/h/.local/share/bezoar"])
    #expect(plain.home == "/h/.local/share/bezoar")
  }

  @Test func anAbsentFileNamesEveryPlaceAndTheRemedy() throws {
    let path = DataSearchPath(dataDirectory: "/no/a", environment: ["BEZOAR_DATA": "/no/b"])
    let card = try DatasetCatalogue.card(id: "sever-qsar")
    let missing = DatasetCard.File(
      path: "sever/absent.csv", sha256: "", bytes: 1, format: .csv, separator: ",", header: true, role: nil,
      urls: [])
    let error = #expect(throws: CatalogueError.self) { try path.locate(card, file: missing) }
    let text = try #require(error?.description)
    for part in path.folders + ["bezoar data get sever-qsar"] { #expect(text.contains(part)) }
    #expect(throws: CatalogueError.generated(id: "warfarin-synthetic")) {
      try path.locate(DatasetCatalogue.card(id: "warfarin-synthetic"))
    }
  }
}
