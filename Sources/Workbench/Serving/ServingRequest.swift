public import Querying

#if HTTP
  import PredictionAPI
#endif

/// What is served over HTTP, to whom, and behind which guards.
public struct ServingRequest: Sendable {
  /// What is served.
  public enum Subject: Sendable {
    /// Model files with the names under which they are served.
    case files([(name: String, path: String)])
    /// A service that stays where it is.
    case upstream(UpstreamRequest)
  }

  /// What is served.
  public var subject: Subject
  /// Address to listen on.
  public var host = "127.0.0.1"
  /// Port to listen on; 0 for any that is free.
  public var port = 8080
  /// Protocols of model files; none for `v2`.
  public var dialects: [String] = []
  /// Most that answers hold, or what those of a service behind this one are; nil for all or to find out.
  public var content: AnswerContent?
  /// What clients may ask for besides.
  public var details: AnswerDetails = []
  /// What queries to a model file consist of.
  public var inputs = PipelineOracle.Inputs.columns
  /// Whether clients are told the names, bounds and categories of the inputs.
  public var describesInputs = true
  /// Guards that answers pass, in their order.
  public var guards: [String] = []
  /// Detectors that watch queries.
  public var detectors: [String] = []
  /// Queries as honest users make them: a file or the id of a data set.
  public var benign: String?
  /// Training rows: a file or the id of a data set.
  public var members: String?
  /// File whose bytes are the secret of guards; nil for a new one.
  public var secretFile: String?
  /// SQLite file with the rows that every client asked about; nil for none.
  public var ledger: String?
  /// File to which a line of JSON is added for every request; nil for none.
  public var accessLog: String?
  /// How clients are treated.
  public var limits = Limits()
  /// How tables are read.
  public var reading = ReadingChoices()

  /// What clients may do; the numbers that nobody gives are those of the service.
  public struct Limits: Sendable {
    /// Rows that one client may ask about in all; nil for no limit.
    public var budget: Int?
    /// Rows that one client may ask about per second; nil for no limit.
    public var rate: Double?
    /// File of keys of clients; nil for a service that is open to all.
    public var keyFile: String?
    /// Time that every row takes longer than it needs.
    public var latency = Duration.zero
    /// Largest body in bytes.
    public var maxBody = 4 << 20
    /// Most bytes of bodies at the same time.
    public var maxBuffered = 256 << 20
    /// Most rows of a request.
    public var maxBatch = 10_000
    /// Most requests at the same time.
    public var maxConcurrent = 256
    /// Most connections of one address at the same time.
    public var maxConnectionsPerAddress = 1024
    /// Time for a client to send a request, and for the server to answer it.
    public var timeout = Duration.seconds(30)

    /// The usual limits.
    public init() {}
  }

  /// A server of model files or before another service.
  public init(_ subject: Subject) { self.subject = subject }
}

/// A service that stays where it is, behind the guards of this one.
public struct UpstreamRequest: Sendable {
  /// Its address.
  public var address: String
  /// How it is reached and asked.
  public var connection: ServiceConnection
  /// Rows as its users have them; nil for none.
  public var data: String?
  /// Range of the numbers whose range is not known, or a JSON file with the inputs.
  public var ranges: String?
  /// Paths that are sent on for GET and HEAD.
  public var passedPaths: [String] = []
  /// Headers of clients that are sent on.
  public var passedHeaders: [String] = []
  /// Members of bodies and items of queries that are sent on.
  public var passedFields: [String] = []

  /// A service of which predictions only are sent on.
  public init(_ address: String, _ connection: ServiceConnection = .init()) {
    (self.address, self.connection) = (address, connection)
  }

  /// Looks at what is sent on, without a service.
  ///
  /// - Throws: an error that says what cannot be.
  public func checkPasses() throws {
    #if HTTP
      try passes.check()
    #endif
  }
}

#if HTTP
  extension UpstreamRequest {
    /// All that is sent on besides predictions, and besides what their form names.
    var passes: UpstreamService.Passes {
      var all = UpstreamService.Passes()
      (all.paths, all.headers, all.fields) = (passedPaths, passedHeaders, passedFields)
      return all
    }
  }
#endif
