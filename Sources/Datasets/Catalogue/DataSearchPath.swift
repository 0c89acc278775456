import Foundation

/// The folders where files of data sets are looked for, in their order.
public struct DataSearchPath: Sendable, Hashable {
  /// The folders, the first to be asked first.
  public let folders: [String]
  /// Where a file goes that was obtained: the folder that the user named, or the user's own.
  public let home: String

  /// The folder of `--data-dir`, of `BEZOAR_DATA`, `Datasets`, `../shared/datasets`, and the user's own:
  /// `$XDG_DATA_HOME/bezoar` or `~/.local/share/bezoar`.
  public init(dataDirectory: String?) {
    self.init(dataDirectory: dataDirectory, environment: ProcessInfo.processInfo.environment)
  }

  /// The same with the variables of another environment; variables that are empty count as not set.
  init(dataDirectory: String?, environment: [String: String]) {
    func folder(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let named = [dataDirectory, folder("BEZOAR_DATA")].compactMap { $0 }
    let own =
      folder("XDG_DATA_HOME").map { "\($0)/bezoar" } ?? folder("HOME").map { "\($0)/.local/share/bezoar" }
    var folders: [String] = []
    for folder in named + ["Datasets", "../shared/datasets"] + [own].compactMap({ $0 })
    where !folders.contains(folder) { folders.append(folder) }
    self.init(folders: folders, home: named.first ?? own ?? "Datasets")
  }

  /// A search in these folders only.
  public init(folders: [String], home: String) {
    self.folders = folders
    self.home = home
  }

  /// Path of a file of the data set; of its first one if `file` is nil.
  ///
  /// - Throws: ``CatalogueError/generated(id:)``; ``CatalogueError/notFound(id:path:places:)`` with every
  ///   place that was asked.
  public func locate(_ card: DatasetCard, file: DatasetCard.File? = nil) throws -> String {
    guard let file = file ?? card.files.first else { throw CatalogueError.generated(id: card.id) }
    return try locate(file.path, of: card.id)
  }

  /// Where the file with this path stands; `id` is the data set that it belongs to.
  ///
  /// - Throws: ``CatalogueError/notFound(id:path:places:)``.
  public func locate(_ file: String, of id: String) throws -> String {
    for folder in folders {
      if let path = Self.path(of: file, in: folder) { return path }
    }
    throw CatalogueError.notFound(id: id, path: file, places: folders)
  }

  /// Where a folder holds the file, under its path or its name alone.
  static func path(of file: String, in folder: String) -> String? {
    let root = folder.hasSuffix("/") ? folder : folder + "/"
    let name = file.split(separator: "/").last.map(String.init) ?? file
    return [root + file, root + name].first { isFile($0) }
  }

  private static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
  }
}
