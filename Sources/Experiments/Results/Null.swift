/// What a statement's measure gives where there is no effect: random rows in place of poison, a copy or an attacker that
/// guesses, a model that was not trained. A statement that its own null meets says nothing.
public struct Null: Sendable {
  /// What stands in place of the effect, in words.
  public let words: String
  /// The numbers that it gives, one for each repetition.
  public let measure: @Sendable ([Outcome]) -> [Double]

  /// A null that arithmetic gives, such as one half for a guess between two classes.
  public static func value(_ number: Double, _ words: String) -> Null {
    Null(words: words) { _ in [number] }
  }

  /// A null that is measured in the same work, such as the attack that knows nothing.
  public static func measured(_ words: String, _ measure: @escaping @Sendable ([Outcome]) -> [Double]) -> Null
  {
    Null(words: words, measure: measure)
  }

  private init(words: String, measure: @escaping @Sendable ([Outcome]) -> [Double]) {
    self.words = words
    self.measure = measure
  }
}

/// Whether and how the measured number of a statement is judged.
public enum Judging: Sendable {
  /// By a range, which its null must fail.
  case by(Expectation, null: Null)
  /// Not judged: the setting is another than the source's.
  case anotherSetting
  /// Not judged: the method sets the number, so that it cannot come out otherwise.
  case byConstruction
  /// Not judged: the source cannot be found or gives no procedure.
  case unconfirmed
}
