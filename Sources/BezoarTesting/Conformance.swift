/// Whether a method keeps to the protocol of its family.
///
/// There is a `problems(of:settings:)` for poisoning attacks, defences of training, extraction attacks, guards,
/// detectors, attacks on membership and attributes, and learners. It runs the method on small data sets that are made
/// here and gives one sentence for everything that is wrong; an empty list for a method that keeps to its protocol. It
/// needs no framework for tests:
///
/// ```swift
/// #expect(try Conformance.problems(of: MyAttack.self) == [])
/// ```
///
/// All families share some checks:
///
/// - The card is complete, its id is lower-case with hyphens, its family is the right one.
/// - Every setting takes its default, which changes nothing, and what it allows; it changes itself alone, refuses what it
///   does not allow, and survives JSON. An unknown setting is refused.
///
/// The settings that a check passes on shorten what would take long, such as `MethodSettings(["iterations=50"])`. The
/// work of a method is judged with these; its settings are judged from their defaults.
///
/// A check cannot see everything: that numbers are right, that a defence defends, or that an attack harms is for tests
/// of one's own.
public enum Conformance {}

/// What checks found, every sentence once.
struct Findings {
  private(set) var problems: [String] = []

  /// Notes a problem unless the condition holds.
  mutating func expect(_ condition: Bool, _ problem: @autoclosure () -> String) {
    if !condition { note(problem()) }
  }

  /// Notes a problem.
  mutating func note(_ problem: String) {
    if !problems.contains(problem) { problems.append(problem) }
  }

  /// What `work` gives; an error is a problem.
  mutating func attempt<Result>(_ doing: String, _ work: () throws -> Result) -> Result? {
    do {
      return try work()
    } catch {
      note("\(doing) ends in an error: \(error)")
      return nil
    }
  }

  /// What `work` gives; an error is a problem.
  mutating func attempt<Result>(_ doing: String, _ work: () async throws -> Result) async -> Result? {
    do {
      return try await work()
    } catch {
      note("\(doing) ends in an error: \(error)")
      return nil
    }
  }
}
