#if HTTP
  import PredictionAPI
  import Files
  import Synchronization

  /// The file with a line for every request to a server.
  final class AccessLog: Sendable {
    private let file: Mutex<AppendFile>
    private let observer: any JobObserver
    /// Whether the last line was lost.
    private let isLosing = Atomic<Bool>(false)

    /// - Throws: ``FileOutputError``.
    init(path: String, _ observer: any JobObserver) throws {
      file = Mutex(try AppendFile(path: path))
      self.observer = observer
    }

    /// Adds a line; the user is told of the first that is lost, not of every one on a full disk.
    func add(_ record: AccessRecord) {
      do {
        try file.withLock { try $0.append(record.line, isOnDisk: false) }
        isLosing.store(false, ordering: .relaxed)
      } catch {
        guard !isLosing.exchange(true, ordering: .relaxed) else { return }
        observer.fault("requests are missing in the log: \(error)")
      }
    }
  }
#endif
