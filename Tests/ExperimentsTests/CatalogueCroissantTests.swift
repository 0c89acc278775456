import Datasets
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// The committed metadata are what `bezoar data describe ID --croissant` prints.
@Suite struct CatalogueCroissantTests {
  @Test func committedMetadataAreCurrent() throws {
    for card in try DatasetCatalogue.all {
      let path = PackageFiles.path("Datasets/\(card.id).croissant.json")
      let committed = try String(contentsOfFile: path, encoding: .utf8)
      #expect(try committed == CroissantDocument(card).json(), "\(card.id)")
    }
  }

  @Test func requiredMembersAreThere() throws {
    for card in try DatasetCatalogue.all {
      let json = try CroissantDocument(card).json()
      for name in ["@context", "@type", "conformsTo", "description", "license", "name", "url", "creator"] {
        #expect(json.contains("\"\(name)\""), "\(card.id)")
      }
      for file in card.files { #expect(json.contains(file.sha256)) }
    }
  }
}
