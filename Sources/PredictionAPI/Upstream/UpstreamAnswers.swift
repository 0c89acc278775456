import LinearAlgebra
import Querying

/// Reads the answers of a service and writes those that guards give instead into its document.
struct UpstreamAnswers: Sendable {
  let client: any WireClient
  let meaning: AnswerMeaning
  /// Names of the classes in their order; empty for a number.
  let classes: [String]
  /// Whether the service gives one number, the probability of the second of two classes.
  let isSecond: Bool

  /// A document that was read.
  struct Reading: Sendable {
    let document: JSON
    let raw: [RawAnswer]
    /// What it says; empty where it is not used, and where there is a fault.
    var answers: [Answer] = []
    /// Names of classes in it that are not among those that are known.
    var unknown: [String] = []
    /// Why guards cannot look at it, although it is an answer.
    var fault: APIError?
  }

  /// The answers in the body of a good reply to a request about so many rows.
  ///
  /// - Parameter isNeeded: whether somebody looks at the answers; else classes that are not known do no harm.
  /// - Throws: 502 for a reply that is not understood.
  func read(_ body: [UInt8], rows: Int, isNeeded: Bool) throws(APIError) -> Reading {
    do {
      guard let document = client.json(of: WireReply(status: 200, body: body)) else {
        throw QueryError.answerDamaged("it is no JSON, or has more parts than any answer")
      }
      let raw = try client.answers(document, rows: rows)
      guard raw.count == rows, raw.allSatisfy(\.isWhole) else {
        throw QueryError.answerDamaged("an answer is empty or holds no number")
      }
      var reading = Reading(document: document, raw: raw)
      if !isNeeded { return reading }
      let (names, isFault) = unknown(raw)
      reading.unknown = names
      if isFault {
        reading.fault = .garbled("it names a class that this server does not know")
      } else {
        reading.answers = try raw.map(answer)
      }
      return reading
    } catch let error as HTTPOracleError {
      guard case .notUnderstood(_, let reason) = error else { throw .garbled("\(error)") }
      throw .garbled(reason)
    } catch {
      throw .garbled("\(error)")
    }
  }

  /// Names of classes in answers that are not among those that are known, and whether numbers stand beside one, which no
  /// guard could look at.
  private func unknown(_ answers: [RawAnswer]) -> (names: [String], isFault: Bool) {
    if classes.isEmpty { return ([], false) }
    let known = Set(classes)
    var (names, isFault) = (Set<String>(), false)
    for raw in answers {
      let scored = raw.scoreNames.filter { !known.contains($0) }
      names.formUnion(scored)
      if !scored.isEmpty { isFault = true }
      guard raw.scores.isEmpty, !isSecond, let text = raw.outputText, !known.contains(text) else { continue }
      names.insert(text)
      if !isBareLabel(raw) { isFault = true }
    }
    return (names.sorted(), isFault)
  }

  /// Whether an answer is a class and nothing else: a name, or a whole number.
  private func isBareLabel(_ raw: RawAnswer) -> Bool {
    guard meaning.content == .label, raw.scores.isEmpty, raw.confidence == nil else { return false }
    return raw.outputNumber.map { $0 == $0.rounded() } ?? true
  }

  private func answer(_ raw: RawAnswer) throws -> Answer {
    // A class that nobody knows goes out as it is; guards and detectors see the query with the first class.
    if isBareLabel(raw), let text = raw.outputText, !classes.contains(text) { return Answer(label: 0) }
    // A client may ask a model with probabilities for its label alone.
    if meaning.content == .probabilities, raw.scores.isEmpty, !isSecond, let text = raw.outputText,
      let label = classes.firstIndex(of: text)
    {
      return Answer(label: label)
    }
    return try meaning.answer(raw)
  }

