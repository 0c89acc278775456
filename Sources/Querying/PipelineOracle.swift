public import Learning
public import LinearAlgebra
public import Tabular

/// A trained model as an oracle in the same process.
public struct PipelineOracle: PredictionOracle {
  /// What a query consists of.
  public enum Inputs: String, Sendable, Hashable, Codable, CaseIterable {
    /// The columns of the user's table.
    case columns
    /// The numbers that the model itself takes: scaled, and with an indicator per category.
    case encoded
  }

  /// The model.
  public let pipeline: Pipeline
  public let schema: QuerySchema
  public let capabilities: OracleCapabilities
  /// What a query consists of.
  public let inputs: Inputs
  /// The parent of every node of a tree; empty for another model.
  private let parents: [Int]
  /// Nearest counterfactuals, for trees and forests on the values of the columns.
  private let counterfactuals: CounterfactualSearch?

  /// An oracle on a pipeline.
  ///
  /// - Parameters:
  ///   - columns: the columns of the user's table with their ranges, as ``ColumnRanges`` gives them; nil for what
  ///     the model knows or suggests of them.
  ///   - content: what answers contain; by default everything that the model has.
  ///   - details: what may be asked for besides; only what the model has is offered.
  ///   - batchLimit: largest number of rows in one request.
  public init(
    _ pipeline: Pipeline, inputs: Inputs = .columns, columns: [InputColumn]? = nil,
    content: AnswerContent? = nil, details: AnswerDetails = [], batchLimit: Int = 1000
  ) {
    self.pipeline = pipeline
    self.inputs = inputs
    parents = pipeline.model.tree?.parents ?? []
    let features = pipeline.features
    let natural = columns ?? pipeline.describedColumns.map { $0.column() }
    counterfactuals = inputs == .columns ? CounterfactualSearch(pipeline, inputs: natural) : nil
    let columns = inputs == .columns ? natural : features.encodedColumns(natural)
    let isClassifier = pipeline.model.classifier != nil
    // A model that only decides has nothing else to give.
    let most: AnswerContent = pipeline.model.classifier?.givesProbabilities == false ? .label : .probabilities
    schema = QuerySchema(inputs: columns, target: isClassifier ? .classes(pipeline.labels) : .number)
    var offered: AnswerDetails = []
    if pipeline.model.tree != nil { offered.insert(.nodes) }
    if pipeline.model.hasScoreGradient, inputs == .encoded || pipeline.features.numberScales != nil {
      offered.insert(.gradients)
    }
    if counterfactuals != nil { offered.formUnion([.counterfactuals, .boundedCounterfactuals]) }
    capabilities = OracleCapabilities(
      content: isClassifier ? (content == .number || most == .label ? most : content ?? most) : .number,
      details: offered.intersection(details),
      acceptsMissing: inputs == .columns
        ? features.takesMissingValues : pipeline.model.acceptsMissingValues,
      batchLimit: batchLimit)
  }

