import Files
import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One file on its way from a server into a ``PartialFile``.
final class Transfer: NSObject, URLSessionDataDelegate, Sendable {
  private struct State {
    var start = 0
    var done = 0
    var output: OpenFile?
    var failure: CatalogueError?
    var mustAskAgain = false
    var continuation: CheckedContinuation<Void, any Error>?
  }

  private let file: DatasetCard.File
  private let url: URL
  private let part: PartialFile
  private let progress: @Sendable (Int) -> Void
  private let state = Mutex(State())

  init(
    _ file: DatasetCard.File, from url: URL, to part: PartialFile,
    progress: @escaping @Sendable (Int) -> Void
  ) {
    self.file = file
    self.url = url
    self.part = part
    self.progress = progress
  }

  /// Fetches what is missing; the bytes are not checked yet.
  ///
  /// - Throws: ``CatalogueError``; `CancellationError`.
  func run() async throws {
    switch PartialFile.plan(present: part.size, expected: file.bytes) {
    case .complete: return
    case .fresh: try await ask(from: 0)
    case .resume(let start):
      try await ask(from: start)
      guard state.withLock({ $0.mustAskAgain }) else { return }
      try await ask(from: 0)
    }
  }

  private func ask(from start: Int) async throws {
    state.withLock { $0 = State(start: start, done: start) }
    var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: 60)
    // A compressed answer could be neither continued nor counted against the size of the file.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    if start > 0 { request.setValue("bytes=\(start)-", forHTTPHeaderField: "Range") }
    let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
    defer { session.finishTasksAndInvalidate() }
    let task = session.dataTask(with: request)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        state.withLock { $0.continuation = continuation }
        task.resume()
      }
    } onCancel: {
      task.cancel()
    }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    let http = response as? HTTPURLResponse
    let status = http?.statusCode ?? 0
    let isWanted = state.withLock { state -> Bool in
      let range = http?.value(forHTTPHeaderField: "Content-Range")
      switch PartialFile.answer(status: status, contentRange: range, start: state.start) {
      case .append: return open(&state, appending: true)
      case .restart:
        state.done = 0
        return open(&state, appending: false)
      case .askAgain where state.start > 0: state.mustAskAgain = true
      case .askAgain, .refused:
        state.failure = .refused(url: url.absoluteString, status: status)
      }
      return false
    }
    completionHandler(isWanted ? .allow : .cancel)
  }

  private func open(_ state: inout State, appending: Bool) -> Bool {
    note(in: &state) { $0.output = try part.open(appending: appending) }
    return state.failure == nil
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let done = state.withLock { state -> Int? in
      guard state.failure == nil, let output = state.output else { return nil }
      guard state.done + data.count <= file.bytes else {
        state.failure = .tooLong(url: url.absoluteString, expected: file.bytes)
        part.remove()
        return nil
      }
      note(in: &state) { state in
        try data.withUnsafeBytes { try part.write($0, to: output) }
        state.done += data.count
      }
      return state.failure == nil ? state.done : nil
    }
    if let done { progress(done) } else { dataTask.cancel() }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    let ended = state.withLock { state -> State in
      // Nothing else refers to the file, so that it is closed here.
      state.output = nil
      let ended = state
      state.continuation = nil
      return ended
    }
    ended.continuation?.resume(with: result(ended, error))
  }

  private func result(_ state: State, _ error: (any Error)?) -> Result<Void, any Error> {
    if let failure = state.failure { return .failure(failure) }
    if state.mustAskAgain { return .success(()) }
    if let error {
      if (error as? URLError)?.code == .cancelled { return .failure(CancellationError()) }
      return .failure(interrupted(error.localizedDescription))
    }
    guard state.done == file.bytes else {
      return .failure(interrupted("\(state.done) of \(file.bytes) bytes came"))
    }
    return .success(())
  }

  private func interrupted(_ reason: String) -> CatalogueError {
    .interrupted(url: url.absoluteString, reason: reason)
  }

  private func note(in state: inout State, _ work: (inout State) throws -> Void) {
    do {
      try work(&state)
    } catch {
      state.failure = error as? CatalogueError ?? interrupted(String(describing: error))
    }
  }
}
