import CDatasets
import FoundationEssentials
import Yams

/// The cards of all data sets, built into the program from the folder `Datasets`.
public enum DatasetCatalogue {
  /// All cards, by id.
  ///
  /// - Throws: ``CatalogueError/invalidCard(id:reason:)`` if the program was built with a broken card.
  public static var all: [DatasetCard] { get throws { try decoded.get() } }

  /// The card with this id.
  ///
  /// - Throws: ``CatalogueError/unknownDataset(_:known:)``.
  public static func card(id: String) throws -> DatasetCard {
    let cards = try all
    guard let card = cards.first(where: { $0.id == id }) else {
      throw CatalogueError.unknownDataset(id, known: cards.map(\.id))
    }
    return card
  }

  /// Reads a card from YAML.
  static func card(yaml: [UInt8], id: String) throws -> DatasetCard {
    do {
      let card = try YAMLDecoder().decode(DatasetCard.self, from: Data(yaml))
      guard card.id == id else {
        throw CatalogueError.invalidCard(id: id, reason: "its id is \(card.id)")
      }
      return card
    } catch let error as DecodingError {
      throw CatalogueError.invalidCard(id: id, reason: String(describing: error))
    }
  }

  /// The bytes of a file that is built into the program; nil for every other file.
  public static func embedded(_ path: String) -> [UInt8]? {
    embeddedFiles.first { $0.name == path }.map { [UInt8]($0.bytes) }
  }

  private static let decoded = Result<[DatasetCard], any Error> {
    let ending = ".yaml"
    return try embeddedFiles.filter { $0.name.hasSuffix(ending) }
      .map { try card(yaml: [UInt8]($0.bytes), id: String($0.name.dropLast(ending.count))) }
  }

  /// The files of the folder `Datasets` that the compiler put into the program, cards in the order of their ids.
  private static var embeddedFiles: [(name: String, bytes: UnsafeBufferPointer<UInt8>)] {
    (0..<bezoar_file_count).compactMap { place in
      bezoar_file_at(place).map { file in
        (
          String(cString: file.pointee.name),
          UnsafeBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
        )
      }
    }
  }
}
