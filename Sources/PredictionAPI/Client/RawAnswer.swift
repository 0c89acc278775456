import LinearAlgebra
import Querying

/// An answer as a server gave it, before it is known what its parts mean.
struct RawAnswer: Sendable, Hashable {
  /// The predicted class or number: a string or a number.
  var output: JSON?
  /// Scores of the classes.
  var scores: [Double] = []
  /// Names of the classes with scores, where the server gives them.
  var scoreNames: [String] = []
  var confidence: Double?
  var node: NodeReport?
  var gradient: [Double] = []
  var counterfactual: [Double] = []

  /// An element of a list of predictions: a label, a number, scores, a label with its confidence, or an object in one
  /// of the forms that ``read(_:)`` knows.
  init(prediction: JSON) {
    switch prediction {
    case .numbers(let values) where values.count == 1: output = .number(values[0])
    case .numbers(let values): scores = values
    case .array(let values) where values.count == 1: self = RawAnswer(prediction: values[0])
    case .array(let values):
      if values.allSatisfy({ $0["label"] != nil && $0["score"] != nil }), !values.isEmpty {
        scoreNames = values.compactMap { $0["label"].flatMap { Self.text(of: $0) } }
        scores = values.map { Self.number(of: $0["score"]) ?? .nan }
      } else if values.contains(where: { Self.number(of: $0) != nil }) {
        scores = values.map { Self.number(of: $0) ?? .nan }
      } else {
        output = prediction
      }
    case .object(let members): read(members, of: prediction)
    default: output = prediction
    }
  }

  private static let labelKeys = [
    "label", "predicted_label", "prediction", "predicted_class", "class", "output",
  ]
  private static let scoreKeys = [
    "probabilities", "probability", "predict_proba", "proba", "class_probabilities", "scores", "score",
  ]

  /// Reads an object: a label, the scores of all classes in their order or by their names, a confidence; or nothing but
  /// a score for the name of every class.
  private mutating func read(_ members: [JSON.Member], of object: JSON) {
    output = Self.labelKeys.lazy.compactMap { object[$0] }.first
    confidence = object["confidence"].flatMap { Self.number(of: $0) }
    let key = Self.scoreKeys.first { object[$0] != nil }
    guard let key, let found = object[key] else {
      if let inner = output, inner.elements != nil || inner.members != nil {
        // Some services call the scores of all classes a prediction.
        let own = confidence
        self = RawAnswer(prediction: inner)
        confidence = confidence ?? own
        return
      }
      if output != nil || confidence != nil { return }
      let numbers = members.map { Self.number(of: $0.value) }
      if members.count == 1 {
        self = RawAnswer(prediction: members[0].value)
      } else if numbers.contains(where: { $0 != nil }) {
        (scoreNames, scores) = (members.map(\.name), numbers.map { $0 ?? .nan })
      }
      return
    }
    if let named = found.members {
      (scoreNames, scores) = (named.map(\.name), named.map { Self.number(of: $0.value) ?? .nan })
    } else if found.elements != nil {
      let inner = RawAnswer(prediction: found)
      (scoreNames, scores) = (inner.scoreNames, inner.scores)
      if scores.isEmpty, output == nil { output = inner.output }
    } else if output == nil {
      output = found
    } else if object["predicted_label"] == nil {
      // Beside a predicted label some services give the score of the second class, which is no confidence.
      confidence = confidence ?? Self.number(of: found)
    }
  }

  init() {}

  /// Whether it says anything, and nothing in it is no number.
  var isWhole: Bool {
    if output == .null { return false }
    if case .number(let number)? = output, !number.isFinite { return false }
    return (output != nil || !scores.isEmpty) && scores.allSatisfy(\.isFinite)
  }

  /// The predicted number, which may be written as text; nil if it is none.
  var outputNumber: Double? { output.flatMap { Self.number(of: $0) } }

  /// A number, or text that is one.
  static func number(of json: JSON?) -> Double? {
    switch json {
    case .number(let value): value
    case .string(let text): Double(text.trimmingPrefix(while: \.isWhitespace))
    default: nil
    }
  }

  /// The class as text.
  var outputText: String? { output.flatMap { Self.text(of: $0) } }

  /// A label as text: whole numbers without a point, as people write classes.
  static func text(of json: JSON) -> String? {
    switch json {
    case .string(let text): text
    case .number(let value): Int(exactly: value).map { "\($0)" } ?? "\(value)"
    case .boolean(let flag): flag ? "true" : "false"
    default: nil
    }
  }
}

/// What the parts of a server's answers mean.
struct AnswerMeaning: Sendable {
  let target: QuerySchema.Target
  let content: AnswerContent
  /// Number of the columns of a query.
  private let columns: Int
  private let numbers: [String: Int]

  init(target: QuerySchema.Target, content: AnswerContent, columns: Int) {
    self.columns = columns
    self.target = target
    self.content = content
    if case .classes(let names) = target {
      numbers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    } else {
      numbers = [:]
    }
  }

  /// - Throws: `QueryError.answerDamaged` for an answer that does not fit.
  func answer(_ raw: RawAnswer) throws -> Answer {
    var answer = Answer()
    switch content {
    case .number:
      guard let number = raw.outputNumber, raw.scores.isEmpty else {
        throw QueryError.answerDamaged("a number was expected")
      }
      answer.number = number
    case .label, .confidence:
      answer.label = try label(raw)
      answer.confidence = content == .confidence ? raw.confidence : nil
    case .probabilities:
      answer = try probabilities(raw)
    }
    // Columns that do not exist would be looked up by attacks on trees.
    answer.node = raw.node.map { node in
      NodeReport(id: node.id, fields: node.fields.filter { (0..<columns).contains($0) })
    }
    answer.gradient = raw.gradient
    answer.counterfactual = raw.counterfactual
    return answer
  }

  private func label(_ raw: RawAnswer) throws -> Int {
    guard let text = raw.outputText, let label = numbers[text] else {
      throw QueryError.answerDamaged(
        "the class '\(raw.outputText ?? "")' is not among those seen so far; name all with --ranges FILE")
    }
    return label
  }

  private func probabilities(_ raw: RawAnswer) throws -> Answer {
    var scores = raw.scores
    if scores.isEmpty, numbers.count == 2, let second = raw.outputNumber { scores = [1 - second, second] }
    if !raw.scoreNames.isEmpty {
      scores = [Double](repeating: 0, count: numbers.count)
      for (name, score) in zip(raw.scoreNames, raw.scores) {
        guard let place = numbers[name] else {
          throw QueryError.answerDamaged("the class '\(name.prefix(60))' is not among those seen so far")
        }
        scores[place] = score
      }
    }
    guard scores.count == numbers.count else {
      throw QueryError.answerDamaged("\(scores.count) scores came for \(numbers.count) classes")
    }
    if Self.arePercentages(scores) { scores = scores.map { $0 / 100 } }
    var answer = Answer(probabilities: scores)
    if !raw.scores.isEmpty, let text = raw.outputText, let label = numbers[text] {
      answer.label = label
      answer.confidence = scores[label]
    }
    return answer
  }

  /// Whether scores add up to 100 as percentages do, which no probabilities can.
  static func arePercentages(_ scores: [Double]) -> Bool {
    scores.count > 1 && scores.allSatisfy { $0 >= 0 } && abs(scores.reduce(0, +) - 100) <= 1
  }
}
