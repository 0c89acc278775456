/// What of a request is let through beside the parts that its form names: members of a body, and items of a query.
///
/// A service may know more than its form tells. What it is asked for besides could open its answers past guards and
/// detectors, which look at known places only, and what could hold further rows would be counted by nobody.
struct PassedFields: Sendable {
  /// Most bytes of a text that is let through.
  private static let longest = 200
  /// Signs that stand between values in a list, or begin and end one.
  private static let listSigns: Set<Character> = [",", ";", "|", "[", "]", "{", "}", "<", ">", "=", "&"]

  /// Names that are let through whatever they hold.
  let names: Set<String>
  /// Whether other single values are let through, as the name of a request is.
  let takesSingles: Bool

  /// - Throws: ``APIError`` 422 for what is not let through.
  func check(_ name: String, _ value: JSON) throws(APIError) {
    if names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) { return }
    let told = "'\(name.prefix(60))'"
    guard value.isSingle else { throw .unfit("\(told) is \(value.kind) and no part of a request here") }
    guard takesSingles else { throw .unfit("\(told) is no part of a request here") }
    if case .string(let text) = value, Self.mayHoldRows(text) {
      throw .unfit("\(told) is a text that may hold a list, and no part of a request here")
    }
  }

  /// Whether a text may hold rows of values: it is long, has line breaks or signs of a list, or two numbers.
  static func mayHoldRows(_ text: String) -> Bool {
    if text.utf8.count > longest || text.utf8.contains(where: { $0 < 32 }) { return true }
    if text.contains(where: { listSigns.contains($0) || $0.isNewline }) { return true }
    return text.split(whereSeparator: \.isWhitespace).count { Double($0) != nil } > 1
  }
}
