import Foundation
import Learning
import Poisoning
import Stealing
import Testing

@testable import Inversion
@testable import bezoar

/// What `bezoar list` shows of a method is what the command line takes.
@Suite("Listed settings")
struct ListedSettingsTests {
  /// A method with settings, from its catalogue.
  typealias Maker = (_ pairs: [String]) throws -> any Encodable

  /// The way to every listed method that takes settings by name.
  private static func maker(_ card: MethodCard) -> Maker? {
    func settings(_ pairs: [String]) throws -> MethodSettings { try MethodSettings(pairs) }
    if AttackCatalogue.all.contains(where: { $0.card == card }) {
      return { try AttackCatalogue.make(card.id, settings: settings($0)) }
    }
    if DefenceCatalogue.all.contains(where: { $0.card == card }) {
      return { try DefenceCatalogue.make(card.id, settings: settings($0)) }
    }
    if ExtractionCatalogue.all.contains(where: { $0.card == card }) {
      return { try ExtractionCatalogue.make(card.id, settings: settings($0)) }
    }
    if GuardCatalogue.all.contains(where: { $0.card == card }) {
      return { try GuardCatalogue.make(card.id, settings: settings($0)) }
    }
    if DetectorCatalogue.all.contains(where: { $0.card == card }) {
      return { try DetectorCatalogue.make(card.id, settings: settings($0)) }
    }
    if InversionCatalogue.all.contains(where: { $0.card == card }) {
      return { try InversionCatalogue.make(card.id, settings: settings($0)) }
    }
    if MembershipCatalogue.all.contains(where: { $0.card == card }) {
      return { try MembershipCatalogue.make(card.id, settings: settings($0)) }
    }
    if ModelCatalogue.cards.contains(card) {
      return { pairs in
        switch try ModelCatalogue.recipe(card.id, settings: settings(pairs)) {
        case .classifier(let recipe): recipe
        case .regressor(let recipe): recipe
        }
      }
    }
    if card == MIFace.card { return { try settings($0).applied(to: MIFace(), card: card) } }
    if card == InformedAdversary.card {
      return { try RowReconstruction.settings($0, over: InformedAdversary.Settings()) }
    }
    return nil
  }

  private static func form(_ method: any Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(method), as: UTF8.self)
  }

  private static func names(_ form: String) throws -> Set<String> {
    let object = try JSONSerialization.jsonObject(with: Data(form.utf8)) as? [String: Any]
    return Set(object.map { Array($0.keys) } ?? [])
  }

  /// Cards with settings of their own words are tested below.
  private static let listed = ListCommand.all.filter { card in
    card != DeletionAttack.card && !PrivateSettings.Mechanism.allCases.contains { $0.card == card }
  }

  @Test("Every listed setting exists and no other one, and every default is the default", arguments: listed)
  func settings(card: MethodCard) throws {
    let make = try #require(Self.maker(card), "\(card.id) comes from no catalogue")
    let standard = try Self.form(make([]))
    #expect(try Self.names(standard) == Set(card.parameters.map(\.name)), "\(card.id)")
    #expect(Set(card.parameters.map(\.name)).count == card.parameters.count)
    for one in card.parameters {
      let found = Result { try Self.form(make(["\(one.name)=\(one.defaultValue)"])) }
      #expect((try? found.get()) == standard, "\(card.id) \(one.name)=\(one.defaultValue): \(found)")
    }
    #expect(throws: MethodSettingsError.self) { _ = try make(["no-such-setting=1"]) }
  }

  @Test(
    "Every listed word is taken and no other one; numbers are taken to the ends of ranges", arguments: listed)
  func ranges(card: MethodCard) throws {
    let make = try #require(Self.maker(card), "\(card.id) comes from no catalogue")
    for one in card.parameters {
      func isTaken(_ value: String) -> Bool { (try? make(["\(one.name)=\(value)"])) != nil }
      if one.range.contains("|") {
        for listed in one.range.split(separator: "|").map(String.init) {
          // A word with a number in brackets is shown with one by the default.
          let word = listed.contains("(") ? one.defaultValue : listed
          #expect(isTaken(word), "\(card.id) \(one.name)=\(word)")
        }
        #expect(!isTaken("no-such-word"), "\(card.id) \(one.name)")
      }
      guard let range = Bounds(one.range) else { continue }
      #expect(isTaken(range.inside), "\(card.id) \(one.name)=\(range.inside)")
      for outside in range.outside {
        #expect(!isTaken(outside), "\(card.id) \(one.name)=\(outside)")
      }
    }
  }

  /// A range of numbers as a card writes it.
  private struct Bounds {
    /// The lower end where it belongs to the range, else a number above it.
    let inside: String
    /// Numbers beyond the ends.
    let outside: [String]

    init?(_ text: String) {
      if text.hasPrefix("> "), let bound = Double(text.dropFirst(2)) {
        (inside, outside) = ("\(bound + 1)", [Self.text(bound), Self.text(bound - 1)])
        return
      }
      guard let match = text.wholeMatch(of: /([0-9.e-]*[0-9])(<?)\.\.[.<]?<?([0-9.e-]*)/),
        let low = Double(match.1)
      else { return nil }
      let isOpen = !match.2.isEmpty
      let high = Double(match.3)
      inside = isOpen ? Self.text(high.map { (low + $0) / 2 } ?? low + 1) : Self.text(low)
      outside =
        (isOpen ? [Self.text(low)] : []) + [Self.text(low - 1)] + (high.map { [Self.text($0 + 1)] } ?? [])
    }

    private static func text(_ value: Double) -> String {
      value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    }
  }

  @Test(
    "Private mechanisms: every listed setting and no other one", arguments: PrivateSettings.Mechanism.allCases
  )
  func mechanisms(mechanism: PrivateSettings.Mechanism) throws {
    let card = mechanism.card
    #expect(ListCommand.all.contains(card))
    let required = ["epsilon": "1", "delta": "1e-6", "rows": "1000"]
    let must = card.parameters.filter { $0.defaultValue == PrivateSettings.Mechanism.required }
    let base = ["mechanism=\(card.id)"] + must.map { "\($0.name)=\(required[$0.name] ?? "")" }
    let standard = try PrivateSettings(base.joined(separator: ","))
    for one in must {
      let without = base.filter { !$0.hasPrefix("\(one.name)=") }.joined(separator: ",")
      #expect(throws: PrivateTrainingError.self) { _ = try PrivateSettings(without) }
    }
    for one in card.parameters where one.defaultValue != PrivateSettings.Mechanism.required {
      let given = try PrivateSettings((base + ["\(one.name)=\(one.defaultValue)"]).joined(separator: ","))
      #expect(try Self.meaning(given) == Self.meaning(standard), "\(card.id) \(one.name)")
      for word in one.range.split(separator: "|").map(String.init) where one.range.contains("|") {
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
