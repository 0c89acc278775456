public import Learning
public import LinearAlgebra
public import Methods

/// A training whose model says little of any one row: the model of a table comes from it, and all else that is written
/// follows from a public schema.
///
/// One mechanism is one struct with a card, its settings, the models that it trains, and ``train(_:using:)``. Added to
/// ``PrivateMechanisms``, or to the catalogue of a program of one's own, it is known to `bezoar train --privacy` and
/// to the list. What has no safe default, such as the privacy budget, is an optional property of a setting that must be
/// given.
public protocol PrivateMechanism: Method {
  /// The models that it trains.
  static var models: [PrivateModel] { get }
  /// The form in which it gets the columns; scaled by default.
  static var features: PrivateFeatures { get }
  /// Checks, before any row is read, what settings say together. Every one of them was given and is allowed.
  ///
  /// - Throws: ``PrivateTrainingError``.
  func check() throws(PrivateTrainingError)
  /// Trains a model.
  ///
  /// The model and the statement may depend on the rows by the noise that the statement tells, and errors by nothing but
  /// the rows' number, shape and sanity. Equal tasks and random numbers give equal models.
  ///
  /// - Parameter random: the source of all noise.
  /// - Returns: a model whose number of features is that of the task's encoder, and what it guarantees for neighbouring
  ///   tables.
  /// - Throws: ``PrivateTrainingError`` for settings that do not fit the task, ``PrivacyError`` and `LearningError`.
  func train(
    _ task: PrivateTask, using random: inout RandomStream
  ) throws -> PrivateFit<FittedModel>
}

extension PrivateMechanism {
  public static var features: PrivateFeatures { .scaled }

  public func check() throws(PrivateTrainingError) {}

  /// A setting that must be given.
  ///
  /// - Throws: ``PrivateTrainingError/missingSetting(_:meaning:)`` if it is nil.
  public func given<Value>(_ name: String, _ value: Value?) throws(PrivateTrainingError) -> Value {
    guard let value else {
      let setting = Self.settings.first { $0.name == name }
      throw .missingSetting(name, meaning: setting?.meaning ?? "which must be given")
    }
    return value
  }

  /// Checks that a chance to exceed the budget is less than one in the rows: with as much, a mechanism may publish one of
  /// them as it is and keep its promise.
  ///
  /// - Throws: ``PrivateTrainingError/wrongValue(_:setting:allowed:)``.
  public func checkChance(delta: Double?, rows: Int?) throws(PrivateTrainingError) {
    let (delta, rows) = (try given("delta", delta), try given("rows", rows))
    guard delta * Double(rows) < 1 else {
      throw .wrongValue("\(delta)", setting: "delta", allowed: "less than one in the \(rows) rows")
    }
  }
}

/// A kind of model that a mechanism trains.
public struct PrivateModel: Sendable, Hashable {
  /// What a model predicts.
  public enum Target: Sendable, Hashable {
    /// A number in a public range.
    case number
    /// One of some public classes.
    case classes
    /// One of two public classes.
    case twoClasses
  }

  /// Its id, as `--model` names it.
  public let id: String
  /// What it predicts.
  public let target: Target

  /// A kind of model.
  public init(_ id: String, predicts target: Target) {
    self.id = id
    self.target = target
  }
}

/// The form in which a mechanism gets the columns of a table.
public enum PrivateFeatures: Sendable, Hashable {
  /// A number from −1 to 1 by its public range, 0 for a missing one; a category as the indicators of its levels, all 0 for
  /// a missing one.
  case scaled
  /// One column each: a number in its own unit, a category as the place of its level, from 0; NaN for a missing one.
  case places
}

extension Setting {
  /// The privacy budget `ε`, from 1e-4 to 1e4, which must be given.
  public static func epsilon(_ property: any WritableKeyPath<Owner, Double?> & Sendable) -> Setting {
    Setting("epsilon", property, "epsilon of the guarantee", in: .within(1e-4...1e4))
  }

  /// The chance `δ` that the budget is exceeded, which must be given.
  public static func delta(_ property: any WritableKeyPath<Owner, Double?> & Sendable) -> Setting {
    Setting(
      "delta", property, "delta of the guarantee, below one divided by the number of rows",
      in: .above(0, below: 1))
  }

  /// A public number of rows, as the true one is private, which must be given.
  public static func publicRows(_ property: any WritableKeyPath<Owner, Int?> & Sendable) -> Setting {
    Setting(
      "rows", property, "public number of rows, since the true one is private; need only be about right",
      in: 1...AllowedValues.largestWhole)
  }
}
