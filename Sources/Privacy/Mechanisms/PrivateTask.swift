public import Learning
public import Tabular

/// What a private mechanism learns from: rows that are private, and what the public knows of them.
public struct PrivateTask: Sendable {
  /// The private rows.
  public enum Rows: Sendable {
    /// Features and numbers, of which those without a value are the middle of their range.
    case numbers(RegressionData)
    /// Features and classes, of which those without a value are the first class.
    case classes(ClassificationData)
  }

  /// Id of the model that is asked for, one of those of the mechanism.
  public let model: String
  /// The private rows: one feature per column of ``encoder``, and the target. They have no weights.
  public let rows: Rows
  /// The columns of the table that are features, with their public ranges and levels, in order.
  public let inputs: [InputColumn]
  /// How features follow from the columns.
  public let encoder: FeatureEncoder
  /// Bounds of rows of ``PrivateFeatures/scaled`` features, and of a target that is a number. A number beyond them counts
  /// as the nearest end.
  public let bounds: PublicBounds

  /// A task.
  ///
  /// - Parameter range: public range of a target that is a number; nil for classes.
  public init(
    model: String, rows: Rows, inputs: [InputColumn], encoder: FeatureEncoder, range: ClosedRange<Double>?
  ) {
    self.model = model
    self.rows = rows
    self.inputs = inputs
    self.encoder = encoder
    bounds = PublicBounds(columns: inputs.count, target: range)
  }

  /// The rows of a target of classes.
  ///
  /// - Throws: ``PrivateTrainingError/wrongTarget(model:needed:)`` where it is a number.
  public func classes() throws(PrivateTrainingError) -> ClassificationData {
    guard case .classes(let data) = rows else {
      throw .wrongTarget(model: model, needed: PrivateModel.Target.classes.needed)
    }
    return data
  }

  /// The rows of a target that is a number.
  ///
  /// - Throws: ``PrivateTrainingError/wrongTarget(model:needed:)`` where it is classes.
  public func numbers() throws(PrivateTrainingError) -> RegressionData {
    guard case .numbers(let data) = rows else {
      throw .wrongTarget(model: model, needed: PrivateModel.Target.number.needed)
    }
    return data
  }

  /// The columns of the features that one column of the table gives.
  ///
  /// - Throws: ``PrivateTrainingError/undescribed(_:known:)`` for another name.
  public func columns(of name: String) throws(PrivateTrainingError) -> [Int] {
    let places = encoder.inputOfColumn.indices.filter {
      encoder.inputColumns[encoder.inputOfColumn[$0]].name == name
    }
    guard !places.isEmpty else { throw .undescribed(name, known: inputs.map(\.name)) }
    return places
  }
}

extension PrivateModel.Target {
  /// What the public must know of a column for it to be such a target.
  var needed: String {
    switch self {
    case .number: "public bounds, as a number has"
    case .classes: "public levels, as classes have"
    case .twoClasses: "exactly two public levels"
    }
  }
}

extension PrivateFit {
  /// The fit with its model in another form.
  func map<Other>(_ form: (Model) -> Other) -> PrivateFit<Other> {
    PrivateFit<Other>(model: form(model), privacy: privacy)
  }
}
