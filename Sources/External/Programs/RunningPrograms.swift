import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The programs that run and their folders, so that none outlives this process.
public enum RunningPrograms {
  private struct State: Sendable {
    var groups: Set<Int32> = []
    var folders: Set<String> = []
    var isWatched = false
  }

  private static let state = Mutex(State())

  /// Ends all programs with the processes that they started and removes their folders; also done when this process ends
  /// in order, so that only who ends it at once need call this.
  public static func endAll() {
    let (groups, folders) = state.withLock { state in
      defer { (state.groups, state.folders) = ([], []) }
      return (state.groups, state.folders)
    }
    for group in groups { kill(-group, SIGKILL) }
    for folder in folders { ScratchFolder.remove(folder) }
  }

  static func note(group: Int32) {
    watch()
    state.withLock { _ = $0.groups.insert(group) }
  }

  static func forget(group: Int32) { state.withLock { _ = $0.groups.remove(group) } }

  static func note(folder: String) {
    watch()
    state.withLock { _ = $0.folders.insert(folder) }
  }

  static func forget(folder: String) { state.withLock { _ = $0.folders.remove(folder) } }

  private static func watch() {
    let isFirst = state.withLock { state in
      defer { state.isWatched = true }
      return !state.isWatched
    }
    if isFirst { atexit { RunningPrograms.endAll() } }
  }
}
