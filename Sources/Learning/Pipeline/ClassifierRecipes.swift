public import LinearAlgebra
public import Methods

extension LogisticRegression: ClassifierRecipe {
  public init() { self.init(penalty: 1) }

  public func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let fit = try solve(data, workers: workers)
    return TrainedModel(
      .linearClassifier(fit.model), notes: fit.warnings.map { $0.sentence(labels: columns.labels) })
  }
}

extension SoftmaxRegression: ClassifierRecipe {
  public init() { self.init(penalty: 1) }

  public func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let fit = try solve(data, workers: workers)
    return TrainedModel(
      .linearClassifier(fit.model), notes: fit.warnings.map { $0.sentence(labels: columns.labels) })
  }
}

/// ``OneVsRest`` as a recipe: its settings are those of its binary models.
public struct OneVsRestRecipe: ClassifierRecipe, Hashable {
  public static let card = OneVsRest.card
  public static let settings: [Setting<Self>] = LogisticRegression.settings.map { $0.of(\.binary) }

  private var binary = LogisticRegression()

  public var intercept: Bool { binary.intercept }

  public init() {}

  public func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let fit = try OneVsRest(binary: binary).solve(data, workers: workers)
    return TrainedModel(
      .linearClassifier(fit.model), notes: fit.warnings.map { $0.sentence(labels: columns.labels) })
  }
}

extension KernelLogisticRegression: ClassifierRecipe {
  public init() { self.init(representerCount: 20) }

  public func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    TrainedModel(
      .kernelClassifier(try fit(data, using: &random)),
      notes: ["the model holds \(min(representerCount, data.count)) training rows as representers"])
  }
}
