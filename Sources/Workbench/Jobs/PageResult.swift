import Experiments
public import Reporting

/// What a job gave, with a page of it.
public protocol PageResult: JobResult {
  /// The content of `report.html`.
  var page: Report { get }
  /// Whether `results.json` stands beside the page.
  var keepsDocument: Bool { get }

  /// Further files beside the page, by their names.
  ///
  /// - Throws: errors of writing numbers as JSON.
  func files() throws -> [String: String]
}

extension PageResult {
  public var keepsDocument: Bool { true }

  public func files() throws -> [String: String] { [:] }

  /// Writes `report.html` with its figures, `results.json`, and what else stands beside the page.
  ///
  /// - Parameter gnuplot: what draws the figures; nil for none.
  /// - Throws: `FileOutputError`.
  public func write(to folder: String, with gnuplot: Gnuplot?) throws -> Report.Files {
    let own = keepsDocument ? ["results.json": try document.json()] : [:]
    return try page.write(to: folder, with: gnuplot, beside: own.merging(try files()) { $1 })
  }
}
