import Tabular

extension APIRequest {
  /// Whether reading the body may take long.
  var isLong: Bool { body.count >= LongWork.bytes }

  /// Whether the body has to be decompressed, or is in an unknown form.
  var isCompressed: Bool {
    headers["content-encoding"].map { $0.lowercased() != "identity" } ?? false
  }

  /// The request with its body as it was before it was compressed.
  ///
  /// - Parameter limit: most bytes of such a body.
  /// - Throws: 413 for a larger one, 415 for a compression that is not known, 400 for damaged data.
  func plain(limit: Int) throws(APIError) -> APIRequest {
    guard isCompressed, let encoding = headers["content-encoding"] else { return self }
    guard ["gzip", "x-gzip"].contains(encoding.lowercased()) else {
      throw APIError(
        415, "content encoding '\(encoding.prefix(40))' is not understood; send gzip, or the body as it is",
        headers: ["accept-encoding": "gzip, identity"])
    }
    var request = self
    do {
      request.body = try Gzip.decompress(body, limit: limit)
    } catch GzipError.tooLarge {
      throw APIError(413, "the body is larger than \(limit) bytes when it is decompressed")
    } catch {
      throw .invalid("the body is no gzip data")
    }
    request.headers["content-encoding"] = nil
    return request
  }

  /// Whether the client takes answers in gzip.
  fileprivate var takesGzip: Bool {
    guard let text = headers["accept-encoding"] else { return false }
    var weights: [Substring: Double] = [:]
    for part in text.lowercased().split(separator: ",") {
      let words = part.split(separator: ";").map(\.trimmedASCII)
      guard let name = words.first else { continue }
      weights[name] = words.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
    }
    return weights["gzip"] ?? weights["x-gzip"] ?? weights["*"] ?? 0 > 0
  }
}

extension APIReply {
  /// Bytes from which a body is worth compressing.
  private static let worthwhile = 1 << 10

  /// The reply with its body compressed, where its client takes that and it is long enough to gain by it.
  ///
  /// A reply that could be compressed says so also where it is not, for those who keep replies for others.
  func compressed(for request: APIRequest) -> APIReply {
    guard body.count >= Self.worthwhile else { return self }
    var reply = self
    let varying = headers["vary"].map { $0.split(separator: ",").map(\.trimmedASCII) } ?? []
    if !varying.contains(where: { $0 == "*" || $0.lowercased() == "accept-encoding" }) {
      reply.headers["vary"] = (varying + ["accept-encoding"]).joined(separator: ", ")
    }
    guard request.takesGzip, let small = Gzip.compress(body), small.count < body.count else { return reply }
    reply.body = small
    reply.headers["content-encoding"] = "gzip"
    return reply
  }
}
