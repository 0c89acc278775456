internal import CZlib

/// Why bytes are not taken as gzip data.
public enum GzipError: Error, Hashable, CustomStringConvertible {
  /// They hold more bytes than are allowed.
  case tooLarge(limit: Int)
  /// They are no gzip data.
  case damaged
  /// They end before the data do.
  case endsEarly
  /// The library cannot begin.
  case unavailable

  public var description: String {
    switch self {
    case .tooLarge(let limit): "it holds more than \(limit) bytes; raise the limit if you trust it"
    case .damaged: "the data are damaged"
    case .endsEarly: "the file ends too early"
    case .unavailable: "zlib does not start"
    }
  }
}

/// Gzip data, by the system's zlib.
public enum Gzip {
  /// Whether the bytes begin like a gzip file.
  static func isCompressed(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
  }

  /// The bytes compressed, as fast as zlib does it; nil if zlib cannot.
  public static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    guard bytes.count < 1 << 30, bezoar_deflate_init_gzip(&stream) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var result = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    let status = bytes.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        return deflate(&stream, Z_FINISH)
      }
    }
    guard status == Z_STREAM_END else { return nil }
    result.removeLast(Int(stream.avail_out))
    return result
  }

  /// The decompressed bytes of all members of gzip data.
  ///
  /// - Parameter limit: most bytes that they may hold; what is taken while they grow is at most twice as much.
  /// - Throws: ``GzipError``.
  public static func decompress(_ bytes: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<[UInt8], GzipError> in
      do throws(GzipError) {
        return .success(try decompress(buffer, limit: limit))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// The decompressed bytes of all members of a gzip file.
  ///
  /// - Throws: ``TabularError/gzip(_:reason:)``.
  static func decompress(
    _ bytes: UnsafeBufferPointer<UInt8>, limit: Int, file: String
  ) throws(TabularError) -> [UInt8] {
    do {
      return try decompress(bytes, limit: limit)
    } catch {
      throw .gzip(file, reason: error.description)
    }
  }

  private static func decompress(
    _ bytes: UnsafeBufferPointer<UInt8>, limit: Int
  ) throws(GzipError) -> [UInt8] {
    var stream = z_stream()
    guard bezoar_inflate_init_auto(&stream) == Z_OK else { throw .unavailable }
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
      guard result.count <= limit else { throw .tooLarge(limit: limit) }
      switch status {
      case Z_OK: continue
      case Z_STREAM_END:
        if consumed == total { return result }
        guard inflateReset(&stream) == Z_OK else { throw .damaged }
      case Z_BUF_ERROR where made > 0: continue
      default: throw .damaged
      }
    }
    throw .endsEarly
  }
}
