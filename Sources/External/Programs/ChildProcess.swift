#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program in a process group of its own, with limits that hold for all that it starts.
///
/// A shell sets the limits and becomes the program; it reads nothing of the command, which it gets as arguments.
final class ChildProcess {
  /// How a process ended.
  enum End: Hashable {
    case code(Int)
    case signal(Int)
  }

  private let pid: pid_t
  private(set) var end: End?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - arguments: what follows its path.
  ///   - input: descriptor of its standard input; nil for none.
  ///   - output: descriptor of its standard output.
  ///   - errors: descriptor of its standard error.
  /// - Throws: ``ExternalError/system(what:code:)``.
  init(
    _ path: String, _ arguments: [String], limits: ProgramLimits, input: Int32?, output: Int32, errors: Int32
  ) throws(ExternalError) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    } else {
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    // Signals that this program holds back or ignores mean to the other what they mean to everybody.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGINT, SIGTERM, SIGPIPE, SIGQUIT] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let words = ["/bin/sh", "-c", Self.script(limits), "sh", path] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, words[0], &actions, &attributes, &pointers, environ)
    guard code == 0 else {
      throw .system(what: "\(path) could not be started", code: String(cString: strerror(code)))
    }
    self.pid = pid
    RunningPrograms.note(group: pid)
  }

  deinit { stop() }

  /// Sets limits, in KiB and in blocks of 512 bytes, as far as the system has them and allows as much.
  private static func script(_ limits: ProgramLimits) -> String {
    """
    ulimit -c 0 2>/dev/null
    ulimit -v \(max(limits.memory >> 10, 1)) 2>/dev/null
    ulimit -f \(max(limits.fileSize >> 9, 1)) 2>/dev/null
    exec "$@"
    """
  }

  /// How the process ended; nil while it runs. What it started and left behind is ended with it.
  func poll() -> End? {
    if end != nil { return end }
    var status: Int32 = 0
    let found = waitpid(pid, &status, WNOHANG)
    guard found != 0, found == pid || errno != EINTR else { return nil }
    kill(-pid, SIGKILL)
    RunningPrograms.forget(group: pid)
    let signal = Int(status & 0x7f)
    end = found < 0 ? .signal(Int(SIGKILL)) : signal == 0 ? .code(Int(status >> 8) & 0xff) : .signal(signal)
    return end
  }

  /// Ends the process and all that it started.
  func stop() {
    guard end == nil else { return }
    kill(-pid, SIGKILL)
    // A process that was killed ends as soon as the system comes to it.
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    end = .signal(Int(SIGKILL))
    RunningPrograms.forget(group: pid)
  }
}
