public import Learning
public import LinearAlgebra

/// Models that were trained on random halves of some records, as far as an attacker on membership needs them: who was
/// in which half, and what each model says of every record.
///
/// Every record is in exactly half of the models.
///
/// - Source: Shokri et al., "Membership Inference Attacks Against Machine Learning Models", IEEE S&P 2017; halves as in
///   Carlini et al., IEEE S&P 2022, section 4.
public struct ShadowModels: Sendable {
  /// Trains a model as the target was trained.
  public typealias Training =
    @Sendable (_ data: ClassificationData, _ random: inout RandomStream) throws -> any Classifier

  /// `isMember[model][record]`.
  public let isMember: [[Bool]]
  /// What each model says of the records: one row per record, one column per class.
  public let probabilities: [Matrix]
  /// `scores[model][record]`: the ``LogitScore`` of the true class.
  public let scores: [[Double]]

  /// Number of models.
  public var count: Int { isMember.count }
  /// Number of records.
  public var recordCount: Int { isMember.first?.count ?? 0 }

  /// Models whose answers are known.
  public init(isMember: [[Bool]], probabilities: [Matrix], labels: [Int]) {
    precondition(isMember.count == probabilities.count, "one matrix per model")
    self.isMember = isMember
    self.probabilities = probabilities
    scores = probabilities.map { LogitScore.scores($0, labels: labels) }
  }

  /// Trains `count` models on `workers` threads, which do not change them.
  ///
  /// - Parameter logistic: a learner that takes the place of `training` and fits all models at once, which is much
  ///   faster.
  /// - Throws: ``InversionError/outOfRange(name:value:range:)`` for fewer than two or an odd number of models, and errors
  ///   of the training.
  public static func train(
    _ records: ClassificationData, count: Int, workers: Int, using random: inout RandomStream,
    logistic: LogisticRegression? = nil, training: @escaping Training
  ) throws -> ShadowModels {
    guard count >= 2, count.isMultiple(of: 2) else {
      throw InversionError.outOfRange(name: "shadow models", value: Double(count), range: "2, 4, 6, ...")
    }
    var isMember = [[Bool]](repeating: [Bool](repeating: false, count: records.count), count: count)
    for record in 0..<records.count {
      for model in random.choice(count / 2, from: count) { isMember[model][record] = true }
    }
    let (halves, root) = (isMember, random.child(String(random.next())))
    @Sendable func rows(_ index: Int) -> [Int] { halves[index].indices.filter { halves[index][$0] } }
    let probabilities: [Matrix]
    if let logistic {
      let models = try logistic.solve(records, subsets: (0..<count).map(rows), workers: workers)
      probabilities = try concurrentMap(count, workers: workers) {
        models[$0].probabilities(records.features)
      }
    } else {
      probabilities = try concurrentMap(count, workers: workers) { index in
        var stream = root.child(index)
        return try training(records.rows(at: rows(index)), &stream).probabilities(records.features)
      }
    }
    return ShadowModels(isMember: isMember, probabilities: probabilities, labels: records.labels)
  }

  /// The models without one of them, which then can play the target.
  public func leavingOut(_ model: Int, labels: [Int]) -> ShadowModels {
    let kept = isMember.indices.filter { $0 != model }
    return ShadowModels(
      isMember: kept.map { isMember[$0] }, probabilities: kept.map { probabilities[$0] }, labels: labels)
  }

  /// The scores of a record by models that saw it and by those that did not, in the order of the models.
  ///
  /// - Parameter record: its place in the task.
  public func split(_ record: Int) -> (seen: [Double], unseen: [Double]) {
    var (seen, unseen) = ([Double](), [Double]())
    for model in isMember.indices {
      if isMember[model][record] {
        seen.append(scores[model][record])
      } else {
        unseen.append(scores[model][record])
      }
    }
    return (seen, unseen)
  }
}
