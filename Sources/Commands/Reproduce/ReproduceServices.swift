import ArgumentParser
import Experiments
import LinearAlgebra
import Reporting
import StealingStudies
import Workbench

/// The three thefts that surveys quote, over HTTP.
struct ReproduceServices: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stealing-http",
    abstract: "The thefts that surveys quote, against servers that listen: regression, tree and network.",
    discussion: """
      Every model is served on this machine and stolen through its address. The time
      of a theft is measured without waiting; beside it stands the time at the
      latency of the services of 2016 (100, 500 and 520 ms a query), by arithmetic.
      With --wait the servers really take that long: over a minute for the
      regression, ten for the tree and half an hour for the network.

      Examples:
        bezoar reproduce stealing-http
        bezoar reproduce stealing-http --labs logistic-regression --wait
      """)

  @Option(help: "Settings, separated by commas: logistic-regression, decision-tree, neural-network.")
  var labs: String?

  @Flag(help: "Let the servers take as long for every query as those of the paper did.")
  var wait = false

  @Option(name: [.short, .long], help: "Folder for the results.")
  var output = "out/stealing-http"

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    #if HTTP
      let console = options.console
      BLASRuntime.setThreads(1)
      try AtomicFile.createFolder(output)
      let (all, missing) = try ServiceLab.all(searchPath: options.searchPath, seed: options.seed)
      for remark in missing { console.note("left out: \(remark)") }
      var thefts: [ServiceTheft] = []
      for lab in try chosen(all) {
        console.note("\(lab.id): \(lab.title)")
        let (seed, waits) = (options.seed, wait)
        thefts.append(
          try await Interruption.cancelling {
            try await ServiceTheft.run(lab, waits: waits, seed: seed, console: console)
          })
      }
      let document = ResultsDocument(
        tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
        parameters: ["command": "reproduce stealing-http", "seed": .integer(Int(clamping: options.seed))],
        methods: [], outcomes: thefts.map(\.outcome), claims: thefts.flatMap(\.claims))
      var timings = Timings()
      for theft in thefts { timings.add(theft.lab.id, seconds: theft.seconds) }
      try AtomicFolder.replace(output, last: "results.json") { stage in
        try AtomicFile.write(try timings.json(), to: "\(stage)/timings.json")
        try AtomicFile.write(try document.json(), to: "\(stage)/results.json")
      }
      guard !options.json else { return console.write(try document.json()) }
      console.write(ServiceTheft.table(thefts, waits: wait))
      console.write(TextTable(claims: document.claims))
      for sentence in Headline(document.claims).sentences { console.write("\(sentence)\n") }
    #else
      throw WithoutHTTP()
    #endif
  }

  private func chosen(_ all: [ServiceLab]) throws -> [ServiceLab] {
    guard let labs else { return all }
    let ids = try ListOption.names(labs, from: all.map(\.id), kind: "setting")
    return all.filter { ids.contains($0.id) }
  }
}
