#if HTTP
  import PredictionAPI
#endif

/// How a prediction service is reached and asked, as a user says it.
public struct ServiceConnection: Sendable, Hashable {
  /// Body that asks a service of no known dialect about a row; nil for a known one.
  public var request: String?
  /// Body about several rows.
  public var batchRequest: String?
  /// Where the answer stands.
  public var answers: [String] = []
  /// PEM file with certificates of authorities that are trusted besides those of the system.
  public var certificateFile: String?
  /// Whether any certificate is trusted.
  public var isInsecure = false
  /// Headers of every request, such as `X-Tenant: 7`.
  public var headers: [String] = []
  /// File with the key for the service.
  public var keyFile: String?
  /// Time that the service gets for a request.
  public var timeout: Duration = .seconds(60)
  /// Most rows of a request; nil for as many as the service takes in half of the time.
  public var batch: Int?

  /// A service of a known dialect that wants no key.
  public init() {}

  /// Looks at the form of the request and the answers, without a service.
  ///
  /// - Throws: an error that says what is wrong with them.
  public func checkForm() throws {
    #if HTTP
      _ = try template()
    #endif
  }

  /// Looks at the headers, without a service.
  ///
  /// - Throws: an error that says which of them is none.
  public func checkHeaders() throws {
    #if HTTP
      var connection = HTTPConnection()
      for text in headers { try connection.add(header: text) }
    #endif
  }

  /// Whether a text is an address and no file.
  public static func isAddress(_ text: String) -> Bool {
    text.hasPrefix("http://") || text.hasPrefix("https://")
  }
}

#if HTTP
  extension ServiceConnection {
    /// How to ask; nil to find out.
    func template() throws -> ServiceTemplate? {
      guard request != nil || !answers.isEmpty else { return nil }
      return try ServiceTemplate(request: request, batch: batchRequest, answers: answers)
    }

    /// Headers, a key and trust.
    func connection() throws -> HTTPConnection {
      var connection = HTTPConnection()
      for text in headers { try connection.add(header: text) }
      connection.key = try keyFile.map { try HTTPConnection.key(path: $0) }
      (connection.certificateFile, connection.isInsecure) = (certificateFile, isInsecure)
      return connection
    }
  }
#endif
