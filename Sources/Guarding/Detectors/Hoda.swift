import Learning
import LinearAlgebra
public import Methods
import Querying

/// HODA: the queries of an extraction are harder or easier to classify than honest ones.
///
/// The hardness of a query is the first of some snapshots of a model in training from which on the predicted class no
/// longer changes. The histogram of the last `window` queries is compared with that of honest ones; the alarm is raised
/// if one less their correlation is beyond the largest of `sequences` windows of honest queries. The score is that
/// distance.
///
/// The paper keeps snapshots of the served model. Here a network is trained on one half of the honest queries with the
/// model's own labels, so that every kind of model can be watched; the other half gives the histogram. Memory:
/// `window` small numbers a client.
///
/// - Source: Sadeghzadeh, Sobhanian, Dehghan, Jalili, "HODA: Hardness-Oriented Detection of Model Extraction Attacks"
///   (2021), with 11 snapshots and 40,000 sequences.
public struct Hoda: QueryDetector {
  public static let card = MethodCard(
    id: "hoda", family: .queryDetector, title: "HODA",
    summary: "An alarm if queries are harder or easier than honest ones.",
    citation:
      "Sadeghzadeh, Sobhanian, Dehghan, Jalili, HODA: Hardness-Oriented Detection of Model Extraction, 2021",
    needs: "a classifier; at least two queries of honest users for each place of the window",
    taxonomy: .queryDetection)

  public static let settings: [Setting<Self>] = [
    .init("window", \.window, "queries of a histogram", in: 10...),
    .init("snapshots", \.snapshots, "snapshots of the training", in: 2...100),
    .init("epochs", \.epochs, "epochs between snapshots", in: 1...),
    .init("hidden", \.hidden, "units of the network", in: 1...),
    .init("sequences", \.sequences, "windows of honest queries to calibrate on", in: 10...),
  ]

  /// Queries of a histogram.
  public var window = 100
  /// Snapshots of the training.
  public var snapshots = 11
  /// Epochs between snapshots.
  public var epochs = 1
  /// Units of the network.
  public var hidden = 32
  /// Windows of honest queries to calibrate on.
  public var sequences = 10_000

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedDetector {
    try context.requireClasses(Self.card)
    let labels = try context.benignAnswers(Self.card, atLeast: 2 * window).labels
    let features = StreamFeatures(context.schema)
    let rows = features(context.benign)
    var random = RandomStream(seed: 0).child("hoda")
    let order = random.permutation(rows.rows)
    let (trained, held) = (Array(order.prefix(rows.rows / 2)), Array(order.dropFirst(rows.rows / 2)))
    let models = try train(
      ClassificationData(
        features: rows.rows(at: trained), labels: trained.map { labels[$0] }, classCount: context.classCount),
      using: &random)
    let hardness = Hardness(models)
    let levels = hardness(rows.rows(at: held))
    let normal = Histogram(levels, bins: snapshots)
    var largest = 0.0
    for _ in 0..<sequences {
      let sample = random.choiceWithReplacement(window, from: levels.count).map { levels[$0] }
      largest = max(largest, normal.distance(to: Histogram(sample, bins: snapshots)))
    }
    return StreamDetector(
      Monitor(
        features: features, hardness: hardness, normal: normal, threshold: largest, window: window,
        recent: Histogram([], bins: snapshots)))
  }

  private func train(
    _ data: ClassificationData, using random: inout RandomStream
  ) throws -> [NetworkClassifier] {
    var settings = NetworkSettings()
    settings.hidden = [hidden]
    settings.epochs = epochs
    settings.batchSize = 16
    settings.learningRate = 0.003
    settings.patience = epochs + 1
    let learner = NeuralNetworkClassifier(settings: settings)
    var models: [NetworkClassifier] = []
    for _ in 0..<snapshots {
      models.append(try learner.solve(data, start: models.last?.network, using: &random).model)
    }
    return models
  }

  private struct Monitor: QueryMonitor {
    let features: StreamFeatures
    let hardness: Hardness
    let normal: Histogram
    let threshold: Double
    let window: Int
    var recent: Histogram
    var levels: [Int] = []
    var next = 0

    init(
      features: StreamFeatures, hardness: Hardness, normal: Histogram, threshold: Double, window: Int,
      recent: Histogram
    ) {
      self.features = features
      self.hardness = hardness
      self.normal = normal
      self.threshold = threshold
      self.window = window
      self.recent = recent
    }

    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      let row = features(query)
      let level = hardness(Matrix(rows: 1, columns: row.count, elements: row))[0]
      if levels.count < window {
        levels.append(level)
      } else {
        recent.counts[levels[next]] -= 1
        levels[next] = level
        next = (next + 1) % window
      }
      recent.counts[level] += 1
      guard levels.count == window else { return DetectorReading(score: nil, isAlarm: false) }
      let distance = normal.distance(to: recent)
      return DetectorReading(score: distance, isAlarm: distance > threshold)
    }
  }
}

/// How late in a training the predicted class of a row settled.
private struct Hardness: Sendable {
  private let models: [NetworkClassifier]

  init(_ models: [NetworkClassifier]) { self.models = models }

  /// The first snapshot of every row from which on its class no longer changes.
  func callAsFunction(_ features: Matrix) -> [Int] {
    let labels = models.map { $0.predict(features) }
    return (0..<features.rows).map { row in
      var level = models.count - 1
      while level > 0, labels[level - 1][row] == labels[models.count - 1][row] { level -= 1 }
      return level
    }
  }
}

/// How often every level of hardness came up.
private struct Histogram: Sendable {
  var counts: [Double]

  init(_ levels: [Int], bins: Int) {
    counts = [Double](repeating: 0, count: bins)
    for level in levels { counts[level] += 1 }
  }

  /// One less the correlation of the counts; 1 if one of them is the same in all bins.
  func distance(to other: Histogram) -> Double {
    let (left, right) = (counts.mean, other.counts.mean)
    var (products, squares, otherSquares) = (0.0, 0.0, 0.0)
    for (one, two) in zip(counts, other.counts) {
      products += (one - left) * (two - right)
      squares += (one - left) * (one - left)
      otherSquares += (two - right) * (two - right)
    }
    let scale = (squares * otherSquares).squareRoot()
    return scale > 0 ? 1 - products / scale : 1
  }
}
