/// What a statement's measure gives where there is no effect: random rows in place of poison, a copy or an attacker that
/// guesses, a model that was not trained. A statement that its own null meets says nothing.
public struct Null: Sendable {
  /// What stands in place of the effect, in words.
  public let words: String
  /// Whether it is measured in the work of the statement; else arithmetic gives it.
  public let isMeasured: Bool
  /// The numbers that it gives, one for each repetition.
  public let measure: Measure

  /// A null that arithmetic gives, for a statement that is arithmetic itself.
  public static func value(_ number: Double, _ words: String) -> Null {
    Null(words: words, isMeasured: false, measure: Measure(reading: []) { _ in [number] })
  }

  /// A null that is measured in the same work, such as the attack that knows nothing.
  public static func measured(_ words: String, _ measure: Measure) -> Null {
    Null(words: words, isMeasured: true, measure: measure)
  }

  /// What a comparison of two methods on the same seeds gives if neither is better: the two changed for one another in
  /// every other seed, the first among them.
  ///
  /// - Parameters: as of ``StatementMeasure/paired(_:_:_:)``, whose first two groups are the two methods.
  public static func swapped(
    _ name: MetricKey, _ groups: [StatementMeasure.Cells],
    _ value: @escaping @Sendable ([Double]) -> Double = { $0[0] - $0[1] }
  ) -> Null {
    .measured(
      "both changed for one another in every other seed",
      StatementMeasure.swapped(name, groups, value))
  }

  private init(
    words: String, isMeasured: Bool, measure: Measure
  ) {
    self.words = words
    self.isMeasured = isMeasured
    self.measure = measure
  }
}

/// What of the repetitions is held against the range of a statement.
public enum Basis: String, Sendable, Hashable, Codable, CaseIterable {
  /// The interval of the mean over repetitions, of which there are at least two.
  case interval
  /// The worst of at least two repetitions, for statements that say all, no, none, exactly or everywhere.
  case worstRepetition = "worst repetition"
  /// The number itself, for one that cannot vary: a formula, or a fixed rule on all rows of a file.
  case arithmetic

  /// The rule in one sentence.
  public var rule: String {
    switch self {
    case .interval: "the interval of the mean over repetitions is compared with the range"
    case .worstRepetition:
      "a statement that says all, no, none, exactly or everywhere is judged by its worst repetition: one that fails, "
        + "fails it"
    case .arithmetic: "a number that cannot vary is compared as it is"
    }
  }
}

/// Whether and how the measured number of a statement is judged.
public enum Judging: Sendable {
  /// By a range, which its null must fail.
  case by(Expectation, null: Null, on: Basis = .interval)
  /// Not judged: the setting is another than the source's, or one that it does not name.
  case anotherSetting
  /// Not judged: the method sets the number, so that it cannot come out otherwise.
  case byConstruction
  /// Not judged: the source cannot be found or gives no procedure.
  case unconfirmed
}
