import ArgumentParser

/// A length of time, such as `100ms`, `1.5s` or `2min`.
struct TimeSpan: ExpressibleByArgument, Sendable {
  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  init?(argument: String) {
    for (unit, seconds) in [("ms", 1e-3), ("min", 60), ("s", 1)] where argument.hasSuffix(unit) {
      guard let number = Double(argument.dropLast(unit.count)), number >= 0, number * seconds <= 86_400 else {
        return nil
      }
      duration = .microseconds(Int64((number * seconds * 1e6).rounded()))
      return
    }
    return nil
  }

  var defaultValueDescription: String { "\(duration / .seconds(1))s" }
}

/// A number of rows that a client may ask about in all: `1000` or `1000/key`.
struct RowBudget: ExpressibleByArgument, Sendable {
  let rows: Int

  init?(argument: String) {
    let text = argument.hasSuffix("/key") ? argument.dropLast(4) : argument[...]
    guard let rows = Int(text), rows > 0 else { return nil }
    self.rows = rows
  }
}

/// A number of rows per second: `50` or `50/s`.
struct RowRate: ExpressibleByArgument, Sendable {
  let perSecond: Double

  init?(argument: String) {
    let text = argument.hasSuffix("/s") ? argument.dropLast(2) : argument[...]
    guard let rate = Double(text), rate > 0, rate.isFinite else { return nil }
    perSecond = rate
  }
}

/// A number of bytes: `4096`, `64kB` or `4MB`.
struct ByteCount: ExpressibleByArgument, Sendable {
  let bytes: Int

  init(_ bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    for (unit, size) in [("kB", 1 << 10), ("MB", 1 << 20), ("", 1)] where argument.hasSuffix(unit) {
      guard let number = Int(argument.dropLast(unit.count)), number > 0, number <= 1 << 30 else { return nil }
      bytes = number * size
      return
    }
    return nil
  }

  var defaultValueDescription: String { bytes.isMultiple(of: 1 << 20) ? "\(bytes >> 20)MB" : "\(bytes)" }
}

/// A model file with the name under which it is served: `model.json` or `name=model.json`.
struct ModelChoice: ExpressibleByArgument, Sendable {
  let name: String
  let path: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard let last = parts.last, !last.isEmpty else { return nil }
    path = String(last)
    let file = path.split(separator: "/").last ?? ""
    name = parts.count == 2 ? String(parts[0]) : String(file.split(separator: ".").first ?? file)
    guard !name.isEmpty, !name.contains("/"), !name.contains(":") else { return nil }
  }
}
