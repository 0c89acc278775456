import Foundation
import Learning
import Methods
import Poisoning
import Guarding
import Stealing
import Testing
import Workbench

@testable import Inversion
@testable import Commands

/// What `bezoar list` shows of a method is what the command line takes.
@Suite("Listed settings")
struct ListedSettingsTests {
  /// A method with settings, from its catalogue.
  typealias Maker = (_ pairs: [String]) throws -> any Encodable

  /// The way to every listed method that takes settings by name.
  private static func maker(_ method: MethodEntry) -> Maker {
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
    case .classReconstruction: return { try registry.classAttacks.make(id, settings: settings($0)) }
    case .reconstruction: return { try registry.reconstructionAttacks.make(id, settings: settings($0)) }
    case .mechanism: return { try registry.mechanisms.make(id, settings: settings($0)) }
    }
  }

  private static func form(_ method: any Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(method), as: UTF8.self)
  }

  private static let listed = MethodRegistry.builtIn.entries

  /// An allowed value for every setting that must be given.
  private static func required(_ method: MethodEntry) throws -> [(name: String, value: String)] {
    try method.parameters.filter { $0.defaultValue == nil }.map {
      ($0.name, try #require($0.allowed.examples.first))
    }
  }

  @Test("Ids are unique within a family")
  func ids() {
    for (family, methods) in Dictionary(grouping: MethodRegistry.builtIn.entries, by: \.card.family) {
      #expect(Set(methods.map(\.id)).count == methods.count, "\(family)")
    }
  }

  @Test(
    "Every default is taken and changes nothing; an unknown setting is refused, and so is one that is missing",
    arguments: listed)
  func settings(method: MethodEntry) throws {
    let make = Self.maker(method)
    let required = try Self.required(method)
    let base = required.map { "\($0.name)=\($0.value)" }
    let standard = try Self.form(make(base))
    #expect(Set(method.parameters.map(\.name)).count == method.parameters.count)
    for one in method.parameters {
      guard let text = one.defaultValue else { continue }
      let found = Result { try Self.form(make(base + ["\(one.name)=\(text)"])) }
      #expect((try? found.get()) == standard, "\(method.id) \(one.name)=\(text): \(found)")
    }
    for (place, one) in required.enumerated() {
      var rest = base
      rest.remove(at: place)
      let error = #expect(throws: SettingError.self) { _ = try make(rest) }
      #expect(error?.description.contains("\(method.id) needs \(one.name)=") == true)
    }
    #expect(throws: SettingError.self) { _ = try make(base + ["no-such-setting=1"]) }
  }

  @Test("Allowed values are taken and change the method; others are refused with what is", arguments: listed)
  func ranges(method: MethodEntry) throws {
    let make = Self.maker(method)
    let required = try Self.required(method)
    let base = required.map { "\($0.name)=\($0.value)" }
    let standard = try Self.form(make(base))
    for one in method.parameters {
      let own = one.defaultValue ?? required.first { $0.name == one.name }?.value
      for value in one.allowed.examples {
        let changed = Result { try Self.form(make(base + ["\(one.name)=\(value)"])) }
        #expect((try? changed.get()) != nil, "\(method.id) \(one.name)=\(value): \(changed)")
        let isOwn = value == own || Double(value) == own.flatMap(Double.init) && Double(value) != nil
        if !isOwn { #expect((try? changed.get()) != standard, "\(method.id) \(one.name)=\(value)") }
      }
      for value in one.allowed.counterexamples {
        do {
          _ = try make(base + ["\(one.name)=\(value)"])
          Issue.record("\(method.id) took \(one.name)=\(value)")
        } catch let error as SettingError {
          #expect(error.description.contains("\(one.allowed)"))
        }
      }
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
