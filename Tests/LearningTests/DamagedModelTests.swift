import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Learning

/// Model files that are whole JSON documents with other lists, members and numbers than they had.
@Suite("Model files of damaged structure")
struct DamagedModelTests {
  @Test(
    "a model with few changes in its structure is refused or answers with finite numbers", arguments: 0..<300)
  func damaged(seed: UInt64) throws { try Self.damage(seed, changes: 1 + Int(seed % 5)) }

  @Test(
    "a long run of damaged structure",
    .fuzzing)
  func longRun() throws {
    let end = ContinuousClock.now + .seconds(TestData.fuzzMinutes * 60)
    var seed: UInt64 = 1_000
    while ContinuousClock.now < end {
      try Self.damage(seed, changes: 1 + Int(seed % 20))
      seed += 1
    }
    #expect(seed > 1_000)
  }

  private static func damage(_ seed: UInt64, changes: Int) throws {
    var random = RandomStream(seed: seed).child("structure")
    let models = try DamagedFileTests.corpus.get().models
    let bytes = models[random.integer(below: models.count)]
    var document = try JSONSerialization.jsonObject(with: Data(bytes))
    for _ in 0..<changes { document = changed(document, using: &random) }
    let changed = try JSONSerialization.data(withJSONObject: document, options: [.fragmentsAllowed])
    do {
      try DamagedFileTests.use(ModelFile(bytes: [UInt8](changed), name: "m.json"))
    } catch let error as ModelFileError {
      #expect(error.description.hasPrefix("m.json"))
    }
  }

  private static let numbers: [Double] = [
    -1, 0, 1, 0.5, 1e308, -1e308, .leastNonzeroMagnitude, 0x1p31, 0x1p53, 0x1p62, 0x1p63,
  ]

  /// The value with one change somewhere inside.
  private static func changed(_ value: Any, using random: inout RandomStream) -> Any {
    let goesDeeper = random.integer(below: 6) > 0
    if var list = value as? [Any], !list.isEmpty {
      let place = random.integer(below: list.count)
      guard !goesDeeper else {
        list[place] = changed(list[place], using: &random)
        return list
      }
      switch random.integer(below: 4) {
      case 0: list.remove(at: place)
      case 1: list += [Any](repeating: list[place], count: 1 + random.integer(below: 300))
      case 2: list.reverse()
      default: list = []
      }
      return list
    }
    if var members = value as? [String: Any], !members.isEmpty {
      let key = members.keys.sorted()[random.integer(below: members.count)]
      members[key] = goesDeeper ? members[key].map { changed($0, using: &random) } : nil
      return members
    }
    return value is String
      ? ["", "a", String(repeating: "x", count: 5000)][random.integer(below: 3)]
      : numbers[random.integer(below: numbers.count)]
  }
}
