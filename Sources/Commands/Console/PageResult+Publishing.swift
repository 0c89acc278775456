import Reporting
import Workbench

extension GlobalOptions {
  /// Writes the page of a result with what stands beside it, and shows the result as a document or as text.
  ///
  /// - Returns: the path of the page.
  func publish(_ result: any PageResult, to folder: String) throws -> String {
    let files = try result.write(
      to: folder, with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""))
    try show(result)
    for remark in files.remarks { console.note(remark) }
    return files.page
  }

  /// The same, and says where the page is and how long all took.
  func publish(
    _ result: any PageResult, to folder: String, since started: ContinuousClock.Instant
  ) throws {
    console.note("report: \(try publish(result, to: folder))")
    console.note("time: \((ContinuousClock.now - started).seconds.fixed(1)) s")
  }
}
