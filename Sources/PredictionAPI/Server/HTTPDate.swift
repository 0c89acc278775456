import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Dates of HTTP (RFC 9110, section 5.6.7): the header of replies, written once per second, and dates to wait for.
enum HTTPDate {
  private static let last = Mutex<(second: time_t, text: String)>((0, ""))

  /// The time now, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
  static var now: String {
    let second = time(nil)
    return last.withLock { last in
      if last.second != second { last = (second, text(of: second)) }
      return last.text
    }
  }

  /// The seconds since 1970 of a date in any of the three forms of RFC 9110, section 5.6.7; nil for another text.
  static func seconds(of text: String) -> Int? {
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
    // Sun, 06 Nov 1994 08:49:37 GMT; Sunday, 06-Nov-94 08:49:37 GMT; Sun Nov  6 08:49:37 1994.
    let isOld = words.count == 5
    guard isOld || words.count == 6 && words[5] == "GMT" else { return nil }
    let (dayText, monthText) = isOld ? (words[2], words[1]) : (words[1], words[2])
    let (yearText, timeText) = isOld ? (words[4], words[3]) : (words[3], words[4])
    let time = timeText.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard let month = months.firstIndex(of: monthText), let day = Int(dayText), (1...31).contains(day),
      var year = Int(yearText), (0...9999).contains(year), time.count == 3, let hour = time[0],
      let minute = time[1], let second = time[2], (0...23).contains(hour), (0...59).contains(minute),
      (0...60).contains(second)
    else { return nil }
    // Two digits: the nearest year, that is one of 1970 to 2069.
    if yearText.count == 2 { year += year < 70 ? 2000 : 1900 }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1900), Int32(month), Int32(day))
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (Int32(hour), Int32(minute), Int32(second))
    return Int(timegm(&parts))
  }

  /// How long a `Retry-After` header (RFC 9110, section 10.2.3) asks to wait: a number of seconds, or until a date; zero
  /// for a date that is over, nil for another text.
  static func wait(_ text: String, now: Int = Int(time(nil))) -> Duration? {
    let text = text.drop { $0 == " " }
    if !text.isEmpty, text.allSatisfy(\.isASCIIDigit) {
      return .seconds(min(Int(text) ?? .max, longest))
    }
    return seconds(of: String(text)).map { .seconds(max(0, min($0 - now, longest))) }
  }

  /// Longer than anyone waits.
  private static let longest = 1_000_000_000

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  static func text(of second: time_t) -> String {
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    var (second, parts) = (second, tm())
    gmtime_r(&second, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return
      "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(1900 + parts.tm_year) "
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
