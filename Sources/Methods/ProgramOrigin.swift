/// Where an external method comes from, so that a number can be traced to the program that made it.
public struct ProgramOrigin: Sendable, Hashable, Codable {
  /// A file of the program.
  public struct File: Sendable, Hashable, Codable {
    /// The word of the command that names it.
    public let name: String
    /// SHA-256 of its bytes, in hexadecimal digits.
    public let sha256: String

    /// A file with its hash.
    public init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }
  }

  /// The program and its arguments, as they were given.
  public let command: [String]
  /// The program and those arguments that are files.
  public let files: [File]

  /// A command with its files.
  public init(command: [String], files: [File]) {
    self.command = command
    self.files = files
  }

  /// The command with the hashes of its files, on one line.
  public var sentence: String {
    command.joined(separator: " ")
      + files.map { "; SHA-256 of \($0.name): \($0.sha256)" }.joined()
  }
}
