extension String {
  /// Where the host of an address begins: behind `http://`.
  var hostStart: Index { firstRange(of: "://")?.upperBound ?? startIndex }

  /// Where an address goes on behind its host and port: at its path or at its query.
  var targetStart: Index { self[hostStart...].firstIndex { $0 == "/" || $0 == "?" } ?? endIndex }
}
