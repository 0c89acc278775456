extension Duration {
  /// This duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }

  /// This duration as a person says it: `8 s`, `2 min 05 s`, `3 h 20 min`.
  public var inWords: String { Self.words(seconds: self / .seconds(1)) }

  /// Seconds as a person says them; no number of seconds is a long time.
  public static func words(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
    let whole = Int(max(seconds, 0).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(two(whole % 60)) s"
    default: return "\(whole / 3600) h \(two(whole % 3600 / 60)) min"
    }
  }
}
