import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A server that answers every request on every connection with the same bytes, or with what a closure makes of it.
final class CannedServer: Sendable {
  #if canImport(Glibc)
    private static let silently = Int32(MSG_NOSIGNAL)
  #else
    private static let silently: Int32 = 0
  #endif
  let port: Int
  private let descriptor: Int32

  /// Answers every request with one reply.
  convenience init(_ reply: String) throws { try self.init(answering: { _ in reply }) }

  /// Answers a request, head and body, with what `reply` makes of it.
  convenience init(answering reply: @escaping @Sendable (_ request: String) -> String) throws {
    try self.init(serving: { request, send in send(Array(reply(request).utf8)) })
  }

  /// Lets `serve` send what it likes to a request; the connection ends if it says false. Sending says false when the
  /// client is gone.
  init(
    serving serve: @escaping @Sendable (_ request: String, _ send: ([UInt8]) -> Bool) -> Bool
  ) throws {
    #if canImport(Glibc)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    guard result else { throw RawConnection.Failure(code: errno) }
    port = Int(in_port_t(bigEndian: address.sin_port))
    Thread.detachNewThread {
      // Closed here alone: if `stop` closed it, this thread could accept for a socket that was given the same number.
      defer { close(descriptor) }
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        Thread.detachNewThread {
          while let request = Self.request(connection) {
            let isOpen = serve(request) { bytes in
              // The signal of a broken pipe would end the tests.
              bytes.isEmpty
                || bytes.withUnsafeBytes({ send(connection, $0.baseAddress, $0.count, Self.silently) })
                  == bytes.count
            }
            guard isOpen else { break }
          }
          close(connection)
        }
      }
    }
  }

  /// The next request; nil at the end of the connection.
  private static func request(_ connection: Int32) -> String? {
    var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let head = text.firstRange(of: "\r\n\r\n") {
        let length = text[..<head.lowerBound].lowercased().split(separator: "\r\n")
          .first { $0.hasPrefix("content-length:") }
          .flatMap { Int($0.dropFirst(15).trimmingPrefix { $0 == " " }) }
        if text[head.upperBound...].utf8.count >= length ?? 0 { return text }
      }
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
    }
  }

  /// Takes no more connections.
  func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
  }
}
