import Foundation
import Methods

extension Findings {
  /// The checks that all families share.
  mutating func checkCard<M: Method>(_ type: M.Type, family: MethodFamily) {
    let card = type.card
    expect(
      Self.isId(card.id),
      "the id '\(card.id)' is not lower-case letters, digits and single hyphens between them")
    expect(
      card.family == family,
      "the card says the family \(card.family.rawValue) and the method is a \(family.rawValue)")
    for (name, text) in [
      ("title", card.title), ("summary", card.summary), ("citation", card.citation), ("needs", card.needs),
    ] {
      expect(text.contains { !$0.isWhitespace }, "the card's \(name) is empty")
    }
    if family.isAttack || family == .guard || family == .queryDetector {
      expect(card.taxonomy != nil, "the card has no place in the threat catalogues; give it a taxonomy")
    }
    let names = type.settings.map(\.name)
    expect(Set(names).count == names.count, "two settings have the same name")
    for setting in type.settings {
      expect(
        setting.name.first?.isLetter == true && setting.name.allSatisfy { $0.isLetter || $0.isNumber },
        "the setting '\(setting.name)' is not named by letters and digits")
      expect(
        setting.meaning.contains { !$0.isWhitespace },
        "the setting '\(setting.name)' does not say what it means")
    }
    checkUnknownSetting(type)
    for setting in type.settings { check(setting, of: type) }
    if names.isEmpty, let form = form(type.init()) { checkRoundTrip(type, form, "the method") }
  }

  /// Whether a text is a name for the command line.
  private static func isId(_ id: String) -> Bool {
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isNumber || ($0.isLetter && $0.isLowercase)) }
    }
  }

  private mutating func checkUnknownSetting<M: Method>(_ type: M.Type) {
    var name = "unknown"
    while type.settings.contains(where: { $0.name == name }) { name += "x" }
    expect(configured(type, name, "1") == nil, "a setting that it does not have is taken")
  }

  /// The method with one setting; nil if that is refused.
  private func configured<M: Method>(_ type: M.Type, _ name: String, _ text: String) -> M? {
    guard let settings = try? MethodSettings(["\(name)=\(text)"]) else { return nil }
    return try? type.configured(settings)
  }

  private mutating func check<M: Method>(_ setting: Setting<M>, of type: M.Type) {
    let name = setting.name
    let standard = type.init()
    let initial = setting.described(in: standard).defaultValue ?? ""
    guard let standardForm = form(standard) else { return }
    if let again = configured(type, name, initial) {
      expect(
        form(again) == standardForm, "the default \(initial) of the setting '\(name)' changes the method")
    } else {
      note(
        "the default '\(initial)' of the setting '\(name)' is not among what it allows, \(setting.allowed)")
    }
    for text in setting.allowed.refusedTexts {
      expect(
        configured(type, name, text) == nil,
        "the setting '\(name)' takes '\(text)', which is not among what it allows, \(setting.allowed)")
    }
    checkRoundTrip(type, standardForm, "the method")
    checkChanges(setting, of: type, initial: initial, standardForm: standardForm)
  }

  /// Checks that what a setting allows changes it, and nothing else.
  private mutating func checkChanges<M: Method>(
    _ setting: Setting<M>, of type: M.Type, initial: String, standardForm: Data
  ) {
    let name = setting.name
    let standard = type.init()
    let texts = setting.allowed.acceptedTexts
    var hasChanged = false
    for text in texts {
      guard let changed = configured(type, name, text) else {
        note("the setting '\(name)' refuses '\(text)', which is among what it allows, \(setting.allowed)")
        continue
      }
      let value = setting.described(in: changed).defaultValue ?? ""
      guard value != initial else { continue }
      hasChanged = true
      guard let changedForm = form(changed) else { return }
      expect(changedForm != standardForm, "the setting '\(name)' is lost in JSON")
      checkRoundTrip(type, changedForm, "the method with \(name)=\(text)")
      if let again = configured(type, name, value) {
        expect(
          form(again) == changedForm, "the setting '\(name)' reads its own text '\(value)' as another value")
      } else {
        note("the setting '\(name)' writes '\(value)' and does not read that")
      }
      for other in type.settings where other.name != name {
        expect(
          other.described(in: changed).defaultValue == other.described(in: standard).defaultValue,
          "the setting '\(name)' changes the setting '\(other.name)' too")
      }
    }
    expect(hasChanged || texts.count < 2, "the setting '\(name)' cannot be changed")
  }

  /// The method as JSON with sorted keys.
  private mutating func form<M: Method>(_ method: M) -> Data? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return attempt("writing the method as JSON") { try encoder.encode(method) }
  }

  private mutating func checkRoundTrip<M: Method>(_ type: M.Type, _ data: Data, _ subject: String) {
    guard
      let again = attempt("reading \(subject) from JSON", { try JSONDecoder().decode(type, from: data) })
    else { return }
    expect(form(again) == data, "\(subject) does not come back from JSON as it was")
  }
}

extension AllowedValues {
  /// Texts of values that are allowed, at the ends and inside; none where words alone say what is allowed.
  var acceptedTexts: [String] {
    switch self {
    case .numbers(let range): return range.acceptedValues.map { "\($0)" }
    case .wholes(let range):
      let next = range.lowerBound < range.upperBound ? [range.lowerBound + 1, range.upperBound] : []
      return ([range.lowerBound] + next).map { "\($0)" }
    case .words(let words): return words
    case .list(let values): return values.acceptedTexts.map { "[\($0)]" }
    case .text: return []
    }
  }

  /// Texts that are not allowed; none where words alone say what is.
  var refusedTexts: [String] {
    switch self {
    case .numbers(let range): return range.refusedValues.map { "\($0)" } + ["nan", "inf", "many"]
    case .wholes(let range):
      let (below, hasNone) = range.lowerBound.subtractingReportingOverflow(1)
      let (above, hasNoMore) = range.upperBound.addingReportingOverflow(1)
      return (hasNone ? [] : ["\(below)"]) + (hasNoMore ? [] : ["\(above)"]) + ["0.5", "many"]
    case .words(let words): return [words.joined() + "x"]
    case .list(let values): return values.refusedTexts.map { "[\($0)]" }
    case .text: return []
    }
  }
}

extension NumberRange {
  /// The ends that belong to the range, and two numbers inside.
  fileprivate var acceptedValues: [Double] {
    let inside =
      upper < .infinity
      ? [lower + (upper - lower) / 4, lower + (upper - lower) / 2]
      : [lower + Swift.max(abs(lower), 1), lower + 2 * Swift.max(abs(lower), 1)]
    return ((includesLower ? [lower] : []) + inside + (includesUpper ? [upper] : [])).filter(contains)
  }

  /// The nearest numbers outside.
  fileprivate var refusedValues: [Double] {
    [includesLower ? lower.nextDown : lower, includesUpper ? upper.nextUp : upper].filter { !contains($0) }
  }
}
