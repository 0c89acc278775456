/// How a column writes its numbers where that is not the way of programs: a decimal comma, thousands that stand
/// apart, a sign of currency or percent.
struct NumberConvention: Sendable, Hashable {
  /// The mark before the fraction.
  var decimal = UInt8(ascii: ".")
  /// What stands between groups of three digits; a blank stands for those that do not break too.
  var thousands: UInt8?
  /// Whether signs of currency and percent may stand around a number.
  var takesUnits = false

  /// Numbers as programs write them.
  static let plain = NumberConvention()

  /// The ways that are tried to explain texts.
  static let usual: [NumberConvention] = [
    (".", nil), (",", "."), (".", ","), (".", " "), (",", " "), (".", "'"),
  ].map { (decimal: Unicode.Scalar, thousands: Unicode.Scalar?) in
    NumberConvention(
      decimal: UInt8(ascii: decimal), thousands: thousands.map { UInt8(ascii: $0) }, takesUnits: true)
  }

  /// Signs that may stand before or behind a number; a sign that ends another comes later.
  private static let units = [
    "US$", "R$", "C$", "A$", "$", "€", "£", "¥", "₹", "%", "CHF", "USD", "EUR", "GBP",
  ]

  /// Whether a text is a number in one of the usual ways.
  static func isNumber(_ text: String) -> Bool {
    if plainValue(text) != nil { return true }
    let bytes = text.utf8
    return bytes.count < 64 && bytes.contains(where: isDigit) && bytes.allSatisfy(mayStandInNumber)
      && usual.contains { $0.number(text) != nil }
  }

  /// Whether a byte may stand in a number in one of the usual ways: no letter does but in a unit or an exponent.
  private static func mayStandInNumber(_ byte: UInt8) -> Bool {
    let isLetter = (65...90).contains(byte & 0xDF) && byte < 0x80
    return !isLetter || byte == UInt8(ascii: "e") || unitLetters.contains(byte)
  }

  /// The letters of ``units`` and of exponents.
  private static let unitLetters = Set((units.joined() + "E").utf8)

  /// The number that a text spells in full; nil for another text.
  func number(_ text: String) -> Double? {
    if self == .plain { return Self.plainValue(text) }
    return plain(text).flatMap(Self.value)
  }

  /// A number as programs write it, or typeset: with a minus sign that is no hyphen, between blanks that do not break.
  private static func plainValue(_ text: String) -> Double? {
    if let value = value(text) { return value }
    guard text.utf8.count < 64, text.utf8.contains(where: { $0 >= 0x80 }) else { return nil }
    return value(typed(text[...]))
  }

  /// A text without blanks around it, with a hyphen for its minus sign.
  private static func typed(_ text: Substring) -> String {
    var body = text.drop { $0.isWhitespace }
    while body.last?.isWhitespace == true { body = body.dropLast() }
    return body.first == "−" ? "-" + body.dropFirst() : String(body)
  }

  /// The number in the way of programs; nil if its groups are no thousands or the point stands for nothing. Whether
  /// the rest are digits is not looked at.
  func plain(_ text: String) -> String? {
    guard takesUnits else { return digits(text[...]) }
    var (body, sign) = (Self.typed(text[...])[...], "")
    // Bookkeepers put what is below zero in parentheses.
    if body.first == "(", body.last == ")", body.dropFirst().first.map({ $0 != "-" && $0 != "+" }) ?? false {
      (body, sign) = (body.dropFirst().dropLast(), "-")
    } else if body.first == "-", let next = body.dropFirst().first, !next.isNumber, next != "." {
      (body, sign) = (body.dropFirst(), "-")
    }
    body = body.drop { $0.isWhitespace }
    if let unit = Self.units.first(where: { body.hasPrefix($0) }) { body = body.dropFirst(unit.count) }
    body = body.drop { $0.isWhitespace }
    if let unit = Self.units.first(where: { body.hasSuffix($0) }) { body = body.dropLast(unit.count) }
    while body.last?.isWhitespace == true { body = body.dropLast() }
    return digits(body).map { sign + $0 }
  }

