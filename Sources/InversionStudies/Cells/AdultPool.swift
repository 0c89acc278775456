import Experiments
import Inversion
import Learning
import LinearAlgebra
import Tabular

/// Some complete people of Adult, encoded as it follows from the columns alone.
struct AdultPool: Sendable {
  /// The encoded people with their classes of income.
  let records: ClassificationData
  /// How they are encoded.
  let encoder: FeatureEncoder
  /// The columns.
  let inputs: [InputColumn]
  private let people: ClassPeople

  /// People drawn at random.
  ///
  /// - Parameter isCoded: numbers as they are and categories as codes, for trees; else numbers in [-1, 1] and indicators.
  /// - Throws: `DesignError` for people without classes.
  init(_ people: ClassPeople, count: Int, isCoded: Bool = false, using random: inout RandomStream) throws {
    self.people = people
    inputs = people.inputs
    encoder = FeatureEncoder(
      inputs: inputs, isScaled: !isCoded, categories: isCoded ? .codes : .indicators)
    let chosen = people.records.rows(at: random.choice(count, from: people.records.count))
    guard case .labels(let labels) = chosen.responses else { throw DesignError.noRows }
    records = ClassificationData(
      features: try encoder.features(inputs: chosen.rows), labels: labels, classCount: people.classes.count)
  }

  /// A model of these people with their encoding.
  ///
  /// - Throws: `ModelError` for a model of other features.
  func pipeline(_ model: FittedModel) throws -> Pipeline {
    try Pipeline(
      features: encoder, target: .classes(name: people.target, labels: people.classes), model: model)
  }
}
