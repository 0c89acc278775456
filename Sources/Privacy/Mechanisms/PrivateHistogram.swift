public import Learning
public import LinearAlgebra

/// A private histogram of a number over a few categories: noisy counts and noisy sums of the target in every cell, and
/// the mean of the target in the cell as prediction.
///
/// A row lies in one cell, so one row that is there or not changes one count by 1 and one sum by at most 1 (the target
/// scaled to magnitudes of at most 1), and both get discrete Laplace noise of scale `2/ε`. A cell whose noisy count is
/// below that scale gives the middle of the public range.
///
/// The cells are given and do not depend on the rows, unlike the projected histograms of Vinterbo (2012), which choose
/// the categories too.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``epsilon`` | 1 | `1e-4...1e4` | Privacy budget, add/remove adjacency |
///
/// - Source: Dwork, McSherry, Nissim, Smith, "Calibrating noise to sensitivity in private data analysis", TCC 2006.
public struct PrivateHistogram: Sendable, Hashable, Codable {
  /// Privacy budget.
  public var epsilon: Double

  /// A mechanism with the given budget.
  public init(epsilon: Double = 1) { self.epsilon = epsilon }

  /// The mean of the target in cells of categories.
  public struct Model: Regressor, Hashable, Codable {
    public let featureCount: Int
    /// Columns of the indicators of every category; none of them means a further level.
    let groups: [[Int]]
    /// A mean for each cell, the last category running fastest.
    let means: [Double]

    public func predict(_ features: Matrix) -> [Double] {
      (0..<features.rows).map { means[Self.cell(features.row($0), groups)] }
    }

    static func cell(_ row: [Double], _ groups: [[Int]]) -> Int {
      groups.reduce(0) { cell, columns in
        let level = columns.firstIndex { row[$0] > 0.5 }.map { $0 + 1 } ?? 0
        return cell * (columns.count + 1) + level
      }
    }
  }

  /// Trains a model.
  ///
  /// - Parameters:
  ///   - groups: columns of the indicators of every category.
  ///   - target: public range of the target; values outside count as its ends.
  /// - Throws: ``PrivacyError``, `LearningError` for targets that are not finite.
  public func fit(
    _ data: RegressionData, groups: [[Int]], target: ClosedRange<Double>, using random: inout RandomStream
  ) throws -> PrivateFit<Model> {
    let bounds = PublicBounds(norm: 1, target: target)
    try checkLinear(data, epsilon: epsilon, bounds: bounds)
    for column in groups.joined() where !(0..<data.features.columns).contains(column) {
      throw PrivacyError.outOfRange(
        name: "a column", value: Double(column), range: "0..<\(data.features.columns)")
    }
    let scaled = try BoundedTarget(data.target, bounds: bounds)
    let cells = groups.reduce(1) { $0 * ($1.count + 1) }
    let noise = GridNoise(rows: data.count, width: 2 * cells) { row, values in
      for place in values.indices { values[place] = 0 }
      let cell = Model.cell(data.features.row(row), groups)
      (values[cell], values[cells + cell]) = (1, scaled.values[row])
    }.laplace(sensitivity: 2, epsilon: epsilon, using: &random)
    let means = (0..<cells).map { cell -> Double in
      let count = noise.values[cell]
      let mean = count > noise.scale ? min(max(noise.values[cells + cell] / count, -1), 1) : 0
      return target.lowerBound + (mean + 1) / 2 * (target.upperBound - target.lowerBound)
    }
    return PrivateFit(
      model: Model(featureCount: data.features.columns, groups: groups, means: means),
      privacy: PrivacyStatement(
        mechanism: "histogram", epsilon: epsilon, delta: 0, adjacency: .addRemove,
        bounds: ["the target lies in \(target.lowerBound)...\(target.upperBound)"], noiseScale: noise.scale,
        noise: "scale of the discrete Laplace noise on counts and sums of the cells",
        assumptions: ["the cells do not depend on the rows", "sums and noise are exact on a grid"]))
  }
}
