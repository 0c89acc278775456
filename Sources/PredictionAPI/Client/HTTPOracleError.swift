/// Why a server cannot be asked.
public enum HTTPOracleError: Error, Equatable, CustomStringConvertible {
  /// The text is no address of a server.
  case badURL(String)
  /// Nobody answers, or not for long.
  case unreachable(url: String, reason: String)
  /// The server sends the client to another address.
  case moved(url: String, to: String)
  /// The file of a certificate authority cannot be used.
  case certificateUnusable(path: String)
  /// A header is not `Name: value`.
  case badHeader(String)
  /// No answer came within the time for one request.
  case tooSlow(url: String, seconds: Double)
  /// The server asks to be left alone for longer than an hour.
  case closed(url: String, seconds: Int)
  /// The server speaks no known dialect.
  case unknownDialect(url: String)
  /// The server has several models, or does not say which.
  case modelUnknown(url: String, known: [String])
  /// The number of columns is not known and could not be found out.
  case widthUnknown(url: String, message: String)
  /// A column holds categories that are not known.
  case categoriesUnknown(column: String)
  /// The model has more inputs than memory holds equations for.
  case tooWide(url: String, inputs: Int, limit: Int)
  /// The server's description or answer does not make sense.
  case notUnderstood(url: String, reason: String)

  /// It turned away everything that was asked, for as long as it was tried.
  case busy(url: String, status: Int)

  public var description: String {
    switch self {
    case .badURL(let text):
      "'\(text)' is no address of a server; write http://HOST:PORT, with the path of a model or without"
    case .unreachable(let url, let reason): "\(url) does not answer: \(reason)"
    case .moved(let url, let place):
      "\(url) sends its clients on to \(place); give that address if it is to be trusted"
    case .certificateUnusable(let path):
      "\(path) holds no certificates in PEM; give the file of the authority that signed the service's own"
    case .badHeader(let text): "'\(text)' is no header; write 'Name: value'"
    case .tooSlow(let url, let seconds):
      "\(url) did not answer within \(seconds) s; allow more time for a request (--timeout)"
    case .closed(let url, let seconds):
      "\(url) asks to wait \(seconds) s (Retry-After), longer than the hour that is waited for; what was answered is "
        + "kept, so run the same command again then"
    case .unknownDialect(let url):
      "\(url) speaks no known dialect; give the whole path, such as /v2/models/NAME, "
        + "/v1/models/NAME:predict or /invocations, or say how to ask with --request"
    case .modelUnknown(let url, let known):
      known.isEmpty
        ? "\(url) does not say which models it has; give the path of one, such as \(url)/v2/models/NAME"
        : "\(url) has the models \(known.joined(separator: ", ")); give the path of one"
    case .widthUnknown(let url, let message):
      "the number of inputs of \(url) could not be found out; describe them with --ranges FILE (it says: \(message))"
    case .categoriesUnknown(let column):
      "input '\(column)' holds categories that the server does not list; describe the inputs with --ranges FILE"
    case .tooWide(let url, let inputs, let limit):
      "\(url) says that its model has \(inputs) inputs; the memory of this machine holds the equations of \(limit). "
        + "Describe the inputs with --ranges FILE if that is wrong"
    case .busy(let url, let status):
      "\(url) turns away whatever is asked (status \(status)); try again later"
    case .notUnderstood(let url, let reason): "the answer of \(url) is not understood: \(reason)"
    }
  }
}
