internal import CZlib

/// Decompression of gzip data by the system's zlib.
enum Gzip {
  /// Whether the bytes begin like a gzip file.
  static func isCompressed(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
  }

  /// The decompressed bytes of all members of a gzip file.
  ///
  /// - Throws: ``TabularError/gzip(_:reason:)`` for damaged data and for more than `limit` bytes.
  static func decompress(
    _ bytes: UnsafeBufferPointer<UInt8>, limit: Int, file: String
  ) throws(TabularError) -> [UInt8] {
    var stream = z_stream()
    guard bezoar_inflate_init_auto(&stream) == Z_OK else { throw .gzip(file, reason: "zlib does not start") }
    defer { inflateEnd(&stream) }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    let total = bytes.count
    var consumed = 0
    while consumed < total {
      let available = min(total - consumed, 1 << 30)
      let (status, made, used) = chunk.withUnsafeMutableBufferPointer { target in
        // zlib reads what stands there and changes nothing.
        stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress.map { $0 + consumed })
        stream.avail_in = UInt32(available)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        let status = inflate(&stream, Z_NO_FLUSH)
        return (status, target.count - Int(stream.avail_out), available - Int(stream.avail_in))
      }
      consumed += used
      result.append(contentsOf: chunk[..<made])
      guard result.count <= limit else {
        throw .gzip(file, reason: "it holds more than \(limit) bytes; raise the limit if you trust it")
      }
      switch status {
      case Z_OK: continue
      case Z_STREAM_END:
        if consumed == total { return result }
        guard inflateReset(&stream) == Z_OK else { throw .gzip(file, reason: "the data are damaged") }
      case Z_BUF_ERROR where made > 0: continue
      default: throw .gzip(file, reason: "the data are damaged")
      }
    }
    throw .gzip(file, reason: "the file ends too early")
  }
}
