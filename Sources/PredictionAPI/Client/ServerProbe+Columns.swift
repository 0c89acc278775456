import LinearAlgebra
import Querying
import Tabular

/// What a few more answers tell of columns and of numbers between 0 and 1.
extension ServerProbe {
  /// Most columns that are tried one by one.
  private static let tried = 24
  /// Where between two whole numbers a fraction is tried; close to the next one, so that few models that take fractions
  /// give the answer to the whole number there.
  private static let fraction = 0.875

  /// Finds the columns whose fractions the server cuts off without a word: the answer to 3.875 is the answer to 3 and
  /// not that to 4, and at two more places a fraction changes nothing.
  ///
  /// A server that tells the types of its columns is believed.
  mutating func findWholeColumns() async throws {
    if let earlier = options.earlier?.schema.inputs, let known = adopted(earlier) {
      inputs = known
      return
    }
    if facts.inputs.isEmpty || !(client is V2Client) { try await findRefusedFractions() }
    let open = inputs.indices.filter { inputs[$0].isNumber && !inputs[$0].isWhole }
    guard !open.isEmpty, !isTyped, !(client is V2Client) else { return }
    var candidates: [Int] = []
    // All at once first: many models have columns of one type only.
    if try await areCut([open], base: middle).isEmpty {
      if open.count > Self.tried || open.count < 2 { return }
      candidates = try await areCut(open.map { [$0] }, base: middle).flatMap { $0 }
    } else {
      candidates = open
    }
    guard !candidates.isEmpty else { return }
    var random = RandomStream(seed: 0).child("whole numbers")
    let bases = QuerySchema(inputs: inputs, target: .number).uniformRows(2, using: &random)
    for row in 0..<bases.rows {
      let base = Matrix(rows: 1, columns: inputs.count, elements: bases.row(row))
      candidates = try await unchanged(candidates, base: base)
    }
    if candidates.isEmpty { return }
    for column in candidates {
      let input = inputs[column]
      inputs[column] = InputColumn(name: input.name, kind: input.kind, isWhole: true, group: input.group)
    }
    let names = candidates.prefix(8).map { "'\(inputs[$0].name)'" } + (candidates.count > 8 ? ["…"] : [])
    notes.append(
      "it cuts fractions off in \(names.joined(separator: ", ")), which are asked as whole numbers")
  }

  /// Finds the columns in which the server refuses fractions, and among them those in which it takes nothing but 0 and 1,
  /// as the indicators of a category.
  private mutating func findRefusedFractions() async throws {
    let whole = cut(middle)
    let open = inputs.indices.filter { inputs[$0].isNumber && !inputs[$0].isWhole }
    guard !open.isEmpty, try await !accepts(moved(whole, open, by: 0.5)), try await accepts(whole) else {
      return
    }
    let found = try await refused(open, at: 0.5, from: whole)
    guard !found.isEmpty, try await accepts(moved(whole, found, by: 1)) else { return }
    let flags = Set(try await refused(found, at: 2, from: whole))
    for column in found {
      let input = inputs[column]
      inputs[column] = InputColumn(
        name: input.name, kind: flags.contains(column) ? .number(lower: 0, upper: 1) : input.kind,
        isWhole: true,
        group: input.group)
    }
    notes.append(
      "it refuses fractions in \(found.count) of \(inputs.count) columns"
        + (flags.isEmpty ? "" : " and takes nothing but 0 and 1 in \(flags.count) of them"))
  }

  /// Those of the columns in which the server refuses a number so far from the whole row, by halves.
  private mutating func refused(_ columns: [Int], at step: Double, from whole: Matrix) async throws -> [Int] {
    if columns.isEmpty { return [] }
    if try await accepts(moved(whole, columns, by: step)) { return [] }
    if columns.count == 1 { return columns }
    let half = columns.count / 2
    return try await refused(Array(columns[..<half]), at: step, from: whole)
      + refused(Array(columns[half...]), at: step, from: whole)
  }

  /// Whether the server answers about a row.
  private mutating func accepts(_ row: Matrix) async throws -> Bool {
    if case .answers = try await ask(row, inputs) { true } else { false }
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

  /// The sets of columns for which fractions are cut off together while the next whole number makes a difference.
  private mutating func areCut(_ sets: [[Int]], base: Matrix) async throws -> [[Int]] {
    var rows = Matrix(rows: 1 + 2 * sets.count, columns: inputs.count)
    let whole = cut(base)
    rows.setRow(0, whole.row(0))
    for (place, set) in sets.enumerated() {
      rows.setRow(1 + 2 * place, moved(whole, set, by: Self.fraction).row(0))
      rows.setRow(2 + 2 * place, moved(whole, set, by: 1).row(0))
    }
    guard let answers = try await optionalAnswers(rows) else { return [] }
    return sets.indices.filter { place in
      answers[1 + 2 * place] == answers[0] && answers[2 + 2 * place] != answers[0]
    }.map { sets[$0] }
  }

  /// Those of the columns in which a fraction changes nothing from `base` on.
  private mutating func unchanged(_ columns: [Int], base: Matrix) async throws -> [Int] {
    if columns.isEmpty { return [] }
    var rows = Matrix(rows: 1 + columns.count, columns: inputs.count)
    let whole = cut(base)
    rows.setRow(0, whole.row(0))
    for (place, column) in columns.enumerated() {
      rows.setRow(1 + place, moved(whole, [column], by: Self.fraction).row(0))
    }
    guard let answers = try await optionalAnswers(rows) else { return [] }
    return columns.indices.filter { answers[1 + $0] == answers[0] }.map { columns[$0] }
  }

  /// Whole numbers in all columns of numbers.
  private func cut(_ base: Matrix) -> Matrix {
    var result = base
    for (column, input) in inputs.enumerated() where input.isNumber {
      result[0, column] = base[0, column].rounded(.towardZero)
    }
    return result
  }

  /// The row with some columns further from zero.
  private func moved(_ whole: Matrix, _ columns: [Int], by step: Double) -> Matrix {
    var result = whole
    for column in columns { result[0, column] += whole[0, column] < 0 ? -step : step }
    return result
  }

  /// The answers to rows; nil if the server refuses one.
  private mutating func optionalAnswers(_ rows: Matrix) async throws -> [RawAnswer]? {
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
