import Learning
import LinearAlgebra
import Querying
import RealModule
import Tabular

/// What a linear model puts in the place of missing values, solved from its scores.
struct LinearGaps {
  private let pipeline: Pipeline
  /// One row of weights per score.
  private let weights: Matrix

  /// A copy whose scores its answers give exactly; nil for another.
  init?(_ pipeline: Pipeline, _ capabilities: OracleCapabilities) {
    switch pipeline.model {
    case .linear(let model):
      weights = Matrix(rows: 1, columns: model.weights.count, elements: model.weights)
    case .linearClassifier(let model)
    where model.link != .oneVsRest && capabilities.content == .probabilities:
      // Scores against the first class; only differences count.
      if model.link == .logistic {
        weights = model.weights
      } else {
        weights = Matrix(
          (1..<model.weights.rows).map { row in
            zip(model.weights.row(row), model.weights.row(0)).map { $0 - $1 }
          })
      }
    default: return nil
    }
    self.pipeline = pipeline
  }

  /// The scores that an answer gives, in the order of the rows of ``weights``; nil if one is infinite.
  private func scores(_ answer: Answer) -> [Double]? {
    if let number = answer.number { return number.isFinite ? [number] : nil }
    let logarithms = answer.probabilities.map { Double.log($0) }
    guard logarithms.count == weights.rows + 1, logarithms.allSatisfy(\.isFinite) else { return nil }
    return logarithms.dropFirst().map { $0 - logarithms[0] }
  }

  /// The copy with what it found in the place of missing values; nil if the answers do not say it.
  ///
  /// - Parameters:
  ///   - base: one row.
  ///   - whole: the answer to it.
  ///   - gaps: for every column the answer without it; nil where the model refuses.
  func filled(_ base: Matrix, _ whole: [Answer], _ gaps: [[Answer]?]) throws -> Pipeline? {
    guard let whole = whole.first.flatMap(scores) else { return nil }
    let features = pipeline.features
    let design = try features.features(inputs: base)
    let (owners, scalings, inputs) = (features.inputOfColumn, features.scalings, features.inputColumns)
    var (fills, added) = ([MissingFill?](), [[Double]?]())
    for (input, answers) in gaps.enumerated() {
      guard let answers else {
        (fills, added) = (fills + [nil], added + [nil])
        continue
      }
      guard let without = answers.first.flatMap(scores) else { return nil }
      let columns = owners.indices.filter { owners[$0] == input }
      let shift = zip(without, whole).map { $0 - $1 }
      let own = contribution(of: columns, in: design)
      let target = zip(shift, own).map { $0 + $1 }
      if inputs[input].isNumber {
        let size = sum { self.weights[$0, columns[0]] * self.weights[$0, columns[0]] }
        let projected = sum { self.weights[$0, columns[0]] * target[$0] }
        let value = scalings[columns[0]]?.natural(projected / size) ?? projected / size
        fills.append(size > 0 && columns.count == 1 && value.isFinite ? .number(value) : nil)
        added.append(nil)
      } else {
        let scale = max(target.map(abs).max() ?? 0, 1e-3)
        let level = columns.indices.first { place in
          (0..<weights.rows).allSatisfy { abs(weights[$0, columns[place]] - target[$0]) <= 1e-6 * scale }
        }
        fills.append(level.map { .level($0) } ?? .ownLevel)
        added.append(level == nil ? target : nil)
      }
    }
    return try rebuilt(fills, added, owners)
  }

  private func sum(_ term: (Int) -> Double) -> Double { (0..<weights.rows).reduce(0) { $0 + term($1) } }

  /// What some columns add to every score in the first row of a design.
  private func contribution(of columns: [Int], in design: Matrix) -> [Double] {
    (0..<weights.rows).map { row in columns.reduce(0) { $0 + weights[row, $1] * design[0, $1] } }
  }

  /// The model with a weight more for every category that got a level of its own.
  private func rebuilt(
    _ fills: [MissingFill?], _ added: [[Double]?], _ owners: [Int]
  ) throws -> Pipeline {
    let features = pipeline.features.filling(missing: fills)
    /// The weights of one score with those of the new levels behind the old ones of their columns.
    func widened(_ row: [Double], _ score: Int?) -> [Double] {
      var result: [Double] = []
      for (column, weight) in row.enumerated() {
        result.append(weight)
        let isLast = column + 1 == owners.count || owners[column + 1] != owners[column]
        if isLast, let extra = added[owners[column]] { result.append(score.map { extra[$0] } ?? 0) }
      }
      return result
    }
    let model: FittedModel
    switch pipeline.model {
    case .linear(let found):
      model = .linear(LinearModel(weights: widened(found.weights, 0), intercept: found.intercept))
    case .linearClassifier(let found) where found.link == .logistic:
      model = .linearClassifier(
        LinearClassifier(weights: widened(found.weights.row(0), 0), intercept: found.intercepts[0]))
    case .linearClassifier(let found):
      // The first class has the score 0 to which the others were compared.
      let rows = (0..<found.weights.rows).map { widened(found.weights.row($0), $0 == 0 ? nil : $0 - 1) }
      model = .linearClassifier(
        LinearClassifier(weights: Matrix(rows), intercepts: found.intercepts, link: found.link))
    default: return pipeline
    }
    return try Pipeline(features: features, target: pipeline.target, model: model)
  }
}
