#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Addresses as the names of clients without a key.
enum ClientAddress {
  /// The name of whoever has this address: an IPv4 address as it is, also within IPv6, and the network of an IPv6
  /// address, since whoever has one has the 2^64 of its network.
  static func name(of text: String?) -> String {
    guard let text else { return "unknown" }
    var bytes = [UInt8](repeating: 0, count: 16)
    // The text of a link's own address ends with the name of the link.
    let plain = String(text.prefix { $0 != "%" })
    return inet_pton(AF_INET6, plain, &bytes) == 1 ? name(of: bytes) : text
  }

  /// The name of the 16 bytes of an IPv6 address.
  private static func name(of bytes: [UInt8]) -> String {
    if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff {
      return bytes[12...].map { "\($0)" }.joined(separator: ".")
    }
    let groups = stride(from: 0, to: 8, by: 2).map {
      String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16)
    }
    return groups.joined(separator: ":") + "::/64"
  }
}
