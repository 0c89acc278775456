import LinearAlgebra
import Querying
import Tabular

/// What a few more answers tell of columns and of numbers between 0 and 1.
extension ServerProbe {
  /// Finds the columns in which nothing but whole numbers counts.
  ///
  /// A server that tells the types of its columns is believed.
  mutating func findWholeColumns() async throws {
    if let earlier = options.earlier?.schema.inputs, let known = adopted(earlier) {
      inputs = known
      return
    }
    if facts.inputs.isEmpty || !(client is V2Client) { try await findRefusedFractions() }
    if !isTyped, !(client is V2Client) { try await findCutFractions() }
  }

  /// The columns as an earlier run knew them; nil if they are others.
  private func adopted(_ earlier: [InputColumn]) -> [InputColumn]? {
    guard earlier.count == inputs.count else { return nil }
    let own = zip(inputs, earlier).map { one, other -> InputColumn in
      // A column of 0 and 1 may have been found out to be one.
      let kind = other.isWhole && other.kind == .number(lower: 0, upper: 1) ? other.kind : one.kind
      return one.isNumber && other.isNumber
        ? InputColumn(name: one.name, kind: kind, isWhole: other.isWhole, group: other.group) : one
    }
    return own == earlier ? own : nil
  }

  /// The answers to rows; nil if the server refuses one.
  mutating func optionalAnswers(_ rows: Matrix) async throws -> [RawAnswer]? {
    do {
      return try await answers(rows)
    } catch QueryError.refused {
      return nil
    }
  }

  /// Whether numbers of which all lie between 0 and 1 grow like a straight line along the columns of numbers, as a
  /// regression does and no probability; nil where that has no meaning or cannot be told.
  mutating func isLinear(_ sample: [RawAnswer]) async throws -> Bool? {
    let numbers = sample.compactMap(\.outputNumber)
    let columns = inputs.indices.filter { inputs[$0].isNumber && !inputs[$0].isWhole }
    guard options.content == nil, numbers.count == sample.count, numbers.allSatisfy({ (0...1).contains($0) }),
      numbers.contains(where: { $0.rounded() != $0 }), !columns.isEmpty, sampled.count >= 8
    else { return nil }
    var rows = Matrix(rows: 12, columns: inputs.count)
    for pair in 0..<4 {
      let (one, other) = (sampled[2 * pair].query, sampled[2 * pair + 1].query)
      for (step, share) in [0, 0.5, 1].enumerated() {
        var row = one
        for column in columns { row[column] = one[column] + share * (other[column] - one[column]) }
        rows.setRow(3 * pair + step, row)
      }
    }
    guard let found = try await optionalAnswers(rows)?.compactMap(\.outputNumber), found.count == 12 else {
      return nil
    }
    let bends = (0..<4).map { pair in
      let values = found[3 * pair..<3 * pair + 3]
      let (first, middle, last) = (values[3 * pair], values[3 * pair + 1], values[3 * pair + 2])
      return (bend: abs(middle - first / 2 - last / 2), span: abs(last - first))
    }
    guard let digits = AnswerReading.decimals(numbers) else {
      return bends.allSatisfy { $0.bend <= 1e-4 * $0.span + 1e-9 } && bends.contains { $0.span > 1e-6 }
    }
    var unit = 1.0
    for _ in 0..<digits { unit /= 10 }
    return bends.allSatisfy { $0.bend <= 1.1 * unit } && bends.contains { $0.span > 20 * unit }
  }
}
