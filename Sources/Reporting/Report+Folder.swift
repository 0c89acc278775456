extension Report {
  /// What was written, with what the user should hear about it.
  public struct Files: Sendable, Hashable {
    /// Path of the page.
    public let page: String
    /// Remarks, such as that gnuplot is missing; usually none.
    public let remarks: [String]
  }

  /// Writes `report.html` and, for every figure, `figures/<id>.csv`, `.gp` and (with gnuplot) `.svg` into
  /// `folder`, which is made if need be. The same report gives the same bytes.
  ///
  /// A figure that cannot be drawn leaves a note in its place and a remark in the answer; it is no error.
  ///
  /// - Throws: ``FileOutputError``.
  public func write(to folder: String, with gnuplot: Gnuplot?) throws -> Files {
    try AtomicFile.createFolder(folder)
    var drawings: [String: String] = [:]
    var remarks: [String] = []
    if !figures.isEmpty { try AtomicFile.createFolder(folder + "/figures") }
    for figure in figures {
      let path = "\(folder)/figures/\(figure.id)"
      try AtomicFile.write(figure.csv, to: path + ".csv")
      try AtomicFile.write(figure.gnuplotScript, to: path + ".gp")
      guard let gnuplot, !figure.isEmpty else { continue }
      do {
        drawings[figure.id] = try gnuplot.draw(figure, in: folder + "/figures")
      } catch let error as FileOutputError {
        throw error
      } catch {
        remarks.append("\(error)")
      }
    }
    if gnuplot == nil, !figures.isEmpty { remarks.append(Gnuplot.missingNote) }
    let page = folder + "/report.html"
    try AtomicFile.write(try html(drawings: drawings, remarks: remarks), to: page)
    return Files(page: page, remarks: remarks)
  }
}
