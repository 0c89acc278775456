import Learning
import LinearAlgebra
public import Methods
import Querying
import RealModule
import Tabular

/// How much of a decision tree its clients together could know by now.
///
/// Two measures: `information` grows a tree from the last `memory` queries and their answers every `interval` queries
/// and takes its information gain on the honest queries in units of the served tree's; `coverage` is the share of the
/// served tree's leaves that queries have reached. Both say what can be known, not what for: honest users learn the tree
/// too, only slower. The score is the measure; the alarm is raised at `threshold`. Clients are watched together, so that
/// thieves who share the work are seen. Memory: `memory` queries and one mark a leaf.
///
/// - Source: Kesarwani, Mukhoty, Arya, Mehta, "Model Extraction Warning in MLaaS Paradigm", ACSAC 2018. Its second
///   strategy keeps a summary of queries a leaf; only whether a leaf was reached is kept here.
public struct ExtractionMonitor: QueryDetector {
  /// What is measured.
  public enum Measure: String, Sendable, Codable, CaseIterable {
    case information, coverage
  }

  public static let card = MethodCard(
    id: "extraction-monitor", family: .queryDetector, title: "Extraction monitor",
    summary: "An alarm when the queries so far are enough to grow the served tree again.",
    citation: "Kesarwani, Mukhoty, Arya, Mehta, Model Extraction Warning in MLaaS Paradigm, ACSAC 2018",
    needs: "a decision tree that is served; queries of honest users", taxonomy: .queryDetection)

  public static let settings: [Setting<Self>] = [
    .init("measure", \.measure, "what is measured"),
    .init("threshold", \.threshold, "measure at which the alarm is raised", in: 0...1),
    .init("interval", \.interval, "queries between two trees", in: 1...),
    .init("memory", \.memory, "queries that are kept", in: 10...),
  ]

  /// What is measured.
  public var measure = Measure.information
  /// Measure at which the alarm is raised.
  public var threshold = 0.9
  /// Queries between two trees.
  public var interval = 50
  /// Queries that are kept.
  public var memory = 2000

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedDetector {
    guard case .treeClassifier(let model) = try context.pipeline.model else {
      throw GuardingError.notApplicable(
        method: Self.card.id, reason: "the model is no decision tree for classes")
    }
    let labels = try context.benignAnswers(Self.card, atLeast: 2).labels
    let reference = try context.modelFeatures(context.benign)
    let whole = informationGain(model.tree, reference, labels, classCount: context.classCount)
    guard whole > 0 else {
      throw GuardingError.notApplicable(
        method: Self.card.id,
        reason: "the tree tells nothing about the honest queries, which are all of one class")
    }
    return StreamDetector(
      Monitor(
        settings: self, context: context, tree: model.tree, reference: reference, labels: labels, whole: whole
      ),
      poolsClients: true)
  }

  private struct Monitor: QueryMonitor {
    let settings: ExtractionMonitor
    let context: ServiceContext
    let tree: DecisionTree
    let reference: Matrix
    let labels: [Int]
    let whole: Double
    var log: [(row: [Double], label: Int)] = []
    var reached: Set<Int> = []
    var count = 0
    var last: Double?

    init(
      settings: ExtractionMonitor, context: ServiceContext, tree: DecisionTree, reference: Matrix,
      labels: [Int], whole: Double
    ) {
      self.settings = settings
      self.context = context
      self.tree = tree
      self.reference = reference
      self.labels = labels
      self.whole = whole
    }

    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      let one = Matrix(rows: 1, columns: query.count, elements: query)
      if let row = try? context.modelFeatures(one), let label = answer.label {
        switch settings.measure {
        case .coverage:
          let node = tree.endNodes(of: row)[0]
          if tree.nodes[node].test == .leaf { reached.insert(node) }
          last = Double(reached.count) / Double(tree.leafCount)
        case .information:
          if log.count < settings.memory {
            log.append((row.row(0), label))
          } else {
            log[count % settings.memory] = (row.row(0), label)
          }
          count += 1
          if count % settings.interval == 0 { last = known() ?? last }
        }
      }
      return DetectorReading(score: last, isAlarm: last.map { $0 >= settings.threshold } ?? false)
    }

    /// The share of the served tree's information gain that a tree from the log has; nil if none can be grown.
    private func known() -> Double? {
      let learner = DecisionTreeClassifier(
        settings: TreeSettings(categoricalFeatures: context.codedColumns, missing: tree.missing))
      let data = ClassificationData(
        features: Matrix(log.map(\.row)), labels: log.map(\.label), classCount: context.classCount)
      var random = RandomStream(seed: 0)
      guard let grown = try? learner.fit(data, using: &random) else { return nil }
      let gain = informationGain(grown.tree, reference, labels, classCount: context.classCount)
      return min(max(gain / whole, 0), 1)
    }
  }
}

extension ServiceContext {
  /// Queries as the model itself takes them.
  ///
  /// - Throws: `DesignError` for a value that the model cannot take.
  func modelFeatures(_ queries: Matrix) throws -> Matrix {
    inputs == .columns
      ? try pipeline.features.features(inputs: queries) : queries
  }

  /// Columns of the model's features that hold codes of categories.
  var codedColumns: [Int] { features?.codedColumns ?? [] }
}

/// How much the leaf of a row tells about its class: `H(classes) − Σ share of leaf · H(classes in leaf)`, in nats.
private func informationGain(
  _ tree: DecisionTree, _ rows: Matrix, _ labels: [Int], classCount: Int
) -> Double {
  func entropy(_ counts: [Int]) -> Double {
    let total = Double(counts.reduce(0, +))
    return counts.reduce(0) { sum, count in
      count == 0 ? sum : sum - Double(count) / total * Double.log(Double(count) / total)
    }
  }
  var leaves: [Int: [Int]] = [:]
  var all = [Int](repeating: 0, count: classCount)
  for (leaf, label) in zip(tree.endNodes(of: rows), labels) {
    leaves[leaf, default: [Int](repeating: 0, count: classCount)][label] += 1
    all[label] += 1
  }
  let within = leaves.keys.sorted().reduce(0.0) { sum, leaf in
    let counts = leaves[leaf] ?? []
    return sum + Double(counts.reduce(0, +)) / Double(rows.rows) * entropy(counts)
  }
  return entropy(all) - within
}
