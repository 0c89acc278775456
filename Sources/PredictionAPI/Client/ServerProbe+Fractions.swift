import LinearAlgebra
import Querying
import Tabular

/// Fractions that a server refuses, or cuts off without a word.
extension ServerProbe {
  /// Most columns that are tried one by one for fractions that are cut off.
  private static let tried = 24
  /// Whole rows from which steps are taken, and those of them that must show that a fraction is cut off.
  private static let (bases, confirmations) = (8, 2)
  /// Most rows that are asked about to see it.
  private static let cutRows = 200
  /// Largest number from which a step is taken; fractions of larger ones may be lost on the way.
  private static let largest = 0x1p20
  /// Most columns of which all are tried one by one for fractions that are refused, and columns that are tried of more.
  private static let (triedRefusals, sampledRefusals) = (64, 8)

  // MARK: Fractions that are cut off

  /// Finds the columns whose fractions the server cuts off without a word: from two different whole rows a step to right
  /// before the next whole number changes nothing, and one to that number does.
  ///
  /// A model that takes fractions looks the same only if it answers in steps and has its threshold in the little that is
  /// left before the whole number. Where no step changes anything there is nothing to see, and the column is taken for
  /// one of all numbers.
  mutating func findCutFractions() async throws {
    let open = inputs.indices.filter { column in
      inputs[column].isNumber && !inputs[column].isWhole && steps(column) != nil
    }
    guard !open.isEmpty else { return }
    var random = RandomStream(seed: 0).child("whole numbers")
    // All at once first: many models have columns of one type only.
    guard let all = try await step([(base(open, using: &random), open)]) else { return }
    let areAll = all[0] != .changesBefore
    if !areAll, open.count > Self.tried || open.count == 1 { return }
    let found =
      areAll && open.count > Self.tried
      ? try await cutTogether(open, isSeen: all[0] == .changesAt, using: &random)
      : try await cutAlone(open, using: &random)
    guard !found.isEmpty else { return }
    for column in found {
      let input = inputs[column]
      inputs[column] = InputColumn(name: input.name, kind: input.kind, isWhole: true, group: input.group)
    }
    let names = found.prefix(8).map { "'\(inputs[$0].name)'" } + (found.count > 8 ? ["…"] : [])
    notes.append(
      "it cuts fractions off in \(names.joined(separator: ", ")), which are asked as whole numbers"
        + (open.count > Self.tried ? " (\(found.count) columns, tried together)" : ""))
  }

  /// What a step of some columns away from zero does.
  private enum Step {
    /// The answer is another one right before the next whole numbers.
    case changesBefore
    /// It is another one at the next whole numbers only.
    case changesAt
    /// It is the same.
    case changesNothing
  }

  /// The columns that are found to be cut, each by itself.
  private mutating func cutAlone(_ open: [Int], using random: inout RandomStream) async throws -> [Int] {
    var (left, seen) = (open, [Int: Set<[Double]>]())
    for _ in 0..<min(Self.bases, max(Self.cutRows / (3 * open.count), Self.confirmations)) {
      let unsure = left.filter { seen[$0]?.count ?? 0 < Self.confirmations }
      if unsure.isEmpty { break }
      let ends = unsure.map { (base([$0], using: &random), [$0]) }
      guard let steps = try await step(ends) else { return [] }
      for (end, step) in zip(ends, steps) {
        if step == .changesAt { seen[end.1[0], default: []].insert(start(end.0, end.1).row(0)) }
        if step == .changesBefore { left.removeAll { $0 == end.1[0] } }
      }
    }
    return left.filter { seen[$0]?.count ?? 0 >= Self.confirmations }
  }

  /// All columns, if steps of all and of random halves of them show that they are cut; else none.
  private mutating func cutTogether(
    _ open: [Int], isSeen: Bool, using random: inout RandomStream
  ) async throws -> [Int] {
    var seen = isSeen ? 1 : 0
    for _ in 0..<Self.bases where seen < Self.confirmations {
      let some = random.choice((open.count + 1) / 2, from: open.count).sorted().map { open[$0] }
      guard let steps = try await step([(base(some, using: &random), some)]) else { return [] }
      if steps[0] == .changesBefore { return [] }
      if steps[0] == .changesAt { seen += 1 }
    }
    return seen >= Self.confirmations ? open : []
  }

