public import LinearAlgebra

/// The node of a tree in which a query ended.
public struct NodeReport: Sendable, Hashable, Codable {
  /// Name of the node.
  public let id: Int
  /// Columns of the query that were tested on the way, and the one that a split there would test next.
  public let fields: [Int]

  /// A report.
  public init(id: Int, fields: [Int]) {
    self.id = id
    self.fields = fields
  }
}

/// What an oracle says of one query. Only what its capabilities name is there.
public struct Answer: Sendable, Hashable {
  /// The predicted class, by its number.
  public var label: Int?
  /// How sure the model is of the label.
  public var confidence: Double?
  /// The probability of every class; empty if they are kept back.
  public var probabilities: [Double]
  /// The predicted number.
  public var number: Double?
  /// Where in a tree the query ended.
  public var node: NodeReport?
  /// The derivative of the answer's score by each column; empty if not asked for.
  public var gradient: [Double]
  /// The nearest query with another answer; empty if not asked for or if there is none.
  public var counterfactual: [Double]

  /// An answer.
  public init(
    label: Int? = nil, confidence: Double? = nil, probabilities: [Double] = [], number: Double? = nil,
    node: NodeReport? = nil, gradient: [Double] = [], counterfactual: [Double] = []
  ) {
    self.label = label
    self.confidence = confidence
    self.probabilities = probabilities
    self.number = number
    self.node = node
    self.gradient = gradient
    self.counterfactual = counterfactual
  }

  /// An answer of probabilities, whose label is the most probable class (of equal ones the first).
  public init(probabilities: [Double]) {
    precondition(!probabilities.isEmpty, "no probability")
    let best = probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
    self.init(label: best, confidence: probabilities[best], probabilities: probabilities)
  }
}

extension Sequence where Element == Answer {
  /// The labels; -1 where one is kept back.
  public var labels: [Int] { map { $0.label ?? -1 } }

  /// The predicted numbers; NaN where one is kept back.
  public var numbers: [Double] { map { $0.number ?? .nan } }

  /// One row of probabilities per answer.
  ///
  /// - Throws: ``QueryError/answerDamaged(_:)`` if an answer has another number of classes than `classCount`.
  public func probabilityMatrix(classCount: Int) throws -> Matrix {
    var (elements, rows) = ([Double](), 0)
    for answer in self {
      guard answer.probabilities.count == classCount else {
        throw QueryError.answerDamaged(
          "an answer has \(answer.probabilities.count) probabilities for \(classCount) classes")
      }
      elements += answer.probabilities
      rows += 1
    }
    return Matrix(rows: rows, columns: classCount, elements: elements)
  }
}

extension Answer: Codable {
  private enum CodingKeys: String, CodingKey {
    case label, confidence, probabilities, number, node, gradient, counterfactual
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    label = try container.decodeIfPresent(Int.self, forKey: .label)
    confidence = try container.decodeIfPresent(Double.self, forKey: .confidence)
    probabilities = try container.decodeIfPresent([Double].self, forKey: .probabilities) ?? []
    number = try container.decodeIfPresent(Double.self, forKey: .number)
    node = try container.decodeIfPresent(NodeReport.self, forKey: .node)
    gradient = try container.decodeIfPresent([Double].self, forKey: .gradient) ?? []
    counterfactual =
      try container.decodeIfPresent([OptionalNumber].self, forKey: .counterfactual)?
      .map(\.value) ?? []
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(label, forKey: .label)
    try container.encodeIfPresent(confidence, forKey: .confidence)
    if !probabilities.isEmpty { try container.encode(probabilities, forKey: .probabilities) }
    try container.encodeIfPresent(number, forKey: .number)
    try container.encodeIfPresent(node, forKey: .node)
    if !gradient.isEmpty { try container.encode(gradient, forKey: .gradient) }
    if !counterfactual.isEmpty {
      try container.encode(counterfactual.map(OptionalNumber.init), forKey: .counterfactual)
    }
  }
}

/// A number that JSON writes as null where it is NaN.
struct OptionalNumber: Codable {
  let value: Double

  init(_ value: Double) { self.value = value }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    value = container.decodeNil() ? .nan : try container.decode(Double.self)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if value.isNaN { try container.encodeNil() } else { try container.encode(value) }
  }
}
