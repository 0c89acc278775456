import StealingStudies
import Files
import ArgumentParser
import Reporting
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

  @OptionGroup var named: NamedStatements

  @OptionGroup var options: GlobalOptions

  func validate() throws { _ = try named.chosen(from: ServiceLab.entries) }

  func run() async throws {
    guard !named.list else { return try named.show(ServiceLab.entries, options) }
    #if HTTP
      try AtomicFile.createFolder(output)
      var chapter = ServicesChapter()
      (chapter.settings, chapter.waits) = (labs, wait)
      chapter.only = try named.chosen(from: ServiceLab.entries)
      let result = try await chapter.run(options.context)
      try result.write(to: output)
      try options.show(result)
    #else
      throw WorkbenchError.withoutHTTP
    #endif
  }
}
