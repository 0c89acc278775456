import ArgumentParser
import Workbench

/// Serves models over HTTP.
struct ServeCommand: AsyncParsableCommand, TakesPrograms {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve models over HTTP, or guard a service that stays where it is.",
    discussion: """
      The server speaks the protocols of MLServer and KServe (v2), KServe
      (kserve-v1), TensorFlow Serving (tfserving) and MLflow (mlflow), and those of
      BigML (bigml) and Amazon Machine Learning (amazon) as they were in 2016, so
      that their clients work unchanged. /metrics has counts for Prometheus
      and /openapi.json says what can be asked; with keys, both need one. The address
      is printed when the server is ready; ctrl-C or SIGTERM ends it after the
      requests that have come are answered.

      Bodies may come in gzip. A client is a key or, without keys, an IPv4 address or
      the network (/64) of an IPv6 address. Servers that share a ledger share its
      budgets; where a request cannot be counted, it is not answered (503).

      Guards change or refuse answers, in the order in which they are given;
      detectors watch the queries of every client. 'bezoar list' has them all.

      With --upstream the model stays where it is, behind another service of any
      JSON form: its clients change host and port only. Requests go on as they came,
      and answers come back as they came but for the values that a guard changes. A
      body of another form than --request is refused, and no other path is passed on
      unless --pass names it. With guards or detectors, what a request holds besides
      is refused unless --pass-field names it: it could open the answer past them.
      --benign and --members are asked about at the start, for guards and detectors
      that compare with the service's own answers.

      Examples:
        bezoar serve --model model.json
        bezoar serve --model digits=model.json --port 0 --dialect v2 --dialect mlflow
        bezoar serve --model model.json --guard rounding:decimals=3 --detector prada
        bezoar serve --model model.json --api-key-file keys.txt \\
          --budget 1000/key --ledger queries.sqlite
        bezoar serve --model tree.json --dialect bigml --details nodes \\
          --latency 500ms
        bezoar serve --upstream http://127.0.0.1:8000/predict --data rows.csv \\
          --guard rounding:decimals=2 --budget 1000 --ledger queries.sqlite
        curl -d \\
          '{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,2]}],
          "outputs":[{"name":"predict_proba"}]}' localhost:8080/v2/models/model/infer
      """)

  @OptionGroup var choices: ServeOptions
  @OptionGroup var programs: ProgramOptions
  @OptionGroup var options: GlobalOptions

  func validate() throws { try choices.check() }

  func run() async throws {
    #if HTTP
      let console = options.console
      let server = try await ModelServer.start(choices.request(), in: options.context)
      console.write(
        options.json ? "{\"url\":\"\(server.url)\",\"port\":\(server.port)}\n" : "\(server.url)\n")
      for sentence in server.sentences { console.note(sentence) }
      Activity.end()
      await Self.wish()
      console.note("stopping: no more requests are taken, those under way are answered")
      if try await !server.stop() {
        console.note("requests that were still under way after a second were cut off")
      }
      console.note("served \(server.answered.requests) requests about \(server.answered.rows) rows")
    #else
      throw WorkbenchError.withoutHTTP
    #endif
  }

  /// Waits for the wish that the program stop.
  private static func wish() async {
    let (wishes, continuation) = AsyncStream<Void>.makeStream()
    Interruption.onRequest { continuation.finish() }
    for await _ in wishes {}
  }
}
