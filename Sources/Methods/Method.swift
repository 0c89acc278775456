/// A method of the lab: an attack, a defence, a guard, a detector, a private mechanism or a learner.
///
/// One method is one file: a struct whose stored properties are its settings, a ``MethodCard``, and the work that the
/// protocol of its family asks for. Every setting is declared once, in ``settings``; the command line, its help and
/// checks, the documents and the conformance tests are made from that.
public protocol Method: Sendable, Codable {
  /// Identity, source and family.
  static var card: MethodCard { get }
  /// What can be set; nothing by default.
  static var settings: [Setting<Self>] { get }
  /// The method with its default settings; those that must be given are nil.
  init()
  /// The card of this method: that of its type, but for one that is a program of somebody.
  var card: MethodCard { get }
  /// The card of this method with its settings; as ``card``.
  var entry: MethodEntry { get }
}

extension Method {
  public static var settings: [Setting<Self>] { [] }

  public var card: MethodCard { Self.card }

  public var entry: MethodEntry { Self.entry }

  /// The card with the settings and their defaults, as lists and documents show it.
  public static var entry: MethodEntry {
    let standard = Self()
    return MethodEntry(card, settings: settings.map { $0.described(in: standard) })
  }

  /// The method with settings put over its defaults.
  ///
  /// - Throws: ``SettingError`` for an unknown name, a value of the wrong type, one that is not allowed, and a setting
  ///   that must be given and is not.
  public static func configured(_ settings: MethodSettings) throws(SettingError) -> Self {
    try settings.applied(to: Self())
  }
}
