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
    switch path {
    case "breast-cancer-diagnostic.csv.gz": PackageResources.breast_cancer_diagnostic_csv_gz
    case "diabetes.csv.gz": PackageResources.diabetes_csv_gz
    case "digits.csv.gz": PackageResources.digits_csv_gz
    case "iris-fisher.csv.gz": PackageResources.iris_fisher_csv_gz
    case "wine.csv.gz": PackageResources.wine_csv_gz
    default: nil
    }
  }

  private static let decoded = Result<[DatasetCard], any Error> {
    try sources.map { try card(yaml: $0.yaml, id: $0.id) }
  }

  private static var sources: [(id: String, yaml: [UInt8])] {
    [
      ("adult", PackageResources.adult_yaml),
      ("breast-cancer-diagnostic", PackageResources.breast_cancer_diagnostic_yaml),
      ("breast-cancer-wisconsin", PackageResources.breast_cancer_wisconsin_yaml),
      ("diabetes", PackageResources.diabetes_yaml),
      ("digits", PackageResources.digits_yaml),
      ("german-credit", PackageResources.german_credit_yaml),
      ("gss-happiness", PackageResources.gss_happiness_yaml),
      ("iris", PackageResources.iris_yaml),
      ("iris-fisher", PackageResources.iris_fisher_yaml),
      ("iwpc", PackageResources.iwpc_yaml),
      ("iwpc-onehot", PackageResources.iwpc_onehot_yaml),
      ("iwpc-scaled", PackageResources.iwpc_scaled_yaml),
      ("mushrooms", PackageResources.mushrooms_yaml),
      ("pima-diabetes", PackageResources.pima_diabetes_yaml),
      ("sever-enron", PackageResources.sever_enron_yaml),
      ("sever-qsar", PackageResources.sever_qsar_yaml),
      ("steak", PackageResources.steak_yaml),
      ("warfarin-synthetic", PackageResources.warfarin_synthetic_yaml),
      ("wine", PackageResources.wine_yaml),
    ]
  }
}