  public func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    try answers(queries, details: details)
  }

  /// The answers, computed at once.
  ///
  /// - Parameter region: where counterfactuals are looked for; everywhere if nil. It has a side per column.
  /// - Throws: `DesignError` for a value that the model cannot take, ``QueryError/refused(_:)``.
  public func answers(
    _ queries: Matrix, details: AnswerDetails = [], within region: QueryRegion? = nil
  ) throws -> [Answer] {
    let features = inputs == .columns ? try pipeline.features.features(inputs: queries) : queries
    if inputs == .encoded, !pipeline.model.acceptsMissingValues {
      if features.elements.contains(where: { !$0.isFinite }) {
        throw QueryError.refused("a value is missing or not finite and the model cannot take that")
      }
    }
    var answers = try predictions(features)
    if details.contains(.nodes), let tree = pipeline.model.tree {
      for (row, node) in tree.endNodes(of: features).enumerated() {
        answers[row].node = report(tree, node: node, query: queries.row(row))
      }
    }
    if details.contains(.gradients) {
      let gradients = pipeline.model.scoreGradients(features)
      let scales = inputs == .columns ? pipeline.features.numberScales : nil
      for row in answers.indices {
        answers[row].gradient =
          scales.map { zip(gradients.row(row), $0).map { $0 / $1 } } ?? gradients.row(row)
      }
    }
    if details.contains(.counterfactuals), let counterfactuals {
      let region = region ?? QueryRegion(whole: schema.inputs)
      for row in answers.indices {
        answers[row].counterfactual = try counterfactuals.nearest(
          to: queries.row(row), label: answers[row].label ?? -1, within: region)
      }
    }
    return answers
  }

  public func answer(_ query: [Double], counterfactualIn region: QueryRegion) async throws -> Answer {
    guard counterfactuals != nil, capabilities.details.contains(.boundedCounterfactuals) else {
      throw QueryError.notOffered(
        need: "counterfactuals in a region", offer: "no explanations", alternatives: [])
    }
    guard region.sides.count == schema.inputs.count else {
      throw QueryError.wrongWidth(expected: schema.inputs.count, found: region.sides.count)
    }
    let queries = Matrix(rows: 1, columns: query.count, elements: query)
    let answers = try answers(queries, details: .counterfactuals, within: region)
    guard let answer = answers.first else { throw QueryError.answerDamaged("there is none") }
    return answer
  }

  /// - Throws: ``QueryError/refused(_:)`` where a value is so large that the answer would be no number.
  private func predictions(_ features: Matrix) throws -> [Answer] {
    func check(_ answers: Matrix) throws {
      guard let row = answers.firstRowNotFinite else { return }
      throw QueryError.refused(
        "the model's answer to row \(row + 1) is not a finite number, because the values of the row are too large"
      )
    }
    if let regressor = pipeline.model.regressor {
      let numbers = regressor.predict(features)
      try check(Matrix(rows: numbers.count, columns: 1, elements: numbers))
      return numbers.map { Answer(number: $0) }
    }
    guard let classifier = pipeline.model.classifier else { return [] }
    if features.elements.contains(where: { abs($0) > SquareRange.largest }) {
      try check(classifier.probabilities(features))
    }
    let labels = classifier.predict(features)
    switch capabilities.content {
    case .label, .number: return labels.map { Answer(label: $0) }
    case .confidence:
      let confidences =
        (classifier as? TreeClassifier)?.confidences(features)
        ?? zip(classifier.probabilities(features).rowArray(), labels).map { $0[$1] }
      return zip(labels, confidences).map { Answer(label: $0, confidence: $1) }
    case .probabilities:
      return zip(classifier.probabilities(features).rowArray(), labels).map { probabilities, label in
        Answer(label: label, confidence: probabilities[label], probabilities: probabilities)
      }
    }
  }

  /// What a tree tells of the way of a query: the columns given, those tested, and the next one.
  private func report(_ tree: DecisionTree, node end: Int, query: [Double]) -> NodeReport {
    let owners = inputs == .columns ? pipeline.features.inputOfColumn : Array(query.indices)
    var fields = Set(query.indices.filter { !query[$0].isNaN })
    var node = end
    while node >= 0 {
      if tree.nodes[node].test != .leaf { fields.insert(owners[Int(tree.nodes[node].feature)]) }
      node = parents[node]
    }
    return NodeReport(id: end, fields: fields.sorted())
  }
}

extension FeatureEncoder {
  /// The columns of the encoded features as inputs; one whose range the encoder does not know has that of its column.
  fileprivate func encodedColumns(_ natural: [InputColumn]) -> [InputColumn] {
    let (owners, scalings) = (inputOfColumn, scalings)
    return space.names.indices.map { column in
      var (lower, upper) = (space.lower[column], space.upper[column])
      if !lower.isFinite || !upper.isFinite {
        var range = DescribedColumn.assumedRange
        if case .number(let least, let most) = natural[owners[column]].kind {
          range = scalings[column]?.scaled(least, most) ?? range
        }
        (lower, upper) = (range.lowerBound, range.upperBound)
      }
      return InputColumn(name: space.names[column], kind: .number(lower: lower, upper: upper))
    }
  }
}

extension Matrix {
  /// All rows as arrays.
  func rowArray() -> [[Double]] { (0..<rows).map { row($0) } }
}
