public import Experiments
import Reporting
public import Tabular

/// What every experiment on privacy has at hand: where the data are, and how many threads it may use.
public struct InversionLab: Sendable {
  /// Where the data are looked for.
  public let searchPath: DataSearchPath
  /// Threads; results do not depend on it.
  public let workers: Int

  /// A lab on these data.
  public init(searchPath: DataSearchPath, workers: Int = 1) {
    self.searchPath = searchPath
    self.workers = workers
  }

  /// The table of a data set.
  ///
  /// - Throws: `CatalogueError` if the data are not there, `TabularError`.
  public func table(_ id: String, kinds: [String: ColumnKind] = [:]) throws -> Table {
    var reader = TableReader()
    reader.kinds = kinds
    return try DataSource(id, searchPath: searchPath).table(reader)
  }
}

/// One experiment with one seed; several statements may rest on it.
public protocol InversionExperiment: Sendable {
  /// What tells it from all others.
  var key: String { get }
  /// Makes it.
  func outcomes(_ lab: InversionLab) async throws -> [Outcome]
}
