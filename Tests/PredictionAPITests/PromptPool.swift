import Testing

/// Lets a test that watches the clock begin when the threads of concurrent tasks answer promptly.
///
/// All tests of a run share as many threads as there are cores, and a test that computes for seconds keeps one of
/// them; a server, its client and their timers would wait in the same queue and run out of time.
struct PromptPool: TestTrait, TestScoping {
  /// How late a timer may be.
  private static let delay = Duration.milliseconds(20)
  /// Timers in a row that must be in time, and how far apart they are.
  private static let (timers, interval) = (25, Duration.milliseconds(20))
  /// After this long the test runs all the same.
  private static let patience = Duration.seconds(600)

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let (clock, start) = (ContinuousClock(), ContinuousClock.now)
    var prompt = 0
    while prompt < Self.timers, clock.now - start < Self.patience {
      let slept = try await clock.measure { try await Task.sleep(for: Self.interval) }
      prompt = slept < Self.interval + Self.delay ? prompt + 1 : 0
    }
    try await function()
  }
}

extension Trait where Self == PromptPool {
  /// The test watches the clock.
  static var watchesTheClock: Self { PromptPool() }
}
