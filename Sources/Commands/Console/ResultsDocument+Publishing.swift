import Experiments
import Reporting

extension ResultsDocument {
  /// Writes `report.html` with its figures and `results.json`, and shows the document or the tables.
  func publish(
    _ report: Report, to folder: String, showing tables: [TextTable], options: GlobalOptions,
    since started: ContinuousClock.Instant
  ) throws {
    let console = options.console
    let text = try json()
    let files = try report.write(
      to: folder, with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""),
      beside: ["results.json": text])
    if options.json {
      console.write(text)
    } else {
      for table in tables { console.write(table) }
    }
    for remark in files.remarks { console.note(remark) }
    console.note("report: \(files.page)")
    console.note("time: \((ContinuousClock.now - started).seconds.fixed(1)) s")
  }
}
