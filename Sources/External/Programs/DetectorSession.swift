import FoundationEssentials
import Querying
import Guarding
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A detector's program that runs, with which one thread at a time speaks in lines.
final class DetectorSession: Sendable {
  /// What a program says first.
  private struct Ready: Decodable { let ready: Bool }

  /// What a program says of a query.
  private struct Reading: Decodable {
    let score: Double?
    let alarm: Bool
  }

  private struct State: ~Copyable {
    let talk: LineTalk
    var failure: ExternalError?
  }

  private let id: String
  private let queryTime: Duration
  private let state: Mutex<State>
  private let folder: ScratchFolder

  /// Starts a program and waits until it is ready.
  ///
  /// - Throws: ``ExternalError``, `CancellationError`.
  init(_ program: ExternalProgram, _ folder: ScratchFolder) throws {
    (id, queryTime, self.folder) = (program.id, program.limits.queryTime, folder)
    let talk = try LineTalk(program, folder)
    let line = try talk.next(within: program.limits.time)
    guard let ready = try? JSONDecoder().decode(Ready.self, from: Data(line)), ready.ready else {
      throw ExternalError.detector(
        id: program.id, reason: "first wrote \(Self.shown(line)) instead of {\"ready\": true}",
        said: talk.tail)
    }
    talk.stopsWithTask = false
    state = Mutex(State(talk: talk, failure: nil))
  }

  /// Why the program judges no more queries; nil while it does.
  var failure: ExternalError? { state.withLock { $0.failure } }

  /// What the program says of a query; nil if it failed, now or before.
  func reading(client: Int, _ query: [Double], _ answer: Answer) -> DetectorReading? {
    state.withLock { state in
      guard state.failure == nil else { return nil }
      do {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try state.talk.send(
          [UInt8](encoder.encode(Self.line(client, query, answer))) + [10], within: queryTime)
        let line = try state.talk.next(within: queryTime)
        guard let reading = try? JSONDecoder().decode(Reading.self, from: Data(line)) else {
          throw ExternalError.detector(
            id: id,
            reason: "wrote \(Self.shown(line)) instead of a line such as {\"score\": 0.5, \"alarm\": false}",
            said: state.talk.tail)
        }
        return DetectorReading(score: reading.score, isAlarm: reading.alarm)
      } catch let error as ExternalError {
        state.failure = error
      } catch {
        state.failure = .detector(id: id, reason: "could not be asked: \(error)", said: "")
      }
      state.talk.stop()
      return nil
    }
  }

  /// A query with its answer.
  static func line(_ client: Int, _ query: [Double], _ answer: Answer) -> JSONValue {
    var members: [String: JSONValue] = ["client": .whole(client), "row": JSONValue(query)]
    if let label = answer.label { members["label"] = .whole(label) }
    if let confidence = answer.confidence { members["confidence"] = .number(confidence) }
    if let number = answer.number { members["number"] = .number(number) }
    if !answer.probabilities.isEmpty { members["probabilities"] = JSONValue(answer.probabilities) }
    return .object(members)
  }

  private static func shown(_ line: [UInt8]) -> String {
    "'\(String(decoding: line.prefix(80), as: UTF8.self))'"
  }
}
