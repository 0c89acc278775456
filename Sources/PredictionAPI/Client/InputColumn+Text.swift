import Tabular

extension InputColumn {
  /// A value as text; nil for a missing one. A whole number has no point where the column takes no others.
  func text(of value: Double) -> String? {
    if !value.isFinite { return nil }
    guard case .category(let levels) = kind else {
      return isWhole ? Int(exactly: value).map { "\($0)" } ?? "\(value)" : "\(value)"
    }
    return Int(exactly: value).flatMap { levels.indices.contains($0) ? levels[$0] : nil } ?? "unknown"
  }
}
