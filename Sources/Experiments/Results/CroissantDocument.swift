public import Datasets
import Methods

/// A card as metadata in Croissant 1.1 (MLCommons), the JSON-LD that data platforms and their loaders read.
public struct CroissantDocument: Sendable {
  private let card: DatasetCard

  /// The metadata of a data set.
  public init(_ card: DatasetCard) { self.card = card }

  /// The document as JSON: sorted keys, two blanks of indentation, a line break at the end.
  public func json() throws -> String { try StableJSON.text(ParameterValue.group(members)) }

  private var members: [String: ParameterValue] {
    var members: [String: ParameterValue] = [
      "@context": Self.context,
      "@type": "sc:Dataset",
      "citeAs": .text(card.citation),
      "conformsTo": "http://mlcommons.org/croissant/1.1",
      "creator": .list(card.creators.map { ["@type": "sc:Organization", "name": .text($0)] }),
      "datePublished": .text(card.published),
      "description": .text(card.description),
      "distribution": .list(card.files.map(distribution)),
      "license": .text(card.licence.url ?? card.licence.name),
      "name": .text(card.id),
      "alternateName": .text(card.title),
      "url": .text(card.url),
      "version": "1.0.0",
    ]
    if !card.sensitive.isEmpty {
      members["rai:personalSensitiveInformation"] = .list(card.sensitive.map { .text($0) })
    }
    if !card.traps.isEmpty { members["rai:dataLimitations"] = .list(card.traps.map { .text($0) }) }
    let records = card.files.filter(isDescribed).map(records)
    if !records.isEmpty { members["recordSet"] = .list(records) }
    return members
  }

  private func distribution(_ file: DatasetCard.File) -> ParameterValue {
    [
      "@type": "cr:FileObject",
      "@id": .text(file.name),
      "name": .text(file.name),
      "contentUrl": .text(file.urls.first ?? file.path),
      "contentSize": .text("\(file.bytes) B"),
      "encodingFormat": .text(Self.mediaType(file)),
      "sha256": .text(file.sha256),
    ]
  }

  /// Whether a general loader finds each column of the file by its name.
  private func isDescribed(_ file: DatasetCard.File) -> Bool {
    file.header && !file.isCompressed && card.schema.allSatisfy { $0.count == nil }
  }

  private func records(_ file: DatasetCard.File) -> ParameterValue {
    let set = file.role ?? "rows"
    let fields = card.schema.enumerated().map { index, column -> ParameterValue in
      [
        "@type": "cr:Field",
        "@id": .text("\(set)/\(index + 1)"),
        "name": .text(column.name),
        "description": .text(column.meaning),
        "dataType": .text(column.kind == .numeric ? "sc:Float" : "sc:Text"),
        "source": [
          "fileObject": ["@id": .text(file.name)], "extract": ["column": .text(column.name)],
        ],
      ]
    }
    return ["@type": "cr:RecordSet", "@id": .text(set), "name": .text(set), "field": .list(fields)]
  }

  private static func mediaType(_ file: DatasetCard.File) -> String {
    if file.isCompressed { return "application/gzip" }
    switch file.format {
    case .csv: return "text/csv"
    case .tsv: return "text/tab-separated-values"
    case .libsvm: return "text/plain"
    }
  }

  /// The context that the specification prescribes, word for word.
  private static let context: ParameterValue = .group(
    Dictionary(
      uniqueKeysWithValues: croissantTerms.map { ($0, .text("cr:" + $0)) } + [
        ("@language", "en"),
        ("@vocab", "https://schema.org/"),
        ("conformsTo", "dct:conformsTo"),
        ("cr", "http://mlcommons.org/croissant/"),
        ("data", ["@id": "cr:data", "@type": "@json"]),
        ("dataType", ["@id": "cr:dataType", "@type": "@vocab"]),
        ("dct", "http://purl.org/dc/terms/"),
        ("description", ["@container": "@language"]),
        ("examples", ["@id": "cr:examples", "@type": "@json"]),
        ("name", ["@container": "@language"]),
        ("rai", "http://mlcommons.org/croissant/RAI/"),
        ("sc", "https://schema.org/"),
      ]))

  private static let croissantTerms = [
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileProperty",
    "fileObject", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
    "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate",
    "separator", "source", "subField", "transform",
  ]
}
