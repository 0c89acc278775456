import Synchronization

/// Counts of a service in the text format of Prometheus, version 0.0.4.
final class ServiceMetrics: Sendable {
  /// Upper ends of the buckets of the histogram of latencies, in seconds.
  private static let bounds = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
  ]

  private struct Series: Hashable {
    let model: String
    let status: Int
  }

  private struct State {
    var requests: [Series: Int] = [:]
    var rows: [String: Int] = [:]
    var buckets = [Int](repeating: 0, count: ServiceMetrics.bounds.count + 1)
    var seconds = 0.0
    var guardRefusals: [String: Int] = [:]
    var alarms: [String: Int] = [:]
    var shed: [String: Int] = [:]
  }

  private let state = Mutex(State())
  private let inFlight = Atomic<Int>(0)

  /// Counts one more request that is worked on.
  ///
  /// - Returns: how many there are now.
  func begin() -> Int { inFlight.add(1, ordering: .relaxed).newValue }

  /// A request is no longer worked on.
  func end() { inFlight.subtract(1, ordering: .relaxed) }

  /// A request was answered, or turned away, after some time.
  func answered(model: String, status: Int, rows: Int, after time: Duration) {
    let seconds = time / .seconds(1)
    let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
    state.withLock { state in
      state.requests[Series(model: model, status: status), default: 0] += 1
      if rows > 0 { state.rows[model, default: 0] += rows }
      state.buckets[bucket] += 1
      state.seconds += seconds
    }
  }

  /// The guards of a model refused a query.
  func refusedByGuard(model: String) { state.withLock { $0.guardRefusals[model, default: 0] += 1 } }

  /// A detector raised the alarm about a client.
  func alarm(detector: String) { state.withLock { $0.alarms[detector, default: 0] += 1 } }

  /// A request was turned away: `overload`, `memory`, `key`, `work`, `budget`, `rate`, `ledger`.
  func shed(_ reason: String) { state.withLock { $0.shed[reason, default: 0] += 1 } }

  /// Requests with a good status, and the rows of all models.
  var answeredInAll: (requests: Int, rows: Int) {
    state.withLock { state in
      (
        state.requests.reduce(0) { $0 + ((200..<300).contains($1.key.status) ? $1.value : 0) },
        state.rows.values.reduce(0, +)
      )
    }
  }

  /// The counts as text.
  var text: String {
    let (state, inFlight) = (state.withLock { $0 }, inFlight.load(ordering: .relaxed))
    var lines: [String] = []
    func family(_ name: String, _ type: String, _ help: String, _ samples: [String]) {
      lines.append("# HELP bezoar_\(name) \(help)")
      lines.append("# TYPE bezoar_\(name) \(type)")
      lines += samples.map { "bezoar_\(name)\($0)" }
    }
    func labelled(_ counts: [String: Int], _ label: String) -> [String] {
      counts.sorted { $0.key < $1.key }.map { "{\(label)=\"\(Self.escaped($0.key))\"} \($0.value)" }
    }
    family(
      "requests_total", "counter", "Requests by model and status.",
      state.requests.sorted { ($0.key.model, $0.key.status) < ($1.key.model, $1.key.status) }.map {
        "{model=\"\(Self.escaped($0.key.model))\",status=\"\($0.key.status)\"} \($0.value)"
      })
    family("rows_total", "counter", "Answered rows by model.", labelled(state.rows, "model"))
    var sum = 0
    var buckets: [String] = []
    for (index, count) in state.buckets.enumerated() {
      sum += count
      let bound = index < Self.bounds.count ? "\(Self.bounds[index])" : "+Inf"
      buckets.append("_bucket{le=\"\(bound)\"} \(sum)")
    }
    buckets += ["_sum \(state.seconds)", "_count \(sum)"]
    family("request_seconds", "histogram", "Time from a whole request to its answer.", buckets)
    family(
      "guard_refusals_total", "counter", "Requests that a guard refused.",
      labelled(state.guardRefusals, "model"))
    family("detector_alarms_total", "counter", "Alarms by detector.", labelled(state.alarms, "detector"))
    family(
      "shed_requests_total", "counter", "Requests turned away, by reason.", labelled(state.shed, "reason"))
    family("requests_in_flight", "gauge", "Requests that are worked on.", [" \(inFlight)"])
    return lines.joined(separator: "\n") + "\n"
  }

  /// Text within quotes.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.append(character)
      }
    }
    return result
  }
}
