import Foundation
import Learning
import Methods
import Poisoning
import Stealing
import Testing

@testable import Inversion
@testable import Commands

/// What `bezoar list` shows of a method is what the command line takes.
@Suite("Listed settings")
struct ListedSettingsTests {
  /// A method with settings, from its catalogue.
  typealias Maker = (_ pairs: [String]) throws -> any Encodable

  /// The way to every listed method that takes settings by name.
  private static func maker(_ method: MethodEntry) -> Maker? {
    func settings(_ pairs: [String]) throws -> MethodSettings { try MethodSettings(pairs) }
    let (id, registry) = (method.id, MethodRegistry.builtIn)
    switch method.card.family {
    case .poisoning: return { try registry.poisoningAttacks.make(id, settings: settings($0)) }
    case .trainingDefence: return { try registry.trainingDefences.make(id, settings: settings($0)) }
    case .extraction: return { try registry.extractionAttacks.make(id, settings: settings($0)) }
    case .guard: return { try registry.guards.make(id, settings: settings($0)) }
    case .queryDetector: return { try registry.detectors.make(id, settings: settings($0)) }
    case .attributeInference: return { try registry.attributeAttacks.make(id, settings: settings($0)) }
    case .membershipInference: return { try registry.membershipAttacks.make(id, settings: settings($0)) }
    case .learner: return { try registry.learners.make(id, settings: settings($0)).recipe }
    case .classReconstruction: return { try MIFace.configured(settings($0)) }
    case .reconstruction: return { try RowReconstruction.settings($0, over: InformedAdversary()) }
    case .mechanism: return nil
    }
  }

  private static func form(_ method: any Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(method), as: UTF8.self)
  }

  /// Mechanisms, whose settings have words of their own, are tested below.
  private static let listed = MethodRegistry.builtIn.entries.filter { method in
    method.card != DeletionAttack.card && method.card.family != .mechanism
  }

  @Test("Ids are unique within a family")
  func ids() {
    for (family, methods) in Dictionary(grouping: MethodRegistry.builtIn.entries, by: \.card.family) {
      #expect(Set(methods.map(\.id)).count == methods.count, "\(family)")
    }
  }

  @Test("Every default is taken and changes nothing; an unknown setting is refused", arguments: listed)
  func settings(method: MethodEntry) throws {
    let make = try #require(Self.maker(method), "\(method.id) comes from no catalogue")
    let standard = try Self.form(make([]))
    #expect(Set(method.parameters.map(\.name)).count == method.parameters.count)
    for one in method.parameters {
      let text = try #require(one.defaultValue)
      let found = Result { try Self.form(make(["\(one.name)=\(text)"])) }
      #expect((try? found.get()) == standard, "\(method.id) \(one.name)=\(text): \(found)")
    }
    #expect(throws: SettingError.self) { _ = try make(["no-such-setting=1"]) }
  }

  @Test("Allowed values are taken and change the method; others are refused with what is", arguments: listed)
  func ranges(method: MethodEntry) throws {
    let make = try #require(Self.maker(method), "\(method.id) comes from no catalogue")
    let standard = try Self.form(make([]))
    for one in method.parameters {
      for value in one.allowed.examples {
        let changed = Result { try Self.form(make(["\(one.name)=\(value)"])) }
        #expect((try? changed.get()) != nil, "\(method.id) \(one.name)=\(value): \(changed)")
        let isDefault =
          value == one.defaultValue
          || Double(value) == one.defaultValue.flatMap(Double.init) && Double(value) != nil
        if !isDefault { #expect((try? changed.get()) != standard, "\(method.id) \(one.name)=\(value)") }
      }
      for value in one.allowed.counterexamples {
        do {
          _ = try make(["\(one.name)=\(value)"])
          Issue.record("\(method.id) took \(one.name)=\(value)")
        } catch let error as SettingError {
          #expect(error.description.contains("\(one.allowed)"))
        }
      }
    }
  }

  @Test(
    "Private mechanisms: every listed setting and no other one", arguments: PrivateSettings.Mechanism.allCases
  )
  func mechanisms(mechanism: PrivateSettings.Mechanism) throws {
    let card = mechanism.entry
    #expect(MethodRegistry.builtIn.entries.contains(card))
    let required = ["epsilon": "1", "delta": "1e-6", "rows": "1000"]
    let must = card.parameters.filter { $0.defaultValue == nil }
    let base = ["mechanism=\(card.id)"] + must.map { "\($0.name)=\(required[$0.name] ?? "")" }
    let standard = try PrivateSettings(base.joined(separator: ","))
    for one in must {
      let without = base.filter { !$0.hasPrefix("\(one.name)=") }.joined(separator: ",")
      #expect(throws: PrivateTrainingError.self) { _ = try PrivateSettings(without) }
    }
    for one in card.parameters {
      guard let text = one.defaultValue else { continue }
      let given = try PrivateSettings((base + ["\(one.name)=\(text)"]).joined(separator: ","))
      #expect(try Self.meaning(given) == Self.meaning(standard), "\(card.id) \(one.name)")
      for word in one.allowed.description.split(separator: "|").map(String.init)
      where one.allowed.description.contains("|") {
        _ = try PrivateSettings((base + ["\(one.name)=\(word)"]).joined(separator: ","))
      }
    }
    #expect(throws: PrivateTrainingError.self) {
      _ = try PrivateSettings((base + ["no-such-setting=1"]).joined(separator: ","))
    }
  }

  /// The mechanism that settings make.
  private static func meaning(_ settings: PrivateSettings) throws -> String {
    switch settings.mechanism {
    case .objective: "\(try settings.objective())"
    case .output: "\(try settings.output())"
    case .functional: "\(try settings.functional()) \(String(describing: try settings.sensitive()))"
    case .adassp: "\(try settings.adaptive())"
    case .tree: "\(try settings.tree(isForest: true))"
    case .descent: "\(try settings.descent())"
    }
  }
}

extension AllowedValues {
  /// Texts of allowed values: the ends and a value between them.
  fileprivate var examples: [String] {
    switch self {
    case .numbers(let range):
      let middle = range.upper < .infinity ? range.lower / 2 + range.upper / 2 : range.lower + 1
      return [range.includesLower ? "\(range.lower)" : "\(middle)", "\(middle)"]
        + (range.includesUpper ? ["\(range.upper)"] : [])
    case .wholes(let range): return ["\(range.lowerBound)", "\(range.upperBound)"]
    case .words(let words): return words
    case .list(let values):
      return [
        "[]", "[" + values.examples.joined(separator: ",") + "]", values.examples.joined(separator: ","),
      ]
    case .text: return []
    }
  }

  /// Texts of values that are not allowed.
  fileprivate var counterexamples: [String] {
    switch self {
    case .numbers(let range):
      return ["nan", "inf", "x", "", "{}", "\(range.lower.nextDown)"]
        + (range.includesLower ? [] : ["\(range.lower)"])
        + (range.upper < .infinity
          ? ["\(range.upper.nextUp)"] + (range.includesUpper ? [] : ["\(range.upper)"]) : [])
    case .wholes(let range):
      return [
        "0.5", "x", "", "nan", "\(range.lowerBound - 1)", "\(range.upperBound + 1)", "9223372036854775808",
      ]
    case .words: return ["no-such-word", ""]
    case .list(let values): return values.counterexamples.filter { !$0.isEmpty }
    case .text: return []
    }
  }
}
