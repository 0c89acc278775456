/// Decimal text for tables, figures and sentences, the same on every platform and in every locale.
///
/// All three forms round the shortest decimal number that reads back as the same `Double` (what Swift prints),
/// with halves away from zero, so 0.125 with two digits is `0.13` and never depends on its binary remainder.
/// A value that is not a number is `n/a`, an infinity is `∞`, and a result of zero has no sign.
extension Double {
  /// With exactly `digits` decimals: `2.0.fixed(3)` is `2.000`.
  public func fixed(_ digits: Int) -> String {
    precondition(digits >= 0, "a number has no negative count of decimals")
    guard isFinite else { return nonFiniteText }
    return DecimalDigits(self).rounded(toPlaces: digits).plainText(places: digits)
  }

  /// With `digits` significant digits and trailing zeros kept: `0.0312.significant(2)` is `0.031`.
  ///
  /// Numbers below 0.0001 or from 10^9 on are written with an exponent, as in `1.234e-7`.
  public func significant(_ digits: Int = 4) -> String {
    precondition(digits >= 1, "a number needs at least one significant digit")
    guard isFinite else { return nonFiniteText }
    guard self != 0 else { return "0" }
    let decimal = DecimalDigits(self)
    let rounded = decimal.rounded(toPlaces: digits - decimal.pointPosition)
    let magnitude = rounded.pointPosition - 1
    if magnitude < -4 || magnitude >= 9 {
      return rounded.mantissaText(digits: digits) + "e\(magnitude)"
    }
    return rounded.plainText(places: Swift.max(0, digits - 1 - magnitude))
  }

  /// As a share of one in percent: `0.7506.percent(2)` is `75.06 %`.
  public func percent(_ digits: Int = 1) -> String {
    guard isFinite else { return nonFiniteText }
    return DecimalDigits(self).shifted(by: 2).rounded(toPlaces: digits).plainText(places: digits) + " %"
  }

  private var nonFiniteText: String { isNaN ? "n/a" : (self < 0 ? "-∞" : "∞") }
}

extension Int {
  /// With thin groups of three digits: `12 345`, in the form that no country reads as a decimal sign.
  public var grouped: String {
    let digits = Array(String(magnitude))
    var text = self < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append("\u{202F}") }
      text.append(digit)
    }
    return text
  }
}

/// The decimal digits of a finite number: `0.d₁d₂d₃… · 10^pointPosition`.
private struct DecimalDigits {
  var isNegative: Bool
  var digits: [UInt8]
  var pointPosition: Int

  /// Reads the digits from the shortest decimal form.
  init(_ value: Double) {
    isNegative = value < 0
    digits = []
    var exponent = 0
    var fraction = 0
    var isInFraction = false
    let parts = value.magnitude.description.split(separator: "e")
    for byte in parts[0].utf8 {
      if byte == UInt8(ascii: ".") {
        isInFraction = true
      } else {
        digits.append(byte - UInt8(ascii: "0"))
        if isInFraction { fraction += 1 }
      }
    }
    if parts.count > 1 { exponent = Int(parts[1]) ?? 0 }
    pointPosition = digits.count - fraction + exponent
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    pointPosition -= zeros
  }

  func shifted(by places: Int) -> DecimalDigits {
    var copy = self
    copy.pointPosition += places
    return copy
  }

  /// Rounded so that nothing is left beyond `places` decimals.
  func rounded(toPlaces places: Int) -> DecimalDigits {
    let kept = pointPosition + places
    guard kept < digits.count else { return self }
    var copy = self
    guard kept >= 0 else {
      copy.digits = []
      return copy
    }
    copy.digits = Array(digits[..<kept])
    guard digits[kept] >= 5 else { return copy }
    var index = kept - 1
    while index >= 0, copy.digits[index] == 9 {
      copy.digits[index] = 0
      index -= 1
    }
    if index >= 0 {
      copy.digits[index] += 1
    } else {
      copy.digits.insert(1, at: 0)
      copy.pointPosition += 1
    }
    return copy
  }

  /// The digit in front of the weight `10^power`.
  private func digit(ofPower power: Int) -> UInt8 {
    let index = pointPosition - 1 - power
    return digits.indices.contains(index) ? digits[index] : 0
  }

  private func text(powers: some Sequence<Int>) -> String {
    String(decoding: powers.map { digit(ofPower: $0) + UInt8(ascii: "0") }, as: UTF8.self)
  }

  private var sign: String { isNegative && digits.contains { $0 != 0 } ? "-" : "" }

  func plainText(places: Int) -> String {
    let whole = text(powers: stride(from: Swift.max(pointPosition - 1, 0), through: 0, by: -1))
    guard places > 0 else { return sign + whole }
    return sign + whole + "." + text(powers: stride(from: -1, through: -places, by: -1))
  }

  func mantissaText(digits count: Int) -> String {
    let first = text(powers: CollectionOfOne(pointPosition - 1))
    guard count > 1 else { return sign + first }
    let rest = stride(from: pointPosition - 2, through: pointPosition - count, by: -1)
    return sign + first + "." + text(powers: rest)
  }
}
