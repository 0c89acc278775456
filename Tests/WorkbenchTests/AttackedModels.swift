import Experiments
import Foundation
import Learning
import LinearAlgebra
import Methods
import Tabular
import Workbench

/// The embedded table of irises, models of it, and a folder for files.
struct Irises {
  let context = JobContext(seed: 1, workers: 2)
  let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "bezoar-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Removes the folder.
  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// The table.
  func table() throws -> Table {
    try ReadingChoices().table("iris-fisher", context, targets: ["species"])
  }

  /// The training of a model on all rows.
  func plan(_ id: String, settings: [String] = []) throws -> TrainingPlan {
    let table = try table()
    let learner = try context.methods.learners.make(id, settings: MethodSettings(settings))
    let encoder = try ClassEncoder.fit(
      table, target: "species", options: EncodingOptions(numeric: learner.growsTrees ? .none : .standard))
    let design = try encoder.design(table)
    return TrainingPlan(
      id: id, learner, features: encoder.features, target: "species", labels: encoder.classes,
      rows: .classes(
        ClassificationData(
          features: design.features, labels: design.labels, classCount: encoder.classes.count)),
      random: RandomStream(seed: 7))
  }

  /// The path of a model file.
  func file(_ id: String, settings: [String] = []) async throws -> String {
    let opened = try await ModelUnderAttack.open(.trained(plan(id, settings: settings)), in: context)
    guard let pipeline = opened.pipeline else { throw CocoaError(.fileNoSuchFile) }
    let path = "\(folder)/\(id).json"
    try Data(ModelFile(pipeline: pipeline, provenance: nil).bytes()).write(to: URL(filePath: path))
    return path
  }

  /// Writes the rows of the table at some places to a file; its path.
  func rows(_ places: [Int], _ name: String) throws -> String {
    let path = "\(folder)/\(name)"
    try Data(TableWriter.bytes(table().rows(at: places))).write(to: URL(filePath: path))
    return path
  }
}
