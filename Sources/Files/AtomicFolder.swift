import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writing of folders of files that belong together, such as a report: a reader sees all old files or all new ones.
///
/// The new files go to a temporary folder beside the old one, which also gets links to the files of the old folder that
/// have no new one. Then the two change places in one step of the file system, and the old folder is removed. What
/// stood in the folder besides is never removed. A program that is killed leaves the old folder or the new one whole,
/// and at most a hidden folder ending in `.partial` or `.swap`, which a later write removes.
///
/// Where folders cannot change places (the folder is the one that the program runs in or holds a mount, it or a folder in
/// it has another owner, group or further attributes than a new one would have, the file system knows no such step, or
/// there are very many other files), the new files take their places one after another.
public enum AtomicFolder {
  /// Most files and folders of the user that are carried over to a new folder.
  private static let mostCarried = 10_000

  /// Lets `make` fill a temporary folder, then puts its files into the folder at `path`, which is made if need be.
  ///
  /// - Parameter last: of files that must take their places one after another, the one that does so last.
  /// - Throws: ``FileOutputError`` and what `make` throws; the temporary folder is removed first.
  public static func replace(
    _ path: String, last: String = "report.html", by make: (_ temporary: String) throws -> Void
  ) throws {
    try AtomicFile.createFolder(path)
    guard let resolved = realpath(path, nil) else { throw AtomicFile.failure("write", path) }
    defer { free(resolved) }
    let folder = String(cString: resolved)
    removeLeft(by: folder, last)
    let isFree = isExchangeable(folder)
    let beside = AtomicFile.temporaryName(for: folder)
    let canStandBeside = isFree && mkdir(beside, 0o755) == 0
    let stage = canStandBeside ? beside : AtomicFile.temporaryName(for: "\(folder)/\(last)")
    guard canStandBeside || mkdir(stage, 0o755) == 0 else { throw AtomicFile.failure("write", path) }
    AtomicFile.isPending(stage, true)
    defer { AtomicFile.isPending(stage, false) }
    do {
      try make(stage)
      if canStandBeside, try exchange(stage, folder) { return }
      try move(FolderTree.files(in: stage), from: stage, to: folder, last: last)
      FolderTree.remove(stage)
    } catch {
      FolderTree.remove(stage)
      throw error
    }
  }

  /// Whether a folder may be another one from now on: nobody notices who does not hold it open.
  private static func isExchangeable(_ folder: String) -> Bool {
    guard FolderTree.swap != nil, folder != "/", let working = getcwd(nil, 0) else { return false }
    defer { free(working) }
    let here = String(cString: working)
    return here != folder && !here.hasPrefix(folder + "/")
  }

  /// Puts the new folder in the place of the old one, whose other files it gets.
  ///
  /// - Returns: false if nothing was done, because the file system cannot.
  private static func exchange(_ stage: String, _ folder: String) throws -> Bool {
    var status = stat()
    guard stat(folder, &status) == 0 else { throw AtomicFile.failure("write", folder) }
    let stageFiles = FolderTree.files(in: stage)
    var left = mostCarried
    guard let new = FolderNature(stage), FolderNature(folder) == new,
      FolderTree.carry(from: folder, to: stage, as: new, left: &left)
    else {
      FolderTree.keep(stageFiles, in: stage)
      return false
    }
    chmod(stage, status.st_mode & 0o7777)
    // From here on the temporary folder may be the old one.
    let swapping = String(stage.dropLast(AtomicFile.ending.count)) + swapEnding
    guard rename(stage, swapping) == 0 else { return false }
    AtomicFile.isPending(stage, false)
    guard FolderTree.swap?(swapping, folder) == true else {
      guard rename(swapping, stage) == 0 else { throw AtomicFile.failure("write", folder) }
      AtomicFile.isPending(stage, true)
      FolderTree.keep(stageFiles, in: stage)
      return false
    }
    // What came into the old folder in the meantime goes over; all else is in the new one.
    FolderTree.merge(swapping, into: folder)
    return true
  }

  private static let swapEnding = ".swap"

  /// Puts files into their places one after another.
  private static func move(_ files: [String], from stage: String, to folder: String, last: String) throws {
    for file in files.filter({ $0 != last }) + files.filter({ $0 == last }) {
      if let slash = file.lastIndex(of: "/") { try AtomicFile.createFolder("\(folder)/\(file[..<slash])") }
      let (source, place) = ("\(stage)/\(file)", "\(folder)/\(file)")
      if rename(source, place) == 0 { continue }
      // The folder is on another file system than the one that it stands in.
      guard errno == EXDEV, let bytes = FileManager.default.contents(atPath: source) else {
        throw AtomicFile.failure("write", place)
      }
      try AtomicFile.write(Array(bytes), to: place)
    }
  }