  /// The whole numbers of a column that a step away from zero may reach; nil if there are none.
  private func steps(_ column: Int) -> ClosedRange<Int>? {
    guard case .number(let lower, let upper) = inputs[column].kind else { return nil }
    func whole(_ value: Double) -> Int { Int(min(max(value, -Self.largest), Self.largest)) }
    let (low, high) = (whole(lower.rounded(.down)), whole(upper.rounded(.up)))
    // A step begins within the range too.
    return low < high ? (low > 0 ? low + 1 : low)...(high < 0 ? high - 1 : high) : nil
  }

  /// A row with random whole numbers and categories; in columns that will be moved they are the ends of steps away
  /// from zero.
  private func base(_ moved: [Int], using random: inout RandomStream) -> Matrix {
    var row = middle
    let isMoved = Set(moved)
    for (column, input) in inputs.enumerated() where input.group == nil {
      guard input.isNumber else {
        row[0, column] = Double(random.integer(below: input.levels.count))
        continue
      }
      guard let range = steps(column) else {
        row[0, column] = input.feasible(row[0, column].rounded(.towardZero))
        continue
      }
      func draw() -> Int { range.lowerBound + random.integer(below: range.count) }
      var end = draw()
      while end == 0, isMoved.contains(column) { end = draw() }
      row[0, column] = Double(end)
    }
    return row
  }

  /// The row from which steps of some columns to a row begin.
  private func start(_ row: Matrix, _ columns: [Int]) -> Matrix {
    var result = row
    for column in columns { result[0, column] += row[0, column] < 0 ? 1 : -1 }
    return result
  }

  /// What steps of columns to rows do; nil if the server refuses one.
  private mutating func step(_ ends: [(row: Matrix, columns: [Int])]) async throws -> [Step]? {
    var rows = Matrix(rows: 3 * ends.count, columns: inputs.count)
    for (place, end) in ends.enumerated() {
      var before = end.row
      for column in end.columns {
        let value = end.row[0, column]
        before[0, column] = value - (value < 0 ? -1 : 1) * Self.remainder(value)
      }
      rows.setRow(3 * place, start(end.row, end.columns).row(0))
      rows.setRow(3 * place + 1, before.row(0))
      rows.setRow(3 * place + 2, end.row.row(0))
    }
    guard let answers = try await optionalAnswers(rows) else { return nil }
    return ends.indices.map { place in
      let start = answers[3 * place]
      if answers[3 * place + 1] != start { return .changesBefore }
      return answers[3 * place + 2] != start ? .changesAt : .changesNothing
    }
  }

  /// What is left before a whole number: little, so that few models have a threshold there, but not less than single
  /// precision can tell.
  private static func remainder(_ end: Double) -> Double {
    var (remainder, size) = (0x1p-16, abs(end))
    while size > 32, remainder < 0.125 { (remainder, size) = (2 * remainder, size / 2) }
    return remainder
  }

  // MARK: Fractions that are refused

  /// Finds the columns in which the server refuses fractions, and among them those in which it takes nothing but 0 and 1,
  /// as the indicators of a category.
  mutating func findRefusedFractions() async throws {
    var whole = middle
    for (column, input) in inputs.enumerated() where input.isNumber {
      whole[0, column] = whole[0, column].rounded(.towardZero)
    }
    let open = inputs.indices.filter { inputs[$0].isNumber && !inputs[$0].isWhole }
    guard !open.isEmpty, try await !accepts(away(whole, open, by: 0.5)), try await accepts(whole) else {
      return
    }
    let (found, isSampled) = try await refused(open, at: 0.5, from: whole)
    guard !found.isEmpty, try await accepts(away(whole, found, by: 1)) else { return }
    let (flagged, areFlagsSampled) =
      try await accepts(away(whole, found, by: 2)) ? ([], false) : refused(found, at: 2, from: whole)
    let flags = Set(flagged)
    for column in found {
      let input = inputs[column]
      inputs[column] = InputColumn(
        name: input.name, kind: flags.contains(column) ? .number(lower: 0, upper: 1) : input.kind,
        isWhole: true, group: input.group)
    }
    notes.append(
      "it refuses fractions in \(found.count) of \(inputs.count) columns"
        + (flags.isEmpty ? "" : " and takes nothing but 0 and 1 in \(flags.count) of them")
        + (isSampled || areFlagsSampled
          ? "; only \(Self.sampledRefusals) columns were tried one by one, and the others are taken to be like them"
          : ""))
  }