  /// The body with the answers that are given instead.
  ///
  /// Only values that changed are written. Where guards hide the probabilities, the given class gets 1 and all others 0,
  /// which tells nothing but the class.
  ///
  /// - Throws: 502 if a changed value has no place of its own in the document.
  func written(
    _ given: [Answer], instead reading: Reading, in body: [UInt8]
  ) throws(APIError) -> [UInt8] {
    var changes: [Int: [UInt8]] = [:]
    let marked = MarkedDocument(reading.document, keeps: keeps)
    let places = try places(in: marked, rows: given.count)
    for (row, answer) in given.enumerated() {
      let own = reading.answers[row]
      if answer == own.plain { continue }
      let raw = reading.raw[row]
      func change(_ place: Int?, _ value: Double) throws(APIError) {
        guard let place, marked.values.indices.contains(place) else { throw .garbled("a value has no place") }
        changes[place] = Self.bytes(value, like: marked.values[place])
      }
      if let number = answer.number, number != own.number { try change(places[row].output, number) }
      let isOne = raw.scores.isEmpty && isSecond
      if let label = answer.label, label != own.label, isGuarded(raw), !isOne {
        guard let place = places[row].output else { throw .garbled("a label has no place") }
        changes[place] = Self.bytes(classes[label], like: marked.values[place])
      }
      if let own = own.confidence, raw.confidence != nil, answer.confidence != own {
        try change(places[row].confidence, answer.confidence ?? 1)
      }
      guard !own.probabilities.isEmpty else { continue }
      let probabilities =
        answer.probabilities.isEmpty
        ? classes.indices.map { $0 == answer.label ? 1 : 0 } : answer.probabilities
      if isOne {
        if probabilities[1] != own.probabilities[1] { try change(places[row].output, probabilities[1]) }
        continue
      }
      let scale = AnswerMeaning.arePercentages(raw.scores) ? 100.0 : 1
      for (index, place) in places[row].scores.enumerated() {
        let name = raw.scoreNames.isEmpty ? nil : raw.scoreNames[index]
        guard let place, let column = name.map({ classes.firstIndex(of: $0) }) ?? index else {
          throw .garbled("a score has no place")
        }
        if probabilities[column] != own.probabilities[column] {
          try change(place, probabilities[column] * scale)
        }
      }
    }
    return MarkedDocument.changed(body, changes)
  }

  /// Numbers of a document that no guard changes, by their paths, those of the members of one list as one.
  func untouched(_ reading: Reading) -> [String] {
    let marked = MarkedDocument(reading.document, hasPaths: true, keeps: keeps)
    guard let places = try? places(in: marked, rows: reading.raw.count) else { return [] }
    let read = Set(
      zip(places, reading.raw).flatMap { places, raw in
        ([isGuarded(raw) ? places.output : nil, places.confidence] + places.scores).compactMap(\.self)
      })
    var seen = Set<String>()
    return marked.values.indices.compactMap { place in
      guard !read.contains(place), case .number(let value) = marked.values[place], value != value.rounded()
      else {
        return nil
      }
      let path = marked.paths[place].replacing(#/\[\d+\]/#, with: "[*]")
      return seen.insert(path).inserted ? path : nil
    }
  }

  /// Where the parts of an answer stand.
  private struct Places {
    let output: Int?
    let scores: [Int?]
    let confidence: Int?
  }

  private func places(in marked: MarkedDocument, rows: Int) throws(APIError) -> [Places] {
    guard let raw = try? client.answers(marked.json, rows: rows) else {
      throw .garbled("guards could not put their values where its own stand")
    }
    return raw.map { raw in
      Places(
        output: MarkedDocument.number(raw.output),
        scores: raw.scores.map { MarkedDocument.number(.number($0)) },
        confidence: raw.confidence.flatMap { MarkedDocument.number(.number($0)) })
    }
  }

  /// What tells how an answer is to be read, in the Open Inference Protocol.
  private func keeps(_ name: String) -> Bool { client.dialect == .v2 && (name == "shape" || name == "name") }

  /// Whether the output of an answer is a class, a number or a probability that guards see.
  private func isGuarded(_ raw: RawAnswer) -> Bool {
    classes.isEmpty || isSecond && raw.scores.isEmpty || raw.outputText.map(classes.contains) == true
  }

  /// A number as JSON, as text where the old value is text.
  private static func bytes(_ value: Double, like old: JSON) -> [UInt8] {
    if case .string = old { return JSON.string(value.description).bytes }
    var writer = JSONWriter(reserving: 24)
    writer.write(value)
    return writer.bytes
  }

  /// The name of a class as JSON of the kind of the old value.
  private static func bytes(_ name: String, like old: JSON) -> [UInt8] {
    switch old {
    case .number where Double(name) != nil: JSON.number(Double(name) ?? 0).bytes
    case .boolean where name == "true" || name == "false": Array(name.utf8)
    default: JSON.string(name).bytes
    }
  }
}

extension Answer {
  /// The answer without what was asked for besides.
  var plain: Answer {
    Answer(label: label, confidence: confidence, probabilities: probabilities, number: number)
  }
}

extension APIError {
  /// A reply of the service behind this one that makes no sense.
  static func garbled(_ reason: String) -> APIError {
    APIError(502, "the answer of the service behind this server is not understood: \(reason.prefix(200))")
  }
}
