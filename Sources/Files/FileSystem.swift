#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files by their paths.
package enum FileSystem {
  /// Bytes of the file at `path`, to which symbolic links are followed; nil where the system knows none.
  package static func size(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// Removes the file at `path`, if there is one.
  package static func remove(_ path: String) { unlink(path) }

  /// Gives the file at `path` another place in the same file system; a file that stands there is replaced.
  package static func move(_ path: String, to place: String) throws(SystemError) {
    guard rename(path, place) == 0 else { throw .last }
  }
}