  /// Groups joined and the decimal mark made a point.
  private func digits(_ body: Substring) -> String? {
    let blank = UInt8(ascii: " ")
    let bytes =
      thousands == blank
      ? Array(String(body.map { $0.isWhitespace ? " " : $0 }).utf8) : Array(body.utf8)
    let end = bytes.firstIndex(of: decimal) ?? bytes.count
    var whole = Array(bytes[..<end])
    let fraction = bytes[end...].dropFirst()
    if let thousands, whole.contains(thousands) {
      var groups = whole.split(separator: thousands, omittingEmptySubsequences: false)
      let first = groups.removeFirst()
      let head =
        first.first == UInt8(ascii: "-") || first.first == UInt8(ascii: "+") ? first.dropFirst() : first
      // Groups of three; in India all but the last have two.
      let size = groups.count > 1 ? groups[0].count : 3
      guard (1...3).contains(head.count), head.allSatisfy(Self.isDigit),
        size == 3 || size == 2 && head.count < 3,
        groups.last?.count == 3, groups.dropLast().allSatisfy({ $0.count == size }),
        groups.allSatisfy({ $0.allSatisfy(Self.isDigit) })
      else { return nil }
      whole.removeAll { $0 == thousands }
    }
    // The point is no part of a number where another mark stands for it.
    let point = UInt8(ascii: ".")
    if decimal != point, whole.contains(point) || fraction.contains(point) { return nil }
    return String(decoding: end < bytes.count ? whole + [point] + fraction : whole, as: UTF8.self)
  }

  /// A number in this way, from the way of programs; thousands stand apart again.
  func text(_ plain: String) -> String {
    let parts = plain.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    var whole = String(parts.first ?? "")
    if let thousands, whole.utf8.allSatisfy({ Self.isDigit($0) || $0 == UInt8(ascii: "-") }) {
      let sign = whole.hasPrefix("-") ? "-" : ""
      let digits = Array(whole.dropFirst(sign.count))
      whole = sign
      for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place).isMultiple(of: 3) {
          whole.unicodeScalars.append(Unicode.Scalar(thousands))
        }
        whole.append(digit)
      }
    }
    guard parts.count > 1 else { return whole }
    return whole + String(Character(Unicode.Scalar(decimal))) + parts[1]
  }

  /// Whether the marks of a text stand as between thousands: behind one to three digits, before groups of three.
  static func isGrouped(_ text: String, by mark: UInt8) -> Bool {
    let parts = text.drop { $0 == "-" || $0 == "+" }.utf8
      .split(separator: mark, omittingEmptySubsequences: false)
    return parts.count > 1 && (1...3).contains(parts[0].count)
      && parts.allSatisfy { $0.allSatisfy(isDigit) } && parts.dropFirst().allSatisfy { $0.count == 3 }
  }

  /// The options by which some ways read texts as numbers.
  ///
  /// - Parameter column: the column whose kind alone says enough; nil where the ways differ.
  static func options(for texts: [String], _ ways: [NumberConvention], column: String?) -> [String] {
    var options: [String] = []
    for way in ways {
      var words: [String] = []
      if let thousands = way.thousands, texts.contains(where: { $0.utf8.contains(thousands) }) {
        words.append("--thousands '\(Character(Unicode.Scalar(thousands)))'")
      }
      if way.decimal == UInt8(ascii: ","), texts.contains(where: { $0.utf8.contains(way.decimal) }) {
        words.append("--decimal ,")
      }
      let option = words.joined(separator: " ")
      if !words.isEmpty, !options.contains(option) { options.append(option) }
    }
    return options + (column.map { ["--kinds '\($0)=numeric'"] } ?? [])
  }

  /// The options by which a text is a number in another way than that of programs.
  static func options(for text: String, column: String) -> [String] {
    let ways = usual.filter { $0.number(text) != nil }
    guard !ways.isEmpty else { return [] }
    let isClear = Set(ways.map { $0.number(text) }).count == 1
    return options(for: [text], ways, column: isClear ? column : nil)
  }

  /// A finite number as programs write it.
  static func value(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { DecimalNumber.value($0[...]) }.flatMap { $0.isFinite ? $0 : nil }
  }

  /// Whether a double holds every digit of a whole number.
  static func isExact(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { DecimalNumber.isExact($0[...]) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
}
