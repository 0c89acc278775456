import Reporting
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The two streams of the program: results go to standard output, everything about the run to standard error.
struct Console: Sendable {
  /// Whether remarks and progress are kept back; results and errors never are.
  let isQuiet: Bool
  /// Whether results are shown in colour.
  let usesColour: Bool
  /// Whether standard error is a terminal, so that a line can be drawn over.
  let isInteractive: Bool

  /// A console with the manners of this process: colours only on a terminal and not with `NO_COLOR`
  /// (no-color.org: set and not empty) or `TERM=dumb`.
  init(isQuiet: Bool = false) {
    self.isQuiet = isQuiet
    let isDumb = Self.environment("TERM") == "dumb"
    usesColour = isatty(STDOUT_FILENO) == 1 && !isDumb && (Self.environment("NO_COLOR") ?? "").isEmpty
    isInteractive = isatty(STDERR_FILENO) == 1 && !isDumb
  }

  /// Writes a result to standard output: every byte into a pipe or a file; a terminal would obey some.
  func write(_ text: String) {
    result(isatty(STDOUT_FILENO) == 1 ? VisibleText.of(text, keepsLines: true) : text)
  }

  /// Writes a table to standard output, with its colours if they are wanted.
  func write(_ table: TextTable) { result(table.text(colour: usesColour)) }

  private func result(_ text: String) {
    Activity.touch()
    if isInteractive, isatty(STDOUT_FILENO) == 1 { Self.write(lineStart, to: STDERR_FILENO) }
    Self.write(text, to: STDOUT_FILENO)
  }

  /// Writes a remark on a line of its own to standard error, unless the user asked for quiet.
  func note(_ text: String) {
    guard !isQuiet else { return }
    Activity.touch()
    line(text)
  }

  /// Writes a line to standard error.
  func line(_ text: String) {
    Self.write(lineStart + VisibleText.of(text, keepsLines: true) + "\n", to: STDERR_FILENO)
  }

  /// Writes what went wrong on a line of its own to standard error.
  func fail(_ sentence: String) { line("bezoar: \(sentence)") }

  /// Draws over the current line of standard error.
  func redraw(_ text: String) {
    Self.write("\r\(VisibleText.of(text))\u{1B}[K", to: STDERR_FILENO)
  }

  /// Takes away a bar of progress that stands on the line.
  private var lineStart: String { isInteractive ? "\r\u{1B}[K" : "" }

  /// The value of an environment variable; nil if it is not set.
  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The system's number of the first failure to write standard output, such as a full disk behind a redirection; nil
  /// if there was none. A reader that is gone is no failure.
  static var outputFailure: Int32? { firstFailure.withLock(\.self) }

  private static let firstFailure = Mutex<Int32?>(nil)

  /// Writes all bytes, or notes why standard output did not take them.
  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { buffer in
      var done = 0
      while done < buffer.count {
        let count = systemWrite(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if count < 0 {
          let reason = errno
          if reason == EINTR || reason == EAGAIN { continue }
          if descriptor == STDOUT_FILENO, reason != EPIPE {
            firstFailure.withLock { if $0 == nil { $0 = reason } }
          }
          return
        }
        done += count
      }
    }
  }
}

/// The system's `write`, whose name ``Console`` uses itself.
private let systemWrite = write as @Sendable (Int32, UnsafeRawPointer?, Int) -> Int
