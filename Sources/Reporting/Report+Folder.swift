import Files
extension Report {
  /// What was written, with what the user should hear about it.
  public struct Files: Sendable, Hashable {
    /// Path of the page.
    public let page: String
    /// Remarks, such as that gnuplot is missing; usually none.
    public let remarks: [String]
  }

  /// Writes `report.html` and, for every figure, `figures/<id>.csv`, `.gp` and (with gnuplot) `.svg` into
  /// `folder`, which is made if need be. The same report gives the same bytes. All files appear at once, as
  /// `AtomicFolder` says, and other files in the folder stay.
  ///
  /// A figure that cannot be drawn leaves a note in its place and a remark in the answer; it is no error.
  ///
  /// - Parameter files: texts that belong to the report, by the names of their files.
  /// - Throws: `FileOutputError`.
  public func write(
    to folder: String, with gnuplot: Gnuplot?, beside files: [String: String] = [:]
  ) throws -> Files {
    var remarks: [String] = []
    try AtomicFolder.replace(folder) { stage in
      var drawings: [String: String] = [:]
      if !figures.isEmpty { try AtomicFile.createFolder(stage + "/figures") }
      for figure in figures {
        let path = "\(stage)/figures/\(figure.id)"
        try AtomicFile.write(figure.csv, to: path + ".csv")
        try AtomicFile.write(figure.gnuplotScript, to: path + ".gp")
        guard let gnuplot, !figure.isEmpty else { continue }
        do {
          drawings[figure.id] = try gnuplot.draw(figure, in: stage + "/figures")
        } catch let error as FileOutputError {
          throw error
        } catch {
          remarks.append("\(error)")
        }
      }
      if gnuplot == nil, !figures.isEmpty { remarks.append(Gnuplot.missingNote) }
      for (name, text) in files { try AtomicFile.write(text, to: "\(stage)/\(name)") }
      try AtomicFile.write(try html(drawings: drawings, remarks: remarks), to: stage + "/report.html")
    }
    return Files(page: folder + "/report.html", remarks: remarks)
  }
}
