import Foundation
import LinearAlgebra
import SwiftProtobuf
import TestSupport
import Testing

@testable import ModelExchange

/// Damage that single bytes do not do: other shapes, names, types and settings, and more nodes, in files that are whole.
@Suite("ONNX files of damaged structure")
struct DamagedStructureTests {
  private static let files = Result {
    try HostileFileTests.names.map { try ONNXModelProto(serializedBytes: Fixtures.bytes("\($0).onnx")) }
  }
  private static let sizes: [Int64] = [0, 1, -1, 2, 30, 1000, 1 << 17, 1 << 31, 1 << 62, .max, .min]
  private static let numbers: [Float] = [0, -1, .nan, .infinity, 3e38, -3e38, .leastNonzeroMagnitude, 0.5]

  private static let seeds = UInt64(0)..<300

  private enum Kind: CaseIterable {
    case constant, inputShape, inputOfNode, repetition, setting, inputName, operation, output
  }

  @Test("few changes give an error that names the file, or a model that answers", arguments: seeds)
  func damaged(seed: UInt64) throws { try Self.damage(seed, changes: 1 + Int(seed % 4)) }

  @Test("every kind of change is made to some of the files with few changes")
  func kinds() throws {
    var made: [Kind: Int] = [:]
    for seed in Self.seeds {
      for kind in try Self.changed(seed, 1 + Int(seed % 4)).kinds { made[kind, default: 0] += 1 }
    }
    for kind in Kind.allCases { #expect(made[kind, default: 0] > 0, "\(kind)") }
  }

  @Test(
    "a long run of damaged structure",
    .fuzzing)
  func longRun() throws {
    let end = ContinuousClock.now + .seconds(TestData.fuzzMinutes * 60)
    var seed: UInt64 = 1_000
    while ContinuousClock.now < end {
      try Self.damage(seed, changes: 1 + Int(seed % 12))
      seed += 1
    }
    #expect(seed > 1_000)
  }

  private static func damage(_ seed: UInt64, changes: Int) throws {
    let bytes: Data = try changed(seed, changes).model.serializedBytes()
    try HostileFileTests.use([UInt8](bytes))
  }

  /// One of the files after so many attempts to change it, and the kinds of those that changed something.
  private static func changed(
    _ seed: UInt64, _ changes: Int
  ) throws -> (model: ONNXModelProto, kinds: [Kind]) {
    var random = RandomStream(seed: seed).child("structure")
    let files = try files.get()
    var model = files[random.integer(below: files.count)]
    let kinds = (0..<changes).compactMap { _ in change(&model, using: &random) }
    return (model, kinds)
  }

  /// Changes a file; nil if it has nothing of the kind that was drawn.
  private static func change(_ model: inout ONNXModelProto, using random: inout RandomStream) -> Kind? {
    func any<Element>(_ values: [Element], _ random: inout RandomStream) -> Element {
      values[random.integer(below: values.count)]
    }
    let node = random.integer(below: model.graph.node.count)
    let names =
      model.graph.node.flatMap(\.output) + model.graph.input.map(\.name) + model.graph.initializer.map(\.name)
    switch random.integer(below: 9) {
    case 0:
      guard !model.graph.initializer.isEmpty else { return nil }
      let place = random.integer(below: model.graph.initializer.count)
      model.graph.initializer[place].dims = (0..<random.integer(below: 4)).map { _ in any(sizes, &random) }
      if random.integer(below: 2) == 0 { model.graph.initializer[place].rawData = Data() }
      return .constant
    case 1:
      let place = random.integer(below: model.graph.input.count)
      guard model.graph.input[place].type.tensorType.shape.dim.count > 1 else { return nil }
      model.graph.input[place].type.tensorType.shape.dim[1].dimValue = any(sizes, &random)
      model.graph.input[place].type.tensorType.elemType = any([1, 2, 6, 7, 8, 9, 11, 99], &random)
      return .inputShape
    case 2:
      let place = random.integer(below: model.graph.node[node].input.count)
      model.graph.node[node].input[place] = any(names, &random)
      return .inputOfNode
    case 3: return repeatNode(node, times: 1 + random.integer(below: 40), in: &model) ? .repetition : nil
    case 4, 5: return changeSetting(of: &model.graph.node[node], using: &random) ? .setting : nil
    case 6:
      let place = random.integer(below: model.graph.input.count)
      let (old, new) = (
        model.graph.input[place].name, String(repeating: "n", count: any([1, 100, 1024, 5000], &random))
      )
      model.graph.input[place].name = new
      for index in model.graph.node.indices {
        model.graph.node[index].input = model.graph.node[index].input.map { $0 == old ? new : $0 }
      }
      return .inputName
    case 7:
      let operation = any(ImportedOperator.allCases, &random)
      model.graph.node[node].opType = operation.rawValue
      model.graph.node[node].domain = operation.domain.rawValue
      return .operation
    default:
      model.graph.output = [model.graph.output[random.integer(below: model.graph.output.count)]]
      return .output
    }
  }

  /// Puts copies of a node behind it, each on what the one before made, in place of all inputs that are not constants.
  ///
  /// - Returns: whether the node makes something that a copy can take.
  private static func repeatNode(_ place: Int, times: Int, in model: inout ONNXModelProto) -> Bool {
    let constants = Set(model.graph.initializer.map(\.name))
    let original = model.graph.node[place]
    guard let last = original.output.first else { return false }
    var previous = last
    for index in 0..<times {
      var copy = original
      copy.input = copy.input.map { constants.contains($0) ? $0 : previous }
      copy.output = copy.output.map { "\($0)~\(index)" }
      previous = "\(last)~\(index)"
      model.graph.node.insert(copy, at: place + 1 + index)
    }
    for index in model.graph.node.indices.dropFirst(place + 1 + times) {
      model.graph.node[index].input = model.graph.node[index].input.map { $0 == last ? previous : $0 }
    }
    return true
  }

  /// Changes or removes one of the settings of a node.
  ///
  /// - Returns: whether it has any.
  private static func changeSetting(
    of node: inout ONNXNodeProto, using random: inout RandomStream
  ) -> Bool {
    guard !node.attribute.isEmpty else { return false }
    let place = random.integer(below: node.attribute.count)
    if random.integer(below: 6) == 0 {
      node.attribute.remove(at: place)
      return true
    }
    var setting = node.attribute[place]
    let (size, number) = (
      sizes[random.integer(below: sizes.count)], numbers[random.integer(below: numbers.count)]
    )
    if setting.hasI { setting.i = size }
    if setting.hasF { setting.f = number }
    if !setting.ints.isEmpty {
      if random.integer(below: 3) == 0 { setting.ints.removeLast() }
      if !setting.ints.isEmpty { setting.ints[random.integer(below: setting.ints.count)] = size }
    }
    if !setting.floats.isEmpty {
      if random.integer(below: 3) == 0 { setting.floats.removeLast() }
      if !setting.floats.isEmpty { setting.floats[random.integer(below: setting.floats.count)] = number }
    }
    if !setting.strings.isEmpty, random.integer(below: 3) == 0 { setting.strings.removeLast() }
    node.attribute[place] = setting
    return true
  }
}