  /// Removes what programs left that were killed while they wrote this folder.
  private static func removeLeft(by folder: String, _ last: String) {
    for left in AtomicFile.left(by: folder, ending: AtomicFile.ending) { FolderTree.remove(left) }
    for left in AtomicFile.left(by: folder, ending: swapEnding) {
      FolderTree.merge(left, into: folder, moves: false)
    }
    for left in AtomicFile.left(by: "\(folder)/\(last)", ending: AtomicFile.ending) {
      FolderTree.remove(left)
    }
  }
}

/// Folders with all that is in them.
enum FolderTree {
  /// Lets two paths change places; nil where the system cannot.
  static let swap: (@Sendable (_ one: String, _ other: String) -> Bool)? = {
    #if canImport(Darwin)
      return { renamex_np($0, $1, UInt32(RENAME_SWAP)) == 0 }
    #else
      // A call of Linux, which some C libraries do not declare.
      typealias Call =
        @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
      guard let program = dlopen(nil, RTLD_NOW), let symbol = dlsym(program, "renameat2") else { return nil }
      let call = unsafeBitCast(symbol, to: Call.self)
      return { call(AT_FDCWD, $0, AT_FDCWD, $1, 2) == 0 }
    #endif
  }()

  /// Names in a folder, in order.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Paths of all files in a folder, from there.
  static func files(in folder: String) -> [String] {
    names(in: folder).flatMap { name in
      isFolder("\(folder)/\(name)") ? files(in: "\(folder)/\(name)").map { "\(name)/\($0)" } : [name]
    }
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Links the files of one folder into another where that has none of their names. Folders are made anew, with the mode
  /// and the time of the old ones.
  ///
  /// - Parameter nature: what a new folder has; nothing is carried out of a folder that is of another nature.
  /// - Returns: whether all could be linked.
  static func carry(from old: String, to new: String, as nature: FolderNature, left: inout Int) -> Bool {
    for name in names(in: old) {
      let (source, place) = ("\(old)/\(name)", "\(new)/\(name)")
      var status = stat()
      guard lstat(source, &status) == 0 else { return false }
      left -= 1
      guard left > 0 else { return false }
      if status.st_mode & S_IFMT == S_IFDIR {
        guard FolderNature(source) == nature else { return false }
        let isNew = !exists(place)
        guard !isNew || mkdir(place, 0o755) == 0, isFolder(place),
          carry(from: source, to: place, as: nature, left: &left)
        else { return false }
        if isNew {
          chmod(place, status.st_mode & 0o7777)
          keepTime(of: status, place)
        }
      } else if !exists(place) {
        // A link to a link would follow it on some systems.
        guard linkat(AT_FDCWD, source, AT_FDCWD, place, 0) == 0 else { return false }
      }
    }
    return true
  }

  /// Gives a folder the times of another one.
  private static func keepTime(of status: stat, _ path: String) {
    #if canImport(Darwin)
      let times = [status.st_atimespec, status.st_mtimespec]
    #else
      let times = [status.st_atim, status.st_mtim]
    #endif
    utimensat(AT_FDCWD, path, times, 0)
  }

  /// Removes links that were carried over: all files but some.
  static func keep(_ files: [String], in folder: String) {
    let wanted = Set(files)
    for file in self.files(in: folder) where !wanted.contains(file) { unlink("\(folder)/\(file)") }
  }

  /// Removes a folder with all that is in it.
  static func remove(_ path: String) {
    guard isFolder(path) else {
      unlink(path)
      return
    }
    for name in names(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
  }

  /// Removes an old folder, of which everything that is kept stands in a new one too.
  ///
  /// - Parameter moves: whether a file that the new folder lacks goes there; else it stays where it is.
  static func merge(_ old: String, into new: String, moves: Bool = true) {
    for name in names(in: old) {
      let (source, place) = ("\(old)/\(name)", "\(new)/\(name)")
      var status = stat()
      guard lstat(source, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        if exists(place) {
          merge(source, into: place, moves: moves)
        } else if moves {
          rename(source, place)
        }
      } else if exists(place) || (!moves && status.st_nlink > 1) {
        unlink(source)
      } else if moves {
        rename(source, place)
      }
    }
    rmdir(old)
  }
}
