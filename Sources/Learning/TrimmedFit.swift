/// A model that was fitted to a part of the rows.
public struct TrimmedFit: Sendable, Hashable, Codable {
  /// The model.
  public let model: LinearModel
  /// The rows it was fitted to, ascending.
  public let kept: [Int]
  /// Subsets or steps that were tried.
  public let iterations: Int

  /// A fit with its rows.
  public init(model: LinearModel, kept: [Int], iterations: Int) {
    self.model = model
    self.kept = kept
    self.iterations = iterations
  }
}
