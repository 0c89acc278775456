/// Which data sets count as neighbours in a guarantee of differential privacy.
public enum NeighbourRelation: String, Sendable, Hashable, Codable, CaseIterable {
  /// One row has other values; the number of rows is public.
  case replaceOne = "replace-one"
  /// One row is there or not; the number of rows is private.
  case addRemove = "add-remove"
}

/// The guarantee under which a model was trained: for neighbouring training data `D` and `D′` and every set `S` of
/// models, `P[M(D) ∈ S] ≤ exp(ε) P[M(D′) ∈ S] + δ`.
public struct PrivacyStatement: Sendable, Hashable, Codable {
  /// Id of the mechanism.
  public let mechanism: String
  /// The `ε`.
  public let epsilon: Double
  /// The `δ`; 0 for pure differential privacy.
  public let delta: Double
  /// Which data sets are neighbours.
  public let adjacency: NeighbourRelation
  /// What was taken for public, one sentence each.
  public let bounds: [String]
  /// Size of the noise, in the unit that ``noise`` names.
  public let noiseScale: Double
  /// What the noise is and what it was added to.
  public let noise: String
  /// What the proof takes for granted and what was done where that does not hold exactly, one sentence each.
  public let assumptions: [String]

  /// A statement with all its facts.
  public init(
    mechanism: String, epsilon: Double, delta: Double, adjacency: NeighbourRelation, bounds: [String],
    noiseScale: Double, noise: String, assumptions: [String]
  ) {
    self.mechanism = mechanism
    self.epsilon = epsilon
    self.delta = delta
    self.adjacency = adjacency
    self.bounds = bounds
    self.noiseScale = noiseScale
    self.noise = noise
    self.assumptions = assumptions
  }

  /// The statement with further sentences: bounds before its own, assumptions behind them.
  public func adding(bounds more: [String] = [], assumptions further: [String]) -> PrivacyStatement {
    PrivacyStatement(
      mechanism: mechanism, epsilon: epsilon, delta: delta, adjacency: adjacency, bounds: more + bounds,
      noiseScale: noiseScale, noise: noise, assumptions: assumptions + further)
  }
}
