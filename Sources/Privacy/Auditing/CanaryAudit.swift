import Learning
public import LinearAlgebra

/// An audit of private gradient descent by one training: each canary is put into the data by the toss of a coin, and
/// guesses are made for the canaries on which the model is most and least right.
///
/// Canary `i` is the `i`-th unit vector with a random label, so that no canary hides another one.
///
/// - Source: Steinke, Nasr, Jagielski, "Privacy auditing with one (1) training run", NeurIPS 2023, algorithm 1 and
///   section 6 (canaries along single coordinates).
public struct CanaryAudit: Sendable, Hashable {
  /// Canaries that are tossed for.
  public var canaries: Int
  /// Canaries for which a guess is made, half of them as members.
  public var guesses: Int
  /// Chance that the bound is wrong.
  public var error: Double

  /// An audit with so many canaries and guesses.
  public init(canaries: Int = 1000, guesses: Int = 200, error: Double = 0.05) {
    self.canaries = canaries
    self.guesses = guesses
    self.error = error
  }

  /// What an audit found.
  public struct Result: Sendable, Hashable, Codable {
    /// Guesses that were right.
    public let correct: Int
    /// The largest `ε` that is refuted.
    public let epsilonLowerBound: Double

    /// The result of a finished audit.
    public init(correct: Int, epsilonLowerBound: Double) {
      self.correct = correct
      self.epsilonLowerBound = epsilonLowerBound
    }
  }

  /// Trains once and guesses.
  ///
  /// - Parameter delta: the `δ` that the mechanism claims.
  /// - Throws: ``PrivacyError``.
  public func run(
    _ descent: PrivateGradientDescent, delta: Double, using random: inout RandomStream
  ) throws -> Result {
    guard (2...100_000).contains(canaries) else {
      throw PrivacyError.outOfRange(name: "canaries", value: Double(canaries), range: "2...100000")
    }
    guard guesses >= 2, guesses <= canaries else {
      throw PrivacyError.outOfRange(name: "guesses", value: Double(guesses), range: "2...\(canaries)")
    }
    let labels = (0..<canaries).map { _ in random.integer(below: 2) }
    let isIn = (0..<canaries).map { _ in random.bernoulli(0.5) }
    let members = (0..<canaries).filter { isIn[$0] }
    var features = Matrix(rows: members.count, columns: canaries)
    for (row, canary) in members.enumerated() { features[row, canary] = 1 }
    let model = try descent.train(
      ClassificationData(features: features, labels: members.map { labels[$0] }, classCount: 2),
      publicRows: max(canaries / 2, 1), using: &random)
    // One canary after the other, so that the unit vectors need no square matrix.
    let scores = (0..<canaries).map { canary -> Double in
      var row = Matrix(rows: 1, columns: canaries)
      row[0, canary] = 1
      let outputs = model.network.outputs(row)
      return outputs[0, labels[canary]] - outputs[0, 1 - labels[canary]]
    }
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    let (out, into) = (order.prefix(guesses / 2), order.suffix(guesses - guesses / 2))
    let correct = out.count { !isIn[$0] } + into.count { isIn[$0] }
    let bound = try OneRunAudit.epsilonLowerBound(
      canaries: canaries, guesses: guesses, correct: correct, delta: delta, error: error)
    return Result(correct: correct, epsilonLowerBound: bound)
  }
}
