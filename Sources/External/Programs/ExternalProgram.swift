import Datasets
public import Methods

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program outside of this package that is a method: its command, its settings and what it may use.
///
/// The command is looked up when the method is made, as a shell would: a name with a slash is a path from the folder
/// that the user is in, another is looked for on `PATH`. The program runs in that folder too, so that paths among its
/// arguments mean what they mean to the user.
public struct ExternalProgram: Sendable, Codable {
  /// The program and its arguments, as they were given.
  public let command: [String]
  /// Settings as they were given; the program checks them.
  public let settings: [String: String]
  /// What the program may use.
  public let limits: ProgramLimits
  /// Path of the file that is started.
  let path: String
  /// What the results say of it.
  let origin: ProgramOrigin

  private enum CodingKeys: String, CodingKey { case command, settings }

  /// How ids of external methods begin.
  public static let prefix = "exec:"

  /// No program, which cannot run: what stands for all programs in lists.
  static let none = ExternalProgram(
    command: [], settings: [:], limits: ProgramLimits(), path: "",
    origin: ProgramOrigin(command: [], files: []))

  private init(
    command: [String], settings: [String: String], limits: ProgramLimits, path: String, origin: ProgramOrigin
  ) {
    (self.command, self.settings, self.limits, self.path, self.origin) = (
      command, settings, limits, path, origin
    )
  }

  /// The program that a text such as `./attack.py --fast` names; its limits are those that are current.
  ///
  /// - Throws: ``ExternalError`` for a text without a program, one that is not there or cannot be started, and
  ///   `CatalogueError.unreadable` for a file that cannot be read.
  public init(_ text: String, settings: MethodSettings = .none) throws {
    guard let words = WordList.words(text) else { throw ExternalError.unclosed(text) }
    guard words.first.map({ !$0.isEmpty }) ?? false else { throw ExternalError.noProgram }
    var texts: [String: String] = [:]
    for (name, text) in settings.texts { texts[name] = text }
    try self.init(command: words, settings: texts)
  }

  private init(command: [String], settings: [String: String]) throws {
    let path = try Self.found(command[0])
    var files = [ProgramOrigin.File(name: command[0], sha256: try FileHash.sha256(path: path))]
    for word in command.dropFirst() where Self.isFile(word) {
      files.append(ProgramOrigin.File(name: word, sha256: try FileHash.sha256(path: word)))
    }
    self.init(
      command: command, settings: settings, limits: ProgramLimits.current, path: path,
      origin: ProgramOrigin(command: command, files: files))
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let command = try container.decode([String].self, forKey: .command)
    guard !command.isEmpty else {
      self = .none
      return
    }
    try self.init(
      command: command, settings: try container.decode([String: String].self, forKey: .settings))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(command, forKey: .command)
    try container.encode(settings, forKey: .settings)
  }

  /// The id in results: `exec:`, the name of the program without its folders, and its arguments. Before a script, the
  /// program that reads it is left out: `exec:attack.py --fast` for `python3 ./attack.py --fast`.
  public var id: String {
    guard !command.isEmpty else { return Self.prefix + "PROGRAM" }
    let isRead = command.count > 1 && !command[0].contains("/") && Self.isFile(command[1])
    let words = isRead ? command.dropFirst() : command[...]
    let name = words.first?.split(separator: "/").last.map(String.init) ?? ""
    // A name is one line without blanks at its ends.
    let text = ([name] + words.dropFirst()).joined(separator: " ")
    let line = text.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
    return Self.prefix + (line.isEmpty ? "program" : line)
  }

  /// The place of a program.
  private static func found(_ name: String) throws(ExternalError) -> String {
    if name.contains("/") {
      guard isFile(name) else { throw .notFound(name) }
      guard access(name, X_OK) == 0 else { throw .notExecutable(name) }
      return name
    }
    let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    for folder in folders.split(separator: ":") {
      let path = "\(folder)/\(name)"
      if isFile(path), access(path, X_OK) == 0 { return path }
    }
    throw .notFound(name)
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
