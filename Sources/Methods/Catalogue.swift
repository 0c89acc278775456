/// The methods of a family, to which anybody can add.
///
/// A catalogue is a value: a program starts with the built-in one of each family, adds its own methods and hands it
/// on.
public struct Catalogue<Element: Sendable>: Sendable {
  private struct Item: Sendable {
    let entry: MethodEntry
    let standard: Element
    let make: @Sendable (MethodSettings) throws -> Element
  }

  /// Methods that are not listed one by one.
  private struct Form: Sendable {
    let prefix: String
    let entry: MethodEntry
    let make: @Sendable (_ rest: String, MethodSettings) throws -> Element
  }

  private var items: [Item] = []
  private var forms: [Form] = []
  /// What a method of the catalogue is called in messages, such as `attack`.
  public let noun: String

  /// An empty catalogue.
  public init(of noun: String) { self.noun = noun }

  /// Adds a method, in place of one with the same id.
  ///
  /// - Parameter element: the method as an element of the catalogue.
  public mutating func add<M: Method>(_ type: M.Type, as element: @escaping @Sendable (M) -> Element) {
    let item = Item(entry: type.entry, standard: element(M())) {
      element(try type.configured($0))
    }
    if let place = items.firstIndex(where: { $0.entry.id == item.entry.id }) {
      items[place] = item
    } else {
      items.append(item)
    }
  }

  /// Takes every id that begins with a prefix, such as `exec:`, for a method that is made of the rest of it.
  ///
  /// - Parameters:
  ///   - prefix: how such ids begin; also a text for ``make(specification:)``, which then has no settings.
  ///   - entry: the entry that stands for all of them in lists, with an id such as `exec:PROGRAM`.
  ///   - make: the method that the rest of an id names.
  public mutating func add(
    prefix: String, listedAs entry: MethodEntry,
    make: @escaping @Sendable (_ rest: String, MethodSettings) throws -> Element
  ) {
    forms.removeAll { $0.prefix == prefix }
    forms.append(Form(prefix: prefix, entry: entry, make: make))
  }

  /// The entries that stand for ids with a prefix.
  public var openEntries: [MethodEntry] { forms.map(\.entry) }

  /// Whether an id begins with a prefix that was added.
  public func isOpen(_ id: String) -> Bool { form(id) != nil }

  private func form(_ id: String) -> Form? { forms.first { id.hasPrefix($0.prefix) } }

  /// Cards with settings, in the order in which they are listed.
  public var entries: [MethodEntry] { items.map(\.entry) }

  /// Ids, in the order in which they are listed.
  public var ids: [String] { items.map(\.entry.id) }

  /// Every method that needs no setting, with its defaults, in the order in which they are listed.
  public var methods: [Element] {
    items.filter { $0.entry.parameters.allSatisfy { $0.defaultValue != nil } }.map(\.standard)
  }

  /// The method with an id, and settings over its defaults.
  ///
  /// - Throws: ``MethodError``, or ``SettingError`` for settings that do not fit.
  public func make(_ id: String, settings: MethodSettings = .none) throws -> Element {
    if let form = form(id) { return try form.make(String(id.dropFirst(form.prefix.count)), settings) }
    guard let item = items.first(where: { $0.entry.id == id }) else {
      throw MethodError.unknown(id, noun: noun, known: ids + openEntries.map(\.id))
    }
    return try item.make(settings)
  }

  /// The method that a text such as `rounding:decimals=3` or `reverse-sigmoid:beta=1,gamma=0.1` names.
  ///
  /// - Throws: as ``make(_:settings:)``.
  public func make(specification text: String) throws -> Element {
    if isOpen(text) { return try make(text) }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let pairs = parts.count > 1 ? parts[1].split(separator: ",").map(String.init) : []
    return try make(String(parts[0]), settings: try MethodSettings(pairs))
  }
}

/// Why a catalogue has no such method.
public enum MethodError: Error, Hashable, CustomStringConvertible {
  /// No method has the id.
  case unknown(String, noun: String, known: [String])

  public var description: String {
    switch self {
    case .unknown(let id, let noun, let known):
      "no \(noun) is called '\(id)'; known are \(known.joined(separator: ", "))"
    }
  }
}
