/// One setting of a method: a property of it, with its name on the command line, its meaning and its allowed values.
public struct Setting<Owner: Sendable>: Sendable {
  /// Name as written on the command line.
  public let name: String
  /// What it does, with its unit.
  public let meaning: String
  /// Allowed values.
  public let allowed: AllowedValues
  private let read: @Sendable (Owner) -> String?
  private let write: @Sendable (inout Owner, String) -> Bool

  private init(
    name: String, meaning: String, allowed: AllowedValues, read: @escaping @Sendable (Owner) -> String?,
    write: @escaping @Sendable (inout Owner, String) -> Bool
  ) {
    self.name = name
    self.meaning = meaning
    self.allowed = allowed
    self.read = read
    self.write = write
  }

  private init<Value: SettingValue>(
    _ name: String, _ property: any WritableKeyPath<Owner, Value> & Sendable, _ meaning: String,
    _ allowed: AllowedValues, _ isAllowed: @escaping @Sendable (Value) -> Bool
  ) {
    self.init(
      name: name, meaning: meaning, allowed: allowed, read: { $0[keyPath: property].settingText },
      write: { owner, text in
        guard let value = Value(settingText: text), isAllowed(value) else { return false }
        owner[keyPath: property] = value
        return true
      })
  }

  /// A value that must be given, nil until it is.
  private init<Value: SettingValue>(
    _ name: String, required property: any WritableKeyPath<Owner, Value?> & Sendable, _ meaning: String,
    _ allowed: AllowedValues, _ isAllowed: @escaping @Sendable (Value) -> Bool
  ) {
    self.init(
      name: name, meaning: meaning, allowed: allowed, read: { $0[keyPath: property]?.settingText },
      write: { owner, text in
        guard let value = Value(settingText: text), isAllowed(value) else { return false }
        owner[keyPath: property] = value
        return true
      })
  }

  /// The setting with its value in a method; nil for one that must be given and is not.
  public func described(in owner: Owner) -> MethodEntry.Parameter {
    MethodEntry.Parameter(name: name, meaning: meaning, allowed: allowed, defaultValue: read(owner))
  }

  /// Whether a method has a value of the setting; false only for one that must be given.
  func isGiven(in owner: Owner) -> Bool { read(owner) != nil }

  /// Puts the value that a text stands for into a method; false if it is none, or not an allowed one.
  func set(_ owner: inout Owner, to text: String) -> Bool { write(&owner, text) }

  /// The setting of a part of a method as one of the whole.
  public func of<Whole: Sendable>(_ part: any WritableKeyPath<Whole, Owner> & Sendable) -> Setting<Whole> {
    Setting<Whole>(
      name: name, meaning: meaning, allowed: allowed, read: { [read] in read($0[keyPath: part]) },
      write: { [write] whole, text in write(&whole[keyPath: part], text) })
  }
}

extension Setting {
  /// A whole number from one to another.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Int> & Sendable, _ meaning: String,
    in range: ClosedRange<Int>
  ) {
    self.init(name, property, meaning, .wholes(range)) { range.contains($0) }
  }

  /// A whole number from one up.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Int> & Sendable, _ meaning: String,
    in range: PartialRangeFrom<Int>
  ) {
    self.init(name, property, meaning, in: range.lowerBound...AllowedValues.largestWhole)
  }

  /// A number in a range.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Double> & Sendable, _ meaning: String,
    in range: NumberRange
  ) {
    self.init(name, property, meaning, .numbers(range)) { range.contains($0) }
  }

  /// A number from one to another.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Double> & Sendable, _ meaning: String,
    in range: ClosedRange<Double>
  ) {
    self.init(name, property, meaning, in: NumberRange.within(range))
  }

  /// A number from one up to another, which is left out.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Double> & Sendable, _ meaning: String,
    in range: Range<Double>
  ) {
    self.init(name, property, meaning, in: NumberRange.within(range))
  }

  /// A number from one up.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Double> & Sendable, _ meaning: String,
    in range: PartialRangeFrom<Double>
  ) {
    self.init(name, property, meaning, in: NumberRange.from(range.lowerBound))
  }

  /// A whole number from one to another that must be given: the property is nil until it is.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Int?> & Sendable, _ meaning: String,
    in range: ClosedRange<Int>
  ) {
    self.init(name, required: property, meaning, .wholes(range)) { range.contains($0) }
  }

  /// A number in a range that must be given: the property is nil until it is.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Double?> & Sendable, _ meaning: String,
    in range: NumberRange
  ) {
    self.init(name, required: property, meaning, .numbers(range)) { range.contains($0) }
  }

  /// A list of numbers, each in a range.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, [Double]> & Sendable, _ meaning: String,
    each range: NumberRange
  ) {
    self.init(name, property, meaning, .list(.numbers(range))) { $0.allSatisfy(range.contains) }
  }

  /// A list of whole numbers, each in a range.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, [Int]> & Sendable, _ meaning: String,
    each range: ClosedRange<Int>
  ) {
    self.init(name, property, meaning, .list(.wholes(range))) { $0.allSatisfy(range.contains) }
  }

  /// Yes or no.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Bool> & Sendable, _ meaning: String
  ) {
    self.init(name, property, meaning, .words(["true", "false"])) { _ in true }
  }

  /// One of the words of a type.
  ///
  /// - Parameter words: the ones that are allowed; nil for all.
  public init<Word: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ property: any WritableKeyPath<Owner, Word> & Sendable, _ meaning: String,
    only words: [Word]? = nil
  ) where Word.RawValue == String {
    let texts = (words ?? Array(Word.allCases)).map(\.rawValue)
    self.init(
      name: name, meaning: meaning, allowed: .words(texts),
      read: { $0[keyPath: property].rawValue },
      write: { owner, text in
        guard texts.contains(text), let word = Word(rawValue: text) else { return false }
        owner[keyPath: property] = word
        return true
      })
  }

  /// A list of words of a type.
  public init<Word: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ property: any WritableKeyPath<Owner, [Word]> & Sendable, _ meaning: String
  ) where Word.RawValue == String {
    self.init(
      name: name, meaning: meaning, allowed: .list(.words(Word.allCases.map(\.rawValue))),
      read: { $0[keyPath: property].map(\.rawValue).settingText },
      write: { owner, text in
        guard let texts = [String](settingText: text) else { return false }
        let words = texts.compactMap { Word(rawValue: $0) }
        guard words.count == texts.count else { return false }
        owner[keyPath: property] = words
        return true
      })
  }

  /// One of some words, such as the ids of a catalogue.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, String> & Sendable, _ meaning: String,
    words: [String]
  ) {
    self.init(name, property, meaning, .words(words)) { words.contains($0) }
  }

  /// Any value that can be read, whose kind `allowed` says in words.
  public init<Value: SettingValue>(
    _ name: String, _ property: any WritableKeyPath<Owner, Value> & Sendable, _ meaning: String,
    allowed: String
  ) {
    self.init(name, property, meaning, .text(allowed)) { _ in true }
  }
}
