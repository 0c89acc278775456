/// Why an external method gave no result.
public enum ExternalError: Error, Hashable, CustomStringConvertible {
  /// `exec:` without a program.
  case noProgram
  /// A quote of the command is not closed, or a backslash ends it.
  case unclosed(String)
  /// No such program.
  case notFound(String)
  /// A file that may not be executed.
  case notExecutable(String)
  /// No temporary folder could be made, or a file not be written there; or the program not be started.
  case system(what: String, code: String)
  /// It did not end in time.
  case late(id: String, seconds: Double, said: String)
  /// It ended with a code that is not 0.
  case failed(id: String, code: Int, said: String)
  /// It was ended by a signal.
  case ended(id: String, signal: Int, said: String)
  /// Its answer file is not there, or is no file of the allowed size.
  case noAnswer(id: String, file: String, reason: String, said: String)
  /// Something in its answer file is wrong.
  case wrong(id: String, file: String, place: String, reason: String)
  /// A detector stopped speaking, or said something else than a reading.
  case detector(id: String, reason: String, said: String)

  public var description: String {
    switch self {
    case .noProgram: "exec: needs a program, such as exec:./attack.py or 'exec:python3 attack.py --fast'"
    case .unclosed(let text): "the command '\(text)' has a quote that is not closed or a backslash at its end"
    case .notFound(let name):
      name.contains("/")
        ? "there is no program \(name); give a path from the folder you are in"
        : "there is no program '\(name)' on PATH; one in the folder you are in is written ./\(name)"
    case .notExecutable(let name):
      "\(name) may not be executed; run 'chmod +x \(name)', or name what reads it, as in 'exec:python3 \(name)'"
    case .system(let what, let code): "\(what): \(code)"
    case .late(let id, let seconds, let said):
      "\(id) was stopped, as it was not done after \(Self.text(seconds)) s; --exec-timeout allows more"
        + Self.tail(said)
    case .failed(let id, let code, let said):
      "\(id) ended with code \(code)\(Self.hint(code, said))" + Self.tail(said)
    case .ended(let id, let signal, let said): "\(id) was ended by \(Self.name(signal))" + Self.tail(said)
    case .noAnswer(let id, let file, let reason, let said): "\(id) left \(reason) \(file)" + Self.tail(said)
    case .wrong(let id, let file, let place, let reason): "\(id) wrote a wrong \(file): \(place)\(reason)"
    case .detector(let id, let reason, let said): "the detector \(id) \(reason)" + Self.tail(said)
    }
  }

  static func text(_ seconds: Double) -> String {
    seconds == seconds.rounded() && seconds < 1e9 ? "\(Int(seconds))" : "\(seconds)"
  }

  private static func tail(_ said: String) -> String { said.isEmpty ? "" : "; it said: \(said)" }

  /// What a code of the shell, or what the program said, tells of the limits.
  private static func hint(_ code: Int, _ said: String) -> String {
    if code == 126 || code == 127 { return ", so that it probably could not be started" }
    if said.contains("MemoryError") || said.contains("annot allocate memory") {
      return "; --exec-memory allows more memory"
    }
    return said.contains("File too large") ? "; no file may be larger than 256 MB" : ""
  }

  private static func name(_ signal: Int) -> String {
    switch signal {
    case 6: "signal 6 (aborted), perhaps for want of memory, of which --exec-memory allows more"
    case 9: "signal 9 (killed), perhaps for want of memory"
    case 11: "signal 11 (a memory fault), perhaps for want of memory, of which --exec-memory allows more"
    case 25: "signal 25: a file was to be larger than 256 MB"
    default: "signal \(signal)"
    }
  }
}
