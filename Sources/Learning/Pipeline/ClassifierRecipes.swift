public import LinearAlgebra

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

/// ``OneVsRest`` with the settings of its binary models in one place.
public struct OneVsRestRecipe: ClassifierRecipe, Hashable {
  public static let card = OneVsRest.card.replacingParameters(LogisticRegression.card.parameters)

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

  public func encode(to encoder: any Encoder) throws { try binary.encode(to: encoder) }

  public init(from decoder: any Decoder) throws { binary = try LogisticRegression(from: decoder) }
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
