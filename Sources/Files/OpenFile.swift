#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is open until nothing refers to it any more.
///
/// A call that a signal interrupts is made again.
package final class OpenFile: Sendable {
  /// What a file is opened for.
  package enum Use: Sendable {
    /// Its bytes are read.
    case reading
    /// It is written anew from the first byte on; an absent one is created.
    case writing
    /// Bytes go behind those that are there; an absent one is created.
    case appending
  }

  private let descriptor: Int32

  /// Opens the file at `path`.
  package init(_ path: String, for use: Use) throws(SystemError) {
    let flags =
      switch use {
      case .reading: O_RDONLY
      case .writing: O_WRONLY | O_CREAT | O_TRUNC
      case .appending: O_WRONLY | O_CREAT | O_APPEND
      }
    let opened = open(path, flags | O_CLOEXEC, 0o644)
    guard opened >= 0 else { throw .last }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Reads the next bytes into the first places of `buffer`.
  ///
  /// - Returns: how many bytes came; 0 at the end of the file.
  package func fill(_ buffer: inout [UInt8]) throws(SystemError) -> Int {
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      guard errno == EINTR else { throw .last }
    }
  }

  /// Writes all of `bytes`.
  package func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    try Self.writeAll(bytes, to: descriptor)
  }

  /// Writes all of `bytes` to what a descriptor of the system stands for.
  static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let count = write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw .last
      }
    }
  }
}
