/// How a measured number stands to the one beside it.
///
/// Each origin has words of its own, so that a number of this project is never said to be reproduced.
public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
  /// Published: within the range.
  case reproduced
  /// Published: beyond the range in the direction of the effect, by the published method.
  case exceeded
  /// Published: within or beyond the range, by a stronger attack or defence than the published one.
  case strongerMethod = "stronger method"
  /// Published: an effect in the published direction, weaker than the range allows.
  case short
  /// Published or peer's: another number than the range allows, where no direction is weaker.
  case differs
  /// Published: no effect, or one in the other direction.
  case contradicted
  /// A peer's number: within the range.
  case agrees
  /// An aim of this project: reached.
  case met
  /// An aim of this project: not reached.
  case missed
  /// A reference of this project: within the range.
  case asBefore = "as before"
  /// A reference of this project: outside the range.
  case changed
  /// The interval over seeds holds numbers that are met and numbers that are not.
  case undecided
  /// The measure found no number in at least one repetition, or the work failed.
  case failed
  /// One repetition of something that varies.
  case singleRun = "single run"
  /// Measured on other data or another model than the source's, or hanging on a setting that the source does not name, so
  /// shown beside it and not judged.
  case anotherSetting = "another setting"
  /// The method sets the number, so that it cannot come out otherwise.
  case byConstruction = "by construction"
  /// The source cannot be found or gives no procedure.
  case unconfirmed
  /// The data are not here.
  case notMeasured = "not measured"

  /// The word for a position beside a number of some origin.
  ///
  /// - Parameter isOurs: whether a stronger method of this project was used in place of the published one.
  public init(
    _ position: Expectation.Position, beside origin: Origin, direction: Expectation.Direction, isOurs: Bool
  ) {
    self =
      switch (origin, position) {
      case (_, .undecided): .undecided
      case (.published, .within), (.digitised, .within): isOurs ? .strongerMethod : .reproduced
      case (.published, .stronger), (.digitised, .stronger): isOurs ? .strongerMethod : .exceeded
      case (.published, .outside), (.digitised, .outside): direction == .neither ? .differs : .short
      case (.published, .none), (.digitised, .none): .contradicted
      case (.peerRun, _): position.isMet ? .agrees : .differs
      case (.ownAim, _): position.isMet ? .met : .missed
      case (.ownReference, _): position.isMet ? .asBefore : .changed
      }
  }

  /// Whether the number is as it should be.
  public var isMet: Bool {
    switch self {
    case .reproduced, .exceeded, .strongerMethod, .agrees, .met, .asBefore: true
    default: false
    }
  }

  /// Whether the number was judged; failures are.
  public var isJudged: Bool {
    switch self {
    case .singleRun, .anotherSetting, .byConstruction, .unconfirmed, .notMeasured: false
    default: true
    }
  }

  /// The rule by which the word is given, in one sentence.
  public var rule: String {
    switch self {
    case .reproduced: "all of the interval lies in the range around the published number"
    case .exceeded: "all of the interval lies beyond the range, in the direction of the effect"
    case .strongerMethod: "as strong or stronger, but by a stronger method of this project"
    case .short: "in the published direction, but all of the interval is weaker than the range allows"
    case .differs: "all of the interval lies outside the range, where neither side is the weaker one"
    case .contradicted: "all of the interval means no effect, or one in the other direction"
    case .agrees: "all of the interval lies in the range around the number of a peer, run by this project"
    case .met: "all of the interval reaches an aim of this project"
    case .missed: "all of the interval misses an aim of this project"
    case .asBefore: "all of the interval lies in the range around a reference of this project"
    case .changed: "all of the interval lies outside the range around a reference of this project"
    case .undecided: "the interval holds numbers that are met and numbers that are not"
    case .failed: "at least one repetition gave no number, or the work failed; counted as not met"
    case .singleRun: "one repetition of a number that varies says nothing of how much it does; not judged"
    case .anotherSetting:
      "measured on other data or another model than the source's, or hangs on a setting that it does not name; shown, not "
        + "judged"
    case .byConstruction: "the method sets the number, so that it cannot come out otherwise; not judged"
    case .unconfirmed: "the source cannot be found or gives no procedure; not judged"
    case .notMeasured: "the data are not here; not judged"
    }
  }
}
