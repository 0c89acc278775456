public import Learning
public import LinearAlgebra
public import Querying
import Tabular

/// A copy asked in the form of the model that it is compared with: columns by their names, categories and classes by
/// theirs, in whatever order the copy has them.
public struct AlignedCopy: Sendable {
  /// Where a column of the copy comes from, and what its numbers become.
  private struct Source: Sendable {
    let column: Int
    /// The copy's number of every category of the model; nil for numbers, which stay.
    let codes: [Double]?
  }

  private let oracle: PipelineOracle
  /// Nil where the copy takes the same columns.
  private let sources: [Source]?
  /// The model's number of every class of the copy, below zero for one that the model does not have; nil where they are
  /// the same.
  private let classes: [Int]?
  private let classCount: Int

  /// The copy `pipeline` in the form of `schema`.
  ///
  /// Columns without a name in common are taken in their order if there are as many of them.
  ///
  /// - Throws: ``StealingError/notComparable(_:)`` for other columns, or if one predicts classes and the other a number.
  public init(_ pipeline: Pipeline, to schema: QuerySchema) throws(StealingError) {
    oracle = PipelineOracle(pipeline)
    let own = oracle.schema
    guard own.classes.isEmpty == schema.classes.isEmpty else {
      throw .notComparable("one predicts classes and the other a number")
    }
    sources = own.inputs == schema.inputs ? nil : try Self.sources(of: own.inputs, in: schema.inputs)
    let places = Dictionary(schema.classes.enumerated().map { ($1, $0) }) { first, _ in first }
    let found = own.classes.enumerated().map { places[$1] ?? -2 - $0 }
    if !found.isEmpty, found.allSatisfy({ $0 < 0 }) {
      throw .notComparable(
        "the classes of one are \(own.classes.prefix(6).joined(separator: ", ")) and of the other "
          + schema.classes.prefix(6).joined(separator: ", "))
    }
    classes = found == Array(schema.classes.indices) ? nil : found
    classCount = schema.classCount
  }

  private static func sources(
    of own: [InputColumn], in inputs: [InputColumn]
  ) throws(StealingError) -> [Source] {
    let places = Dictionary(inputs.enumerated().map { ($1.name, $0) }) { first, _ in first }
    let isNamed = own.contains { places[$0.name] != nil }
    if !isNamed, own.count != inputs.count {
      throw .notComparable("one has \(own.count) inputs and the other \(inputs.count), of other names")
    }
    var sources: [Source] = []
    for (index, column) in own.enumerated() {
      guard let place = isNamed ? places[column.name] : index else {
        throw .notComparable("the copy's input '\(column.name)' is none of the model's")
      }
      let input = inputs[place]
      guard column.isNumber == input.isNumber else {
        throw .notComparable("the input '\(column.name)' is a number for one and a category for the other")
      }
      let levels = Dictionary(column.levels.enumerated().map { ($1, Double($0)) }) { first, _ in first }
      sources.append(
        Source(column: place, codes: input.isNumber ? nil : input.levels.map { levels[$0] ?? -1 }))
    }
    return sources
  }

  /// The copy's answers to rows of the model's form; an answer without content where it cannot take a row.
  public func answers(_ rows: Matrix) -> [Answer] {
    let answers = oracle.possibleAnswers(translated(rows))
    guard let classes else { return answers }
    let isWhole = Set(classes) == Set(0..<classCount)
    return answers.map { answer in
      var result = answer
      result.label = answer.label.map { classes[$0] }
      if !answer.probabilities.isEmpty {
        result.probabilities = [Double](repeating: 0, count: isWhole ? classCount : classCount + 1)
        for (place, value) in zip(classes, answer.probabilities) {
          result.probabilities[place >= 0 ? place : classCount] += value
        }
        // What goes to classes that the model does not have is lost in a comparison of the others.
        if !isWhole { result.probabilities.removeLast() }
      }
      return result
    }
  }

  private func translated(_ rows: Matrix) -> Matrix {
    guard let sources else { return rows }
    var result = Matrix(rows: rows.rows, columns: sources.count)
    for (column, source) in sources.enumerated() {
      for row in 0..<rows.rows {
        let value = rows[row, source.column]
        guard let codes = source.codes, !value.isNaN else {
          result[row, column] = value
          continue
        }
        let code = Int(exactly: value) ?? -1
        result[row, column] = codes.indices.contains(code) ? codes[code] : -1
      }
    }
    return result
  }
}