  /// Those of the columns in which the server refuses a number so far from the whole row, of which at least one is: by
  /// halves, or all if those of many that are tried are.
  private mutating func refused(
    _ columns: [Int], at step: Double, from whole: Matrix
  ) async throws -> (columns: [Int], isSampled: Bool) {
    if columns.count > Self.triedRefusals {
      var random = RandomStream(seed: 0).child("refused fractions")
      var accepted = false
      for place in random.choice(Self.sampledRefusals, from: columns.count) where !accepted {
        accepted = try await accepts(away(whole, [columns[place]], by: step))
      }
      if !accepted { return (columns, true) }
    }
    guard columns.count > 1 else { return (columns, false) }
    var left = Self.refusalRequests
    let half = columns.count / 2
    let found =
      try await halves(Array(columns[..<half]), at: step, from: whole, &left)
      + halves(Array(columns[half...]), at: step, from: whole, &left)
    if left <= 0 {
      notes.append(
        "after \(Self.refusalRequests) requests about fractions, columns that were not told apart yet are taken to be "
          + "whole numbers")
    }
    return (found, false)
  }

  /// Most requests about which columns refuse a number.
  private static let refusalRequests = 256

  /// Those of the columns in which the server refuses a number, by halves; all that are left when the requests are spent.
  private mutating func halves(
    _ columns: [Int], at step: Double, from whole: Matrix, _ left: inout Int
  ) async throws -> [Int] {
    if columns.isEmpty || left <= 0 { return columns }
    left -= 1
    if try await accepts(away(whole, columns, by: step)) { return [] }
    if columns.count == 1 { return columns }
    let half = columns.count / 2
    return try await halves(Array(columns[..<half]), at: step, from: whole, &left)
      + halves(Array(columns[half...]), at: step, from: whole, &left)
  }

  /// The row with some columns further from zero.
  private func away(_ whole: Matrix, _ columns: [Int], by step: Double) -> Matrix {
    var result = whole
    for column in columns { result[0, column] += whole[0, column] < 0 ? -step : step }
    return result
  }

  // MARK: Missing values

  /// Most columns that are left out to see whether the server takes missing values.
  private static let triedMissing = 16

  /// Whether a row without one of its columns gets an answer: one of every kind is left out and then others, as a server
  /// may take a missing value in some columns only.
  mutating func findMissing() async throws -> Bool {
    var (first, others, kinds) = ([Int](), [Int](), Set<[Bool]>())
    for column in inputs.indices.reversed() {
      let input = inputs[column]
      let isNew = kinds.insert([input.isNumber, input.isWhole, input.group != nil]).inserted
      if isNew { first.append(column) } else { others.append(column) }
    }
    // Those of equal kinds are spread over all columns.
    let count = min(max(Self.triedMissing - first.count, 0), others.count)
    let spread = (0..<count).map { others[$0 * others.count / max(count, 1)] }
    for column in first + spread {
      var row = middle
      row[0, column] = .nan
      // An answer of another kind, such as one without numbers, is none.
      if case .answers(let answers) = try await ask(row, inputs), let answer = answers.first, answer.isWhole,
        answer.scores.count == sampled.first?.answer.scores.count ?? answer.scores.count
      {
        return true
      }
    }
    if count < others.count {
      notes.append(
        "\(first.count + count) of \(inputs.count) columns were left out one by one, and it refused each time; the others "
          + "were not tried")
    }
    return false
  }

  /// Whether the server answers about a row.
  private mutating func accepts(_ row: Matrix) async throws -> Bool {
    if case .answers = try await ask(row, inputs) { true } else { false }
  }
}
