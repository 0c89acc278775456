import Datasets
import Learning
import LinearAlgebra
import Tabular

extension DosageCohort {
  /// The names that ``named(_:dataDirectory:)`` knows.
  public static let names = ["warfarin-synthetic", "iwpc", "iwpc-onehot"]

  /// Doses that a clinic's form accepts, in mg per week: the range of the doses in the IWPC records. The target is
  /// scaled by it in every cohort, so that an attacker has the same reach.
  static let doseRange = 2.1...315.0

  /// Patients by name.
  ///
  /// - Throws: `CatalogueError` when the name or the file is not known, ``TabularError`` and ``DesignError`` for
  ///   a file that is not what it should be.
  public static func named(_ name: String, dataDirectory: String?) throws -> DosageCohort {
    let search = DataSearchPath(dataDirectory: dataDirectory)
    switch name {
    case "warfarin-synthetic": return try synthetic()
    case "iwpc": return try raw(path: search.locate("iwpc-raw.tsv", of: name))
    case "iwpc-onehot": return try oneHot(path: search.locate("iwpc-onehot.csv", of: name))
    default: throw CatalogueError.unknownDataset(name, known: names)
    }
  }

  /// The embedded default: 4,683 invented patients, as many as in the paper's preprocessing.
  static func synthetic() throws -> DosageCohort {
    let table = WarfarinCohort.table(seed: 2009)
    return try cohort(
      "warfarin-synthetic", table,
      summary: "4,683 synthetic warfarin patients, calibrated to published statistics of the IWPC cohort "
        + "(N. Engl. J. Med. 2009;360:753).", isSynthetic: true,
      sha256: FileHash.sha256(bytes: TableWriter.bytes(table)))
  }

  /// The raw cohort: patients at a stable dose with known height and weight.
  static func raw(path: String) throws -> DosageCohort {
    let table = try WarfarinRecords.table(from: TableReader().read(path: path))
    return try cohort(
      "iwpc", table,
      summary: "Patients of the International Warfarin Pharmacogenetics Consortium at a stable dose "
        + "(N. Engl. J. Med. 2009;360:753).", isSynthetic: false, sha256: FileHash.sha256(path: path))
  }

  /// The preprocessing of Jagielski et al. (2018): 201 indicators, three numbers, target already scaled.
  static func oneHot(path: String) throws -> DosageCohort {
    let table = try TableReader().read(path: path)
    var options = EncodingOptions()
    options.targetRange = 0...1
    let encoder = try Encoder.fit(table, target: "TherapeuticDoseofWarfarin", options: options)
    let design = try encoder.design(table)
    return DosageCohort(
      name: "iwpc-onehot",
      summary: "Patients of the International Warfarin Pharmacogenetics Consortium in the preprocessing of "
        + "Jagielski et al. (2018).", isSynthetic: false,
      patients: RegressionData(features: design.features, target: design.target), space: design.space,
      doseOffset: doseRange.lowerBound, doseScale: doseRange.upperBound - doseRange.lowerBound,
      sha256: try FileHash.sha256(path: path))
  }

  private static func cohort(
    _ name: String, _ table: Table, summary: String, isSynthetic: Bool, sha256: String
  ) throws -> DosageCohort {
    var options = EncodingOptions()
    options.targetRange = doseRange
    let design = try Encoder.fit(table, target: "dose", options: options).design(table)
    return DosageCohort(
      name: name, summary: summary, isSynthetic: isSynthetic,
      patients: RegressionData(features: design.features, target: design.target), space: design.space,
      doseOffset: design.targetScaling.offset, doseScale: design.targetScaling.scale, sha256: sha256)
  }
}
