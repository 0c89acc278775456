#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a folder has besides its name, its mode and what is in it: its owner, its group, and further attributes, among
/// them lists of who may use it and the labels of the system.
struct FolderNature: Equatable {
  private let owner: uid_t
  private let group: gid_t
  private let attributes: [String: [UInt8]]

  /// The nature of a folder; nil if it cannot be found out.
  init?(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, let attributes = Self.attributes(of: path) else { return nil }
    (owner, group, self.attributes) = (status.st_uid, status.st_gid, attributes)
  }

  private static func attributes(of path: String) -> [String: [UInt8]]? {
    guard let names = read({ list(path, $0, $1) }) else {
      // Some file systems know no attributes.
      return errno == ENOTSUP || errno == EOPNOTSUPP ? [:] : nil
    }
    #if canImport(Darwin)
      // Its lists of who may use a folder are no attributes.
      if let list = acl_get_link_np(path, ACL_TYPE_EXTENDED) {
        acl_free(UnsafeMutableRawPointer(list))
        return nil
      }
    #endif
    var found: [String: [UInt8]] = [:]
    for name in names.split(separator: 0) {
      let name = String(decoding: name, as: UTF8.self)
      guard let value = read({ get(path, name, $0, $1) }) else { return nil }
      found[name] = value
    }
    return found
  }

  /// The bytes that a call of the system gives, which says how many they are where it gets no room.
  private static func read(_ call: (UnsafeMutableRawPointer?, Int) -> Int) -> [UInt8]? {
    let count = call(nil, 0)
    guard count >= 0 else { return nil }
    if count == 0 { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    let found = bytes.withUnsafeMutableBytes { call($0.baseAddress, $0.count) }
    return found < 0 ? nil : Array(bytes.prefix(found))
  }

  #if canImport(Darwin)
    private static func list(_ path: String, _ room: UnsafeMutableRawPointer?, _ size: Int) -> Int {
      listxattr(path, room?.assumingMemoryBound(to: CChar.self), size, XATTR_NOFOLLOW)
    }

    private static func get(
      _ path: String, _ name: String, _ room: UnsafeMutableRawPointer?, _ size: Int
    ) -> Int {
      getxattr(path, name, room, size, 0, XATTR_NOFOLLOW)
    }
  #else
    // Calls of Linux that Swift's modules of the C libraries do not declare.
    private typealias List = @convention(c) (UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
    private typealias Get =
      @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int

    private static let calls: (list: List, get: Get)? = {
      guard let program = dlopen(nil, RTLD_NOW), let list = dlsym(program, "llistxattr"),
        let get = dlsym(program, "lgetxattr")
      else { return nil }
      return (unsafeBitCast(list, to: List.self), unsafeBitCast(get, to: Get.self))
    }()

    private static func list(_ path: String, _ room: UnsafeMutableRawPointer?, _ size: Int) -> Int {
      calls?.list(path, room, size) ?? -1
    }

    private static func get(
      _ path: String, _ name: String, _ room: UnsafeMutableRawPointer?, _ size: Int
    ) -> Int {
      calls?.get(path, name, room, size) ?? -1
    }
  #endif
}
