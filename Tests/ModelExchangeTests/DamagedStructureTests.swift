import Foundation
import LinearAlgebra
import SwiftProtobuf
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

  @Test("few changes", arguments: 0..<300)
  func damaged(seed: UInt64) throws { try Self.damage(seed, changes: 1 + Int(seed % 4)) }

  @Test(
    "a long run of damaged structure",
    .enabled(if: HostileFileTests.minutes > 0, "set BEZOAR_FUZZ_MINUTES to run it"))
  func longRun() throws {
    let end = ContinuousClock.now + .seconds(HostileFileTests.minutes * 60)
    var seed: UInt64 = 1_000
    while ContinuousClock.now < end {
      try Self.damage(seed, changes: 1 + Int(seed % 12))
      seed += 1
    }
    #expect(seed > 1_000)
  }

  private static func damage(_ seed: UInt64, changes: Int) throws {
    var random = RandomStream(seed: seed).child("structure")
    let files = try files.get()
    var model = files[random.integer(below: files.count)]
    for _ in 0..<changes { change(&model, using: &random) }
    let bytes: Data = try model.serializedBytes()
    try HostileFileTests.use([UInt8](bytes))
  }

  private static func change(_ model: inout ONNXModelProto, using random: inout RandomStream) {
    func any<Element>(_ values: [Element], _ random: inout RandomStream) -> Element {
      values[random.integer(below: values.count)]
    }
    let node = random.integer(below: model.graph.node.count)
    let names =
      model.graph.node.flatMap(\.output) + model.graph.input.map(\.name) + model.graph.initializer.map(\.name)
    switch random.integer(below: 9) {
    case 0:
      guard !model.graph.initializer.isEmpty else { return }
      let place = random.integer(below: model.graph.initializer.count)
      model.graph.initializer[place].dims = (0..<random.integer(below: 4)).map { _ in any(sizes, &random) }
      if random.integer(below: 2) == 0 { model.graph.initializer[place].rawData = Data() }
    case 1:
      let place = random.integer(below: model.graph.input.count)
      guard model.graph.input[place].type.tensorType.shape.dim.count > 1 else { return }
      model.graph.input[place].type.tensorType.shape.dim[1].dimValue = any(sizes, &random)
      model.graph.input[place].type.tensorType.elemType = any([1, 2, 6, 7, 8, 9, 11, 99], &random)
    case 2:
      let place = random.integer(below: model.graph.node[node].input.count)
      model.graph.node[node].input[place] = any(names, &random)
    case 3: repeatNode(node, times: 1 + random.integer(below: 40), in: &model)
    case 4, 5: changeSetting(of: &model.graph.node[node], using: &random)
    case 6:
      let place = random.integer(below: model.graph.input.count)
      let (old, new) = (
        model.graph.input[place].name, String(repeating: "n", count: any([1, 100, 1024, 5000], &random))
      )
      model.graph.input[place].name = new
      for index in model.graph.node.indices {
        model.graph.node[index].input = model.graph.node[index].input.map { $0 == old ? new : $0 }
      }
    case 7:
      let operation = any(ImportedOperator.allCases, &random)
      model.graph.node[node].opType = operation.rawValue
      model.graph.node[node].domain = operation.domain.rawValue
    default: model.graph.output = [model.graph.output[random.integer(below: model.graph.output.count)]]
    }
  }

  /// Puts copies of a node behind it, each on what the one before made, in place of all inputs that are not constants.
  private static func repeatNode(_ place: Int, times: Int, in model: inout ONNXModelProto) {
    let constants = Set(model.graph.initializer.map(\.name))
    let original = model.graph.node[place]
    guard let last = original.output.first else { return }
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
  }

  private static func changeSetting(of node: inout ONNXNodeProto, using random: inout RandomStream) {
    guard !node.attribute.isEmpty else { return }
    let place = random.integer(below: node.attribute.count)
    if random.integer(below: 6) == 0 {
      node.attribute.remove(at: place)
      return
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
  }
}
