internal import Dispatch

/// Applies `body` to `0 ..< count` on at most `workers` threads and returns the results in order.
///
/// The calls must be independent of each other. The result does not depend on the number of workers. Inside
/// `body` BLAS is expected to run on one thread.
///
/// After a failure no further call begins. Indices are handed out in order, so that every lower index has begun
/// and the error does not depend on the number of workers.
///
/// When the task that calls is cancelled, no further call begins either.
///
/// - Throws: the error of the lowest index that failed, `CancellationError`.
public func concurrentMap<Value: Sendable>(
  _ count: Int, workers: Int, _ body: @Sendable (Int) throws -> Value
) throws -> [Value] {
  guard workers > 1, count > 1 else {
    return try (0..<count).map { index in
      try Task.checkCancellation()
      return try body(index)
    }
  }
  var slots = [Result<Value, any Error>?](repeating: nil, count: count)
  slots.withUnsafeMutableBufferPointer { buffer in
    nonisolated(unsafe) let target = buffer
    let next = WorkCounter(limit: count)
    DispatchQueue.concurrentPerform(iterations: min(workers, count)) { _ in
      while let index = next.take() {
        let result = Result { try body(index) }
        target[index] = result
        // The calling thread takes part, and it alone knows of the task.
        if case .failure = result { next.stop() } else if Task.isCancelled { next.stop() }
      }
    }
  }
  try Task.checkCancellation()
  return try slots.lazy.compactMap(\.self).map { try $0.get() }
}

/// Applies `body`, which cannot fail, to `0 ..< count` on at most `workers` threads; results in order.
func concurrently<Value: Sendable>(
  _ count: Int, workers: Int, _ body: @Sendable (Int) -> Value
) -> [Value] {
  guard workers > 1, count > 1 else { return (0..<count).map(body) }
  var slots = [Value?](repeating: nil, count: count)
  slots.withUnsafeMutableBufferPointer { buffer in
    nonisolated(unsafe) let target = buffer
    let next = WorkCounter(limit: count)
    DispatchQueue.concurrentPerform(iterations: min(workers, count)) { _ in
      while let index = next.take() { target[index] = body(index) }
    }
  }
  return slots.map { slot in
    guard let slot else { preconditionFailure("a unit of work was not run") }
    return slot
  }
}

/// Calls `body`, which writes to places of its own, for `0 ..< count` on at most `workers` threads.
public func forEachConcurrently(_ count: Int, workers: Int, _ body: @Sendable (Int) -> Void) {
  guard workers > 1, count > 1 else { return (0..<count).forEach(body) }
  let next = WorkCounter(limit: count)
  DispatchQueue.concurrentPerform(iterations: min(workers, count)) { _ in
    while let index = next.take() { body(index) }
  }
}
