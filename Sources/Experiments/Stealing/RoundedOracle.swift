public import LinearAlgebra
public import Querying

/// An oracle whose probabilities and numbers are rounded; the label is that of the model itself.
public struct RoundedOracle: PredictionOracle {
  private let base: any PredictionOracle
  private let decimals: Int
  private let unit: Double

  /// An oracle that gives `decimals` digits behind the point, 0 to 15.
  public init(_ base: any PredictionOracle, decimals: Int) {
    precondition((0...15).contains(decimals), "\(decimals) decimals")
    self.base = base
    self.decimals = decimals
    unit = (0..<decimals).reduce(1) { value, _ in value * 10 }
  }

  public var schema: QuerySchema { base.schema }
  public var capabilities: OracleCapabilities {
    var result = base.capabilities
    result.decimals = min(result.decimals ?? decimals, decimals)
    return result
  }
  public var recordedQueries: Matrix? { base.recordedQueries }
  public var traffic: Traffic { base.traffic }

  public func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    try await base.answer(queries, details: details).map { answer in
      var answer = answer
      answer.probabilities = answer.probabilities.map(rounded)
      answer.confidence = answer.confidence.map(rounded)
      answer.number = answer.number.map(rounded)
      return answer
    }
  }

  private func rounded(_ value: Double) -> Double { (value * unit).rounded() / unit }
}
