#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What can go wrong when a result is written.
public enum FileOutputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An operation of the system on `path` failed with the error number `code`.
  case failed(operation: String, path: String, code: Int32)
  /// Another run writes to the file.
  case inUse(path: String)

  /// One sentence: what, where, why and what to do.
  public var description: String {
    switch self {
    case .inUse(let path): "another run is writing to \(path); wait for its end or choose another file"
    case .failed(let operation, let path, let code):
      "cannot \(operation) \(path): \(String(cString: strerror(code))); \(Self.remedy(code))"
    }
  }

  private static func remedy(_ code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "free some space or choose another folder for the output"
    case EACCES, EPERM: "choose a folder that you may write to"
    case EROFS: "the file system is read-only, so choose another folder"
    case ENOENT: "create its folder first"
    case ENOTDIR, EEXIST: "a file stands where a folder is needed, so rename it or choose another folder"
    case EISDIR: "a folder stands where the file should go, so rename it or choose another name"
    case ENAMETOOLONG: "choose a shorter name"
    default: "check the disk and the path"
    }
  }
}
