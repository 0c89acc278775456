import Files
import Foundation

/// The plotting program that draws figures; the report does without it where it is missing.
public struct Gnuplot: Sendable {
  /// What a reader is told when it is missing.
  public static let missingNote =
    "The figures were not drawn because gnuplot is not installed. Install it (Debian, Ubuntu: "
    + "sudo apt-get install gnuplot-nox; macOS: brew install gnuplot) and run the command again, or run "
    + "gnuplot on the scripts in the folder figures. Their numbers are in the CSV files beside them."

  private let program: String

  /// The program of a given path.
  public init(program: String) { self.program = program }

  /// The first executable `gnuplot` of the search path; nil if there is none.
  ///
  /// - Parameter searchPath: folders separated by colons, as in the environment variable `PATH`.
  public static func find(searchPath: String) -> Gnuplot? {
    for folder in searchPath.split(separator: ":") {
      let program = "\(folder)/gnuplot"
      if FileManager.default.isExecutableFile(atPath: program) { return Gnuplot(program: program) }
    }
    return nil
  }

  /// Runs the script of a figure whose CSV and script stand in `folder` and returns the drawing, which is also
  /// written to `<id>.svg` there.
  ///
  /// - Throws: ``GnuplotError/refused(figure:message:)`` if the program ends with an error, and
  ///   `FileOutputError`.
  public func draw(_ figure: Figure, in folder: String) throws -> String {
    let path = "\(folder)/\(figure.id).svg"
    var drawing = ""
    try AtomicFile.replace(path) { temporary in
      let name = temporary.split(separator: "/").last.map(String.init) ?? temporary
      let process = Process()
      let messages = Pipe()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = ["--default-settings", "-e", "output='\(name)'", "\(figure.id).gp"]
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      process.environment = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
      process.standardError = messages
      process.standardOutput = FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      try process.run()
      let message = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      guard process.terminationStatus == 0, let data = FileManager.default.contents(atPath: temporary),
        !data.isEmpty
      else {
        throw GnuplotError.refused(figure: figure.id, message: message)
      }
      drawing = String(decoding: data, as: UTF8.self)
    }
    return drawing
  }
}

/// What can go wrong when a figure is drawn.
public enum GnuplotError: Error, Hashable, Sendable, CustomStringConvertible {
  /// gnuplot ended with an error.
  case refused(figure: String, message: String)

  /// One sentence: what happened and what to do.
  public var description: String {
    switch self {
    case .refused(let figure, let message):
      "gnuplot could not draw the figure \(figure) (\(message.split(separator: "\n").last ?? "no message")); "
        + "run 'gnuplot \(figure).gp' in its folder to see where, version 5.2 or later is needed"
    }
  }
}
