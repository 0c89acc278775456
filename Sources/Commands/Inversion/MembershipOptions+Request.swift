import ArgumentParser
import Workbench

extension MembershipOptions {
  /// - Throws: `ValidationError` for options that do not go together.
  func check() throws {
    try connection.check(format)
    guard asksService || connection.given(format).isEmpty else {
      throw ValidationError("\(connection.given(format)[0]) goes with the address of a service in --model")
    }
    if model != nil {
      guard members != nil, others != nil, data == nil else {
        throw ValidationError("--model needs --members and --others, and no --data")
      }
      guard !asksService || guards.isEmpty else {
        throw ValidationError("--guard goes with a model file or --train; a service has its own guards")
      }
      guard !asksService || target != nil else { throw ValidationError("a service needs --target") }
    } else {
      guard train != nil, data != nil, target != nil else {
        throw ValidationError("give --train, --data and --target, or --model, --members and --others")
      }
    }
    guard model != nil || ranges == nil else { throw ValidationError("--ranges goes with --model") }
    guard (0...100_000).contains(shadows), shadows.isMultiple(of: 2) else {
      throw ValidationError("--shadows must be 0 or an even number up to 100000, not \(shadows)")
    }
    if let rows, rows < 20 { throw ValidationError("--rows must be at least 20, not \(rows)") }
    try usage {
      let request = try request()
      _ = try request.attacks(of: .current)
      _ = try request.recipe(of: .current)
      _ = try request.guardEntries(of: .current)
    }
  }

  /// Whether the model is asked over the network.
  private var asksService: Bool { model.map(ServiceConnection.isAddress) ?? false }

  /// What is asked for.
  func request() throws -> MembershipInference {
    let (members, others) = (members ?? "", others ?? "")
    let place: MembershipInference.Model =
      if let model, asksService {
        .url(model, connection.connection(format), members: members, others: others)
      } else if let model {
        .file(model, members: members, others: others)
      } else { .trained(data: data ?? "") }
    var request = MembershipInference(place)
    (request.learner, request.learnerSettings, request.target) = (train, trainSettings, target)
    (request.rows, request.ignored, request.ranges) = (rows, ignore, ranges)
    (request.attack, request.settings, request.guards) = (attack, settings, guards)
    (request.shadows, request.reading) = (shadows, try format.reading())
    return request
  }
}
