import FoundationEssentials

/// The folders in which data files are looked for, first match wins: the folder of the command line, the folder of
/// `BEZOAR_DATA`, `Datasets`, `../shared/datasets`, and the user's own data folder, where downloads go.
public struct DataSearchPath: Sendable {
  /// The folders in order.
  public let folders: [String]

  /// The search path of a run.
  ///
  /// - Parameters:
  ///   - dataDirectory: the folder given on the command line, if any.
  ///   - environment: the environment variables that matter.
  public init(
    dataDirectory: String?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    var folders: [String] = []
    if let dataDirectory { folders.append(dataDirectory) }
    if let named = environment["BEZOAR_DATA"], !named.isEmpty { folders.append(named) }
    folders += ["Datasets", "../shared/datasets", Self.downloads(environment)]
    self.folders = folders
  }

  /// Where downloads go: `$XDG_DATA_HOME/bezoar` or `~/.local/share/bezoar`.
  public static func downloads(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return "\(data)/bezoar" }
    return "\(environment["HOME"] ?? ".")/.local/share/bezoar"
  }

  /// The path of a file of a data set.
  ///
  /// - Throws: ``CatalogueError/notPresent(id:file:places:)``.
  public func locate(_ file: String, of id: String) throws -> String {
    for folder in folders {
      let path = "\(folder)/\(file)"
      if FileManager.default.fileExists(atPath: path) { return path }
    }
    throw CatalogueError.notPresent(id: id, file: file, places: folders)
  }
}
