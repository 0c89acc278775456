/// A type that a setting can have: it is read from text and written as the text that is read back.
public protocol SettingValue: Sendable {
  /// The value that a text stands for; nil for other texts.
  init?(settingText text: String)
  /// The text that stands for the value.
  var settingText: String { get }
}

extension Bool: SettingValue {
  public init?(settingText text: String) { self.init(text) }
  public var settingText: String { description }
}

extension Int: SettingValue {
  /// A whole number, which may be written as `1e3` or `5.0`.
  public init?(settingText text: String) {
    if let value = Int(text) {
      self = value
    } else if let number = Double(text), let value = Int(exactly: number) {
      self = value
    } else {
      return nil
    }
  }

  public var settingText: String { description }
}

extension Double: SettingValue {
  public init?(settingText text: String) {
    guard let value = Double(text), value.isFinite else { return nil }
    self = value
  }

  public var settingText: String { NumberRange.text(self) }
}

extension String: SettingValue {
  /// The text itself, or what stands between double quotes.
  public init?(settingText text: String) {
    let isQuoted = text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"")
    self = isQuoted ? String(text.dropFirst().dropLast()) : text
  }

  public var settingText: String { isEmpty ? "\"\"" : self }
}

extension Array: SettingValue where Element: SettingValue {
  /// Values separated by commas, in square brackets or without.
  public init?(settingText text: String) {
    let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
    let inside = isBracketed ? text.dropFirst().dropLast() : text[...]
    var values: [Element] = []
    for part in inside.split(separator: ",") {
      guard let value = Element(settingText: String(part.drop { $0 == " " })) else { return nil }
      values.append(value)
    }
    self = values
  }

  public var settingText: String { "[" + map(\.settingText).joined(separator: ",") + "]" }
}
