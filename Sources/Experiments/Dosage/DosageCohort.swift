import Datasets
public import Learning
import Methods
public import Tabular

/// Patients with a known stable warfarin dose, ready for a linear model: features and dose scaled to [0, 1].
public struct DosageCohort: Sendable {
  /// Short name, as in results: `warfarin-synthetic`, `iwpc`, `iwpc-onehot`.
  public let name: String
  /// One sentence for the reader on who these patients are.
  public let summary: String
  /// Whether the patients are invented by a generator.
  public let isSynthetic: Bool
  /// Features and scaled dose, one row per patient.
  public let patients: RegressionData
  /// Meaning of the features.
  public let space: FeatureSpace
  /// Dose in mg per week at target 0.
  public let doseOffset: Double
  /// Dose in mg per week from target 0 to target 1.
  public let doseScale: Double
  /// SHA-256 of the data file, or of the generated table.
  public let sha256: String
  /// Whether the data are byte for byte those of the card of this name; a generated cohort always is.
  public var isAsCarded: Bool {
    isSynthetic
      || (try? DatasetCatalogue.card(id: name).files.contains { $0.sha256 == sha256 }) ?? false
  }

  /// A cohort.
  public init(
    name: String, summary: String, isSynthetic: Bool, patients: RegressionData, space: FeatureSpace,
    doseOffset: Double, doseScale: Double, sha256: String
  ) {
    self.name = name
    self.summary = summary
    self.isSynthetic = isSynthetic
    self.patients = patients
    self.space = space
    self.doseOffset = doseOffset
    self.doseScale = doseScale
    self.sha256 = sha256
  }

  /// Doses in mg per week.
  func doses(_ targets: [Double]) -> [Double] { targets.map { doseOffset + doseScale * $0 } }
}
