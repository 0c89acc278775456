#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Reads decimal numbers from bytes, correctly rounded.
enum DecimalNumber {
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
  ]

  /// The number that the bytes spell in full, or nil; `inf` and overflow give an infinite number.
  ///
  /// Up to 15 digits with a power of ten up to 22 are exact in one division or product (Clinger 1990, "How to
  /// read floating point numbers accurately"); everything else goes to the C library.
  static func value(_ bytes: UnsafeBufferPointer<UInt8>.SubSequence) -> Double? {
    guard !bytes.isEmpty else { return nil }
    let text = UnsafeBufferPointer(rebasing: bytes)
    if let (value, end) = prefix(text, from: 0), end == text.count { return value }
    return slow(bytes)
  }

  /// The number of at most 18 digits below 2⁵³, with a sign and a point but no exponent, that begins at a place, and
  /// the place behind it; nil where there is none.
  @inline(__always)
  static func prefix(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (value: Double, end: Int)? {
    let count = bytes.count
    guard start < count else { return nil }
    var index = start
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    let whole = index
    // Of too many digits what comes out does not count.
    var mantissa: UInt64 = 0
    while index < count, case let digit = bytes[index] &- 48, digit < 10 {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      index += 1
    }
    var (digits, fraction) = (index - whole, 0)
    if index < count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      let first = index
      while index < count, case let digit = bytes[index] &- 48, digit < 10 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        index += 1
      }
      fraction = index - first
      digits += fraction
    }
    guard digits > 0, digits <= 18, mantissa < 1 << 53 else { return nil }
    let size = fraction == 0 ? Double(mantissa) : Double(mantissa) / powers[fraction]
    return (isNegative ? -size : size, index)
  }

  /// Whether no digit of a whole number is lost in a `Double`; true for what is not spelled as digits alone, which
  /// claims no more digits than a measurement has.
  static func isExact(_ bytes: UnsafeBufferPointer<UInt8>.SubSequence) -> Bool {
    let digits =
      bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes
    guard digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return true }
    var (high, low) = (UInt64(0), UInt64(0))
    for digit in digits {
      let product = low.multipliedFullWidth(by: 10)
      let (sum, carries) = product.low.addingReportingOverflow(UInt64(digit - 48))
      let (next, overflows) = high.multipliedReportingOverflow(by: 10)
      let (top, alsoOverflows) = next.addingReportingOverflow(product.high + (carries ? 1 : 0))
      if overflows || alsoOverflows { return false }
      (high, low) = (top, sum)
    }
    let length = high > 0 ? 128 - high.leadingZeroBitCount : 64 - low.leadingZeroBitCount
    let zeros = low > 0 ? low.trailingZeroBitCount : 64 + high.trailingZeroBitCount
    return length - zeros <= 53
  }

  /// By the C library; only spellings of digits, sign, point and exponent, or infinity, are accepted.
  private static func slow(_ bytes: UnsafeBufferPointer<UInt8>.SubSequence) -> Double? {
    let isDecimal = bytes.allSatisfy { byte in
      (byte >= 48 && byte <= 57) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }
    if !isDecimal {
      let word = String(decoding: bytes, as: UTF8.self).lowercased()
      let plain = word.first == "+" || word.first == "-" ? String(word.dropFirst()) : word
      guard plain == "inf" || plain == "infinity" else { return nil }
      return word.first == "-" ? -.infinity : .infinity
    }
    guard bytes.count < 1024 else { return nil }
    var text = bytes.map { CChar(bitPattern: $0) }
    text.append(0)
    return text.withUnsafeBufferPointer { text -> Double? in
      guard let start = text.baseAddress else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &end)
      return end.map { UnsafePointer($0) - start } == text.count - 1 ? value : nil
    }
  }
}
