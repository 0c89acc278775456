extension MethodCard.Parameter {
  /// Whether a number lies in the range of the card, which may be written `0...`, `0...1`, `0..<0.5`, `0<..1`,
  /// `0<..<1` or `> 0`; a range in words allows all numbers.
  public func allows(_ value: Double) -> Bool {
    if range.hasPrefix("> "), let bound = Double(range.dropFirst(2)) { return value > bound }
    for (sign, opensLow, opensHigh) in [
      ("<..<", true, true), ("...", false, false), ("..<", false, true), ("<..", true, false),
    ] {
      guard let place = range.firstRange(of: sign) else { continue }
      let (low, high) = (range[..<place.lowerBound], range[place.upperBound...])
      guard let lower = Double(low), high.isEmpty || Double(high) != nil else { return true }
      let upper = Double(high) ?? .infinity
      let isAbove = opensLow ? value > lower : value >= lower
      return isAbove && (opensHigh ? value < upper : value <= upper)
    }
    return true
  }
}
