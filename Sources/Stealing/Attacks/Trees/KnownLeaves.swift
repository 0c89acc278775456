import Querying
import Tabular

/// A leaf that an attack found: where it lies and what it answers.
struct KnownLeaf: Sendable {
  let name: LeafName
  let region: QueryRegion
  let answer: Answer
}

/// The leaves that an attack found, in the order of their discovery.
struct KnownLeaves: Sendable {
  private(set) var leaves: [KnownLeaf] = []
  private var places: [LeafName: [Int]] = [:]

  /// How many different names they have.
  var nameCount: Int { places.count }

  /// Whether a leaf of this name holds the query.
  func contains(_ query: [Double], named name: LeafName) -> Bool {
    places[name]?.contains { leaves[$0].region.contains(query) } ?? false
  }

  /// Whether a leaf of this name covers the region.
  func covers(_ region: QueryRegion, named name: LeafName) -> Bool {
    places[name]?.contains { leaves[$0].region.covers(region) } ?? false
  }

  mutating func add(_ leaf: KnownLeaf) {
    places[leaf.name, default: []].append(leaves.count)
    leaves.append(leaf)
  }
}
