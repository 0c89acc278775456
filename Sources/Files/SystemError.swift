#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a call of the system failed.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The error number of the system (`errno`).
  package let code: Int32

  /// The reason with this error number.
  package init(code: Int32) { self.code = code }

  /// Why the last call of this thread that failed did so.
  static var last: SystemError { .init(code: errno) }

  /// The words of the C library.
  package var description: String { String(cString: strerror(code)) }

  /// Whether space ran out, on the disk or for this user.
  package var isLackOfSpace: Bool { code == ENOSPC || code == EDQUOT }
}
