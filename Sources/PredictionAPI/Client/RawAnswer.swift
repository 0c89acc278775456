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

  /// An element of a list of predictions: a label, a number, scores, or a label with its confidence.
  init(prediction: JSON) {
    switch prediction {
    case .numbers(let values) where values.count == 1: output = .number(values[0])
    case .numbers(let values): scores = values
    case .array(let values) where values.count == 1: output = values[0]
    case .object:
      output = prediction["label"]
      confidence = prediction["confidence"]?.number
    default: output = prediction
    }
  }

  init() {}

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
      guard let number = raw.output?.number, !number.isNaN else {
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
    if !raw.scoreNames.isEmpty {
      scores = [Double](repeating: 0, count: numbers.count)
      for (name, score) in zip(raw.scoreNames, raw.scores) {
        guard let place = numbers[name] else {
          throw QueryError.answerDamaged("the class '\(name.prefix(60))' is not among those seen so far")
        }
        scores[place] = score
      }
    }
    guard scores.count == numbers.count, scores.allSatisfy(\.isFinite) else {
      throw QueryError.answerDamaged("\(scores.count) scores came for \(numbers.count) classes")
    }
    var answer = Answer(probabilities: scores)
    if let text = raw.outputText, let label = numbers[text] {
      answer.label = label
      answer.confidence = scores[label]
    }
    return answer
  }
}
