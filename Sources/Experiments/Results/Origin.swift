/// Where the number comes from that a measured one stands beside.
public enum Origin: String, Sendable, Hashable, Codable, CaseIterable {
  /// Printed in a publication, on its slides, or in the description of its released code.
  case published
  /// Read off a figure of a publication, so known within about a hundredth of an axis.
  case digitised
  /// Given by a library or by the authors' code, run by this project.
  case peerRun = "peer run"
  /// Computed by this project in another way, or measured by an earlier version of it.
  case ownReference = "own reference"
  /// Set by this project; nobody else claims it.
  case ownAim = "own aim"

  /// Whether somebody else published the number.
  public var isPublished: Bool { self == .published || self == .digitised }
}

/// The number that a measured one stands beside, and who gave it.
public struct Reference: Sendable, Hashable {
  /// Where the number comes from.
  public let origin: Origin
  /// Author, title, venue, year and place of the number; or how it was made.
  public let source: String
  /// The number; nil if the source gives only words.
  public let number: Double?

  /// A number with its origin and source; nil for a source that gives only words.
  public init(_ origin: Origin, _ number: Double?, _ source: String) {
    self.origin = origin
    self.source = source
    self.number = number
  }
}
