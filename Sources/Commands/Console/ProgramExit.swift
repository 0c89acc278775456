import ArgumentParser
import Workbench

/// How the program ends: the codes its callers can rely on, and the one line that says why.
enum ProgramExit {
  /// All was done.
  static let success: Int32 = 0
  /// Something went wrong that the message explains.
  static let failure: Int32 = 1
  /// The command line was not understood.
  static let usage: Int32 = 2
  /// Stopped by the user or the system; the same command may be run again (`EX_TEMPFAIL`).
  static let interrupted: Int32 = 75

  /// Tells the user of an error that ended the program.
  ///
  /// - Returns: the code to end with. A wish for help or the version is no error: its text goes to standard
  ///   output and the code is zero.
  static func report(_ error: any Error, of root: any ParsableCommand.Type, on console: Console) -> Int32 {
    if Interruption.isRequested || error is Interruption.Requested || error is CancellationError {
      console.fail(Interruption.Requested().description)
      return interrupted
    }
    if let code = error as? ExitCode { return code.rawValue }
    if let error = error as? WorkbenchError, error.isUsage {
      return report(ValidationError(sentence(for: error)), of: root, on: console)
    }
    if isFromParser(error) {
      let message = root.fullMessage(for: error)
      if root.exitCode(for: error) == .success {
        console.write(message + "\n")
        return success
      }
      let start = "Error: "
      console.fail(message.hasPrefix(start) ? String(message.dropFirst(start.count)) : message)
      return usage
    }
    console.fail(sentence(for: error))
    return failure
  }

  /// The errors of ArgumentParser; its parsing errors have no public type, but a code of their own.
  private static func isFromParser(_ error: any Error) -> Bool {
    error is CleanExit || error is ValidationError
      || String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
  }

  /// What an error says of itself, on one line.
  static func sentence(for error: any Error) -> String {
    let text = String(describing: error)
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

/// Runs a check of what stands on the command line, whose errors are then errors of usage.
func usage<Value>(_ check: () throws -> Value) throws -> Value {
  do {
    return try check()
  } catch let error as ValidationError {
    throw error
  } catch {
    throw ValidationError(ProgramExit.sentence(for: error))
  }
}
