import Querying

/// What a sample of answers says of a model: what it predicts, its classes, and how exact it is.
struct AnswerReading {
  let target: QuerySchema.Target
  let content: AnswerContent
  /// Digits after the point; nil if all are given.
  let decimals: Int?
  private(set) var notes: [String] = []

  /// - Parameters:
  ///   - described: names of the classes, if the user gave them.
  ///   - wanted: what the user says that the answers are.
  ///   - isLinear: whether numbers between 0 and 1 are linear in the columns; nil where that is not known.
  /// - Throws: `QueryError.answerDamaged` if two classes have the same name, if an answer is empty or holds something
  ///   else than a number, and if what looks like the probabilities of classes cannot be any.
  init(
    _ answers: [RawAnswer], facts: ModelFacts, described: [String], wanted: AnswerContent? = nil,
    isLinear: Bool? = nil
  ) throws {
    let named = described.isEmpty ? facts.classes : described
    if let place = answers.firstIndex(where: { !$0.isWhole }) {
      throw QueryError.answerDamaged(
        "answer \(place + 1) of \(answers.count) is empty or holds no number (NaN); does the model take such rows?"
      )
    }
    let scores = answers.first?.scores ?? []
    if scores.count > 1 {
      content = .probabilities
      let (names, note) = Self.classes(answers, count: scores.count, named: named)
      target = .classes(names)
      let arePercentages = answers.allSatisfy { AnswerMeaning.arePercentages($0.scores) }
      decimals = Self.decimals(answers.flatMap(\.scores)).map { $0 + (arePercentages ? 2 : 0) }
      if let note { notes.append(note) }
      if arePercentages { notes.append("its answers are percentages and count as probabilities") }
    } else if Self.areSecond(answers, named: named, wanted: wanted, isLinear: isLinear) {
      content = .probabilities
      target = .classes(named.count == 2 ? named : ["0", "1"])
      decimals = Self.decimals(answers.compactMap(\.outputNumber))
      notes.append(
        "every answer is one number between 0 and 1, which is taken for the probability of the second of two classes; "
          + "'--content number' takes it for a predicted number")
    } else if wanted == .number || Self.areNumbers(answers), named.isEmpty {
      content = .number
      target = .number
      decimals = Self.decimals(answers.compactMap(\.outputNumber))
    } else {
      content = answers.allSatisfy { $0.confidence != nil } ? .confidence : .label
      let seen = Set(answers.compactMap(\.outputText))
      target = .classes(named.isEmpty ? Self.ordered(seen) : named)
      decimals = Self.decimals(answers.compactMap(\.confidence))
      if named.isEmpty {
        notes.append(
          "classes seen in \(answers.count) answers: \(Self.ordered(seen).joined(separator: ", "))")
      }
    }
    if case .classes(let names) = target {
      var seen = Set<String>()
      if let twice = names.first(where: { !seen.insert($0).inserted }) {
        throw QueryError.answerDamaged("two of its classes are called '\(twice.prefix(60))'")
      }
    }
    if let decimals { notes.append("its numbers have \(decimals) decimals") }
  }

  /// Whether the answers are one probability each, that of the second of two classes: numbers between 0 and 1 that are
  /// no names of classes, of which not all are whole, and which are not linear in the columns.
  private static func areSecond(
    _ answers: [RawAnswer], named: [String], wanted: AnswerContent?, isLinear: Bool?
  ) -> Bool {
    guard wanted != .number, wanted != .label, named.isEmpty || named.count == 2 else { return false }
    let numbers = answers.compactMap(\.outputNumber)
    guard numbers.count == answers.count, numbers.allSatisfy({ (0...1).contains($0) }),
      answers.allSatisfy({ $0.confidence == nil })
    else { return false }
    if wanted == .probabilities { return true }
    let isFraction = numbers.contains { $0.rounded() != $0 }
    return isFraction && (named.count == 2 || isLinear != true)
  }

  /// Whether the answers are numbers of which some are not whole.
  private static func areNumbers(_ answers: [RawAnswer]) -> Bool {
    let numbers = answers.compactMap(\.outputNumber)
    return numbers.count == answers.count && numbers.contains { $0.rounded() != $0 }
  }

  /// Names in the order of their numbers if all are numbers, else by the alphabet.
  private static func ordered(_ names: Set<String>) -> [String] {
    names.sorted { one, other in
      if let one = Double(one), let other = Double(other) { return one < other }
      return one < other
    }
  }

  /// Names of the classes in the order of their scores.
  ///
  /// Where they have no names, the name of a class is the label that came whenever its score was the highest.
  private static func classes(
    _ answers: [RawAnswer], count: Int, named: [String]
  ) -> (names: [String], note: String?) {
    if named.count == count { return (named, nil) }
    if let names = answers.first?.scoreNames, names.count == count { return (names, nil) }
    var found = [String?](repeating: nil, count: count)
    for answer in answers where answer.scores.count == count {
      let best = answer.scores.indices.reduce(0) { answer.scores[$1] > answer.scores[$0] ? $1 : $0 }
      if let text = answer.outputText { found[best] = found[best] ?? text }
    }
    // Whole numbers in a row, as most programs number their classes; none of them is large.
    let known = found.compactMap { $0 }
    let offsets = Set(
      found.enumerated().compactMap { place, name in name.flatMap { Int32($0) }.map { Int($0) - place } })
    if known.allSatisfy({ Int32($0) != nil }), offsets.count <= 1 {
      return ((0..<count).map { "\($0 + (offsets.first ?? 0))" }, nil)
    }
    guard known.count == count, Set(known).count == count else {
      let names = found.enumerated().map {
        $1.flatMap { name in known.count { $0 == name } == 1 ? name : nil } ?? "class \($0)"
      }
      return (names, "the names of some classes did not show; they are numbered")
    }
    return (known, nil)
  }

  /// The decimals to which all numbers are rounded; nil if they are not, or if there are too few to tell.
  static func decimals(_ values: [Double]) -> Int? {
    guard Set(values).count >= 10 else { return nil }
    var scale = 1.0
    for digits in 0...8 {
      if values.allSatisfy({ ($0 * scale).rounded() / scale == $0 }) { return digits }
      scale *= 10
    }
    return nil
  }
}
