/// How a column spells its numbers: the fewest digits after the point, zeros in front, a zero before the point and a
/// plus sign.
struct NumberSpelling: Sendable, Hashable {
  /// Fewest digits after the point; nil before a number was seen.
  private var decimals: Int?
  /// Fewest digits before the point.
  private var width: Int?
  /// Whether a number begins with a zero that says nothing, as in 00501.
  private var hasLeadingZeros = false
  /// Whether a number begins with the point, as in .5.
  private var omitsZero = false
  /// Whether a number begins with a plus sign.
  private(set) var hasPlus = false

  /// Looks at one spelling; words and exponents say nothing.
  mutating func learn(_ text: String) {
    var digits = text[...]
    if let sign = digits.first, sign == "+" || sign == "-" {
      digits = digits.dropFirst()
      if sign == "+" { hasPlus = true }
    }
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !digits.isEmpty, digits != ".",
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
    else { return }
    let fraction = parts.count > 1 ? parts[1].count : 0
    decimals = min(decimals ?? fraction, fraction)
    if whole.isEmpty { omitsZero = true } else { width = min(width ?? whole.count, whole.count) }
    if whole.count > 1, whole.first == "0" { hasLeadingZeros = true }
  }

  /// The shortest exact decimal form in this spelling.
  func text(_ number: Double) -> String {
    guard number.isFinite else { return "" }
    // No column tells zero from its negative.
    let size = abs(number)
    var text = size < 0x1p53 && size == size.rounded() ? "\(UInt64(size))" : "\(size)"
    guard !text.contains("e") else { return (number < 0 ? "-" : "") + text }
    var parts = text.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
    if parts.count < 2 { parts.append("") }
    let missing = (decimals ?? 0) - parts[1].count
    if missing > 0 { parts[1] += String(repeating: "0", count: missing) }
    if hasLeadingZeros, let width, parts[0].count < width {
      parts[0] = String(repeating: "0", count: width - parts[0].count) + parts[0]
    }
    if omitsZero, parts[0] == "0", !parts[1].isEmpty { parts[0] = "" }
    text = parts[1].isEmpty ? parts[0] : parts[0] + "." + parts[1]
    return (number < 0 ? "-" : "") + text
  }
}
