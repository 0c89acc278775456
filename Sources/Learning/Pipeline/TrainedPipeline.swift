public import LinearAlgebra
public import Tabular

/// A pipeline with what its training has to tell.
public struct TrainedPipeline: Sendable {
  /// Encoding and model.
  public let pipeline: Pipeline
  /// Remarks of the training, one sentence each.
  public let notes: [String]
}

extension ClassifierRecipe {
  /// Trains on encoded rows and puts their encoding in front of the model.
  ///
  /// - Parameters:
  ///   - target: name of the column of classes.
  ///   - classes: labels in the order of the numbers in `data`.
  ///   - features: the encoding that made the features of `data`.
  ///   - workers: threads, which do not change the model.
  /// - Throws: `LearningError`, and `ModelError` where model and encoding do not fit.
  public func pipeline(
    _ data: ClassificationData, target: String, classes: [String], features: FeatureEncoder, workers: Int,
    using random: inout RandomStream
  ) throws -> TrainedPipeline {
    let columns = EncodedColumns(names: features.space.names, coded: features.codedColumns, labels: classes)
    let trained = try train(data, columns: columns, workers: workers, using: &random)
    return TrainedPipeline(
      pipeline: try Pipeline(
        features: features, target: .classes(name: target, labels: classes), model: trained.model),
      notes: trained.notes)
  }
}

extension RegressorRecipe {
  /// Trains on encoded rows and puts their encoding in front of the model.
  ///
  /// - Parameters:
  ///   - target: name of the column of numbers.
  ///   - features: the encoding that made the features of `data`.
  ///   - workers: threads, which do not change the model.
  /// - Throws: `LearningError`, and `ModelError` where model and encoding do not fit.
  public func pipeline(
    _ data: RegressionData, target: String, features: FeatureEncoder, workers: Int,
    using random: inout RandomStream
  ) throws -> TrainedPipeline {
    let trained = try train(data, columns: EncodedColumns(features), workers: workers, using: &random)
    return TrainedPipeline(
      pipeline: try Pipeline(features: features, target: .number(name: target), model: trained.model),
      notes: trained.notes)
  }
}
