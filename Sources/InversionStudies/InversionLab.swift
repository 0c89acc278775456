public import Datasets
public import Experiments
public import Querying
import Reporting
public import Tabular

/// Serves a model, gives the work an oracle that asks the service, and stops serving when the work is done.
public typealias ModelHost =
  @Sendable (
    _ model: PipelineOracle, _ work: @Sendable (any PredictionOracle) async throws -> [Outcome]
  ) async throws -> [Outcome]

/// What every experiment on privacy has at hand: where the data are, and how many threads it may use.
public struct InversionLab: Sendable {
  /// Where the data are looked for.
  public let searchPath: DataSearchPath
  /// Threads; results do not depend on it.
  public let workers: Int
  /// Serves models over a network; nil where they are asked in this process.
  public let host: ModelHost?

  /// A lab on these data.
  public init(searchPath: DataSearchPath, workers: Int = 1, host: ModelHost? = nil) {
    self.searchPath = searchPath
    self.workers = workers
    self.host = host
  }

  /// The outcomes of work on a model that is served, or asked in this process where there is no host.
  func hosted(
    _ model: PipelineOracle, _ work: @Sendable (any PredictionOracle) async throws -> [Outcome]
  ) async throws -> [Outcome] {
    guard let host else { return try await work(model) }
    return try await host(model, work)
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
public protocol InversionExperiment: RunnableExperiment where Site == InversionLab {}
