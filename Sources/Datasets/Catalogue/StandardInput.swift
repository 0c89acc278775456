import Foundation

/// Standard input as a table: read once, so that whoever needs it again has it.
enum StandardInput {
  /// The name that stands for it on a command line.
  static let name = "-"
  /// What messages call it.
  static let label = "standard input"
  /// Everything that comes, or why it cannot be read.
  static let bytes = Result { [UInt8](try FileHandle.standardInput.readToEnd() ?? Data()) }
}
