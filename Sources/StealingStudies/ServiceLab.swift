public import Datasets
import Experiments
public import Learning
public import LinearAlgebra
public import Querying

/// A theft as surveys quote it, to be made against a server that listens: the model, how the service answers, and how
/// long it takes for every query.
///
/// - Source: Tramèr et al., USENIX Security 2016, table 1 and section 5; the third setting has a network in the place of
///   the tree that was behind the quoted numbers.
public struct ServiceLab: Sendable {
  /// What is known of a theft before a model is trained.
  public struct Quotation: Sendable {
    /// Stable lower-case name.
    public let id: String
    /// The model and its data, in words.
    public let title: String
    /// What surveys quote: queries and seconds.
    public let quoted: (queries: Int, seconds: Int)
    /// Whether the paper has the quoted row for such a model, and what it has.
    public let truth: (isInPaper: Bool, words: String)
    /// Time that the service of the paper took for a query, in seconds.
    public let latency: Double
    /// Classes of the model.
    public let classes: Int
  }

  /// What surveys quote.
  public let quotation: Quotation
  /// Name of the service's protocol.
  public let dialect: String
  /// Id of the attack with its settings, and how many queries it may send.
  public let attack: (id: String, settings: [String], budget: Int?)
  /// What the service tells of an answer.
  public let content: AnswerContent
  /// The model; queries are its encoded columns if `takesEncoded`, else columns of the table.
  public let pipeline: Pipeline
  /// Whether a query consists of encoded numbers.
  public let takesEncoded: Bool
  /// Rows on which the copy is compared besides uniform ones, in the form of the queries.
  public let testRows: Matrix

  /// Stable lower-case name.
  public var id: String { quotation.id }
  /// The model and its data, in words.
  public var title: String { quotation.title }
  /// Time that the service of the paper took for a query, in seconds.
  public var latency: Double { quotation.latency }

  /// The three settings; those whose data are not there are left out and named in `missing`.
  ///
  /// - Parameter seed: of the models.
  /// - Throws: `LearningError`, `DesignError`.
  public static func all(
    searchPath: DataSearchPath, seed: UInt64
  ) throws -> (labs: [ServiceLab], missing: [String]) {
    var (labs, missing) = ([ServiceLab](), [String]())
    for make in [regression, tree, network] {
      do {
        labs.append(try make(searchPath, seed))
      } catch let error as CatalogueError {
        missing.append("\(error)")
      }
    }
    return (labs, missing)
  }

  /// The three that surveys quote.
  public static let quotations = [
    Quotation(
      id: "logistic-regression", title: "softmax regression on Digits", quoted: (650, 70),
      truth: (true, "quoted for Google; the paper has it for Amazon"), latency: 0.1, classes: 10),
    Quotation(
      id: "decision-tree", title: "decision tree with 26 leaves on German Credit", quoted: (1400, 500),
      truth: (
        false,
        "quoted for Amazon, of which the paper has no tree; its tree on German Credit took 1,150 and 631 s"
      ), latency: 0.5, classes: 2),
    Quotation(
      id: "neural-network", title: "network of 20 units on Digits", quoted: (4013, 2088),
      truth: (
        false, "quoted for a network on Microsoft's service; the paper has it for a tree on BigML's"
      ), latency: 0.52, classes: 10),
  ]

  private static func regression(_ search: DataSearchPath, _ seed: UInt64) throws -> ServiceLab {
    let victim = try StealingVictim(.digits, .softmax(strength: 1), searchPath: search, seed: seed)
    return ServiceLab(
      quotation: quotations[0], dialect: "v2",
      attack: ("equation", ["queryFactor=1"], 650), content: .probabilities,
      pipeline: victim.pipeline, takesEncoded: true, testRows: victim.testRows)
  }

  private static func tree(_ search: DataSearchPath, _ seed: UInt64) throws -> ServiceLab {
    let victim = try TreeVictim.named(.germanCredit, searchPath: search, seed: seed)
    return ServiceLab(
      quotation: quotations[1], dialect: "bigml", attack: ("top-down", [], nil), content: .confidence,
      pipeline: victim.pipeline, takesEncoded: false, testRows: victim.testRows)
  }

  private static func network(_ search: DataSearchPath, _ seed: UInt64) throws -> ServiceLab {
    let victim = try StealingVictim(
      .digits, .network(hidden: 20, activation: .tanh), searchPath: search, seed: seed)
    return ServiceLab(
      quotation: quotations[2],
      dialect: "v2", attack: ("mlp", ["hidden=20", "activation=tanh", "queryFactor=2.66"], 4013),
      content: .probabilities,
      pipeline: victim.pipeline, takesEncoded: true, testRows: victim.testRows)
  }
}
