import Files
import ArgumentParser
import Reporting
import Workbench

/// Copies a deployed model by asking it.
struct StealCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steal",
    abstract: "Copy a model by asking it: over HTTP, in this process, or from recorded answers.",
    discussion: """
      The attack sees answers only. It counts its queries, writes every answer to a
      log, and after an interruption goes on from there without asking again. The
      budget counts every row that is sent to a service: to find out how to ask, to
      steal, and to compare.

      Examples:
        bezoar steal http://127.0.0.1:8080 -o stolen.json
        bezoar steal http://127.0.0.1:8080/v2/models/digits --attack log-ratio \\
          --ranges 0:16 --budget 100 -o stolen.json
        bezoar steal http://127.0.0.1:8000/predict --data rows.csv -o stolen.json \\
          --request '{"age":{age},"ward":"{ward}"}' --answer '$.probability'
        bezoar steal --model victim.json --attack equation \\
          --data digits -o stolen.json
        bezoar steal --model iris.onnx --data iris.csv -o stolen.json
        bezoar steal --model tree.json --content confidence --details nodes \\
          --attack top-down -o stolen.json
        bezoar steal --replay stolen.queries.jsonl \\
          --attack retrain-uniform -o again.json

      'bezoar list --family extraction' shows the attacks; auto tries those that fit
      what the model gives. A copy counts as complete only if no row that was held
      out differs.
      """)

  @OptionGroup var source: StealTarget
  @OptionGroup var theft: TheftOptions
  @OptionGroup var options: GlobalOptions

  func validate() throws { try theft.check(source, methods: .current) }

  func run() async throws {
    let (console, context) = (options.console, options.context)
    let request = try theft.request(source)
    let log = request.logPath
    if source.replay == nil {
      Interruption.keeps { "all answers so far are in \(log), and the same command goes on from there" }
    }
    let result = try await request.run(context)
    Activity.now("writing the report")
    let page = try options.publish(result, to: theft.report ?? request.reportFolder)
    for remark in [result.remark, result.stop].compactMap({ $0 }) { console.note(remark) }
    if result.hasFindings { console.note("findings: \(request.findingsPath)") }
    console.note("time: \(result.seconds.fixed(2)) s; model: \(theft.output); report: \(page)")
  }
}
