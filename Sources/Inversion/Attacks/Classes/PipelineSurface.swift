public import Learning
import LinearAlgebra
import Tabular

/// A model that the attacker holds, in the units of its columns, which are all numbers.
public struct PipelineSurface: ClassSurface {
  private let surface: HeldSurface
  private let features: FeatureEncoder
  private let scales: [Double]
  private let unit: UnitBox?

  /// The surface of a model; nil if it has no gradients or takes categories.
  ///
  /// - Parameter unit: the box that points between 0 and 1 stand for; nil if points are rows as they are.
  public init?(_ pipeline: Pipeline, unit: UnitBox? = nil) {
    guard let surface = HeldSurface(pipeline.model), let scales = pipeline.features.numberScales else {
      return nil
    }
    self.surface = surface
    self.scales = scales
    self.unit = unit
    features = pipeline.features
  }

  public var featureCount: Int { surface.featureCount }

  public func probabilities(_ row: [Double]) async throws -> [Double] {
    try await surface.probabilities(features.features(inputs: Matrix([row])).row(0))
  }

  public func confidence(of label: Int, at point: [Double]) async throws -> (
    value: Double, gradient: [Double]
  ) {
    let row = try features.features(inputs: Matrix([unit?.natural(point) ?? point])).row(0)
    let (value, gradient) = try await surface.confidence(of: label, at: row)
    let natural = zip(gradient, scales).map { $0 / $1 }
    return (value, unit.map { zip(natural, $0.ranges).map { $0 * $1 } } ?? natural)
  }
}
