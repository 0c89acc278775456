/// The results of a run of the benchmarks, as a table or as JSON.
struct BenchmarkReport {
  /// The BLAS kernel in use.
  let core: String
  let runs: Int
  let results: [BenchmarkResult]

  /// An aligned table, names to the left and numbers to the right.
  var table: String {
    let header = ["benchmark", "threads", "median ms", "fastest ms", "GFLOP/s"]
    let rows = results.map { result in
      [
        result.name, String(result.threads), fixed(result.median * 1e3, 3), fixed(result.fastest * 1e3, 3),
        result.rate.map { fixed($0, 1) } ?? "-",
      ]
    }
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    let lines = ([header] + rows).map { row in
      row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ")
    }
    return (["BLAS kernel \(core), median of \(runs) runs"] + lines).joined(separator: "\n")
  }

  /// One JSON document; times in seconds.
  var json: String {
    let items = results.map { result in
      "{\"name\":\"\(result.name)\",\"threads\":\(result.threads),\"median\":\(result.median),"
        + "\"fastest\":\(result.fastest),\"gflops\":\(result.rate.map { String($0) } ?? "null")}"
    }
    return "{\"core\":\"\(core)\",\"runs\":\(runs),\"results\":[\(items.joined(separator: ","))]}"
  }

  /// A number at least zero with a fixed number of decimals.
  private func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
    let units = Int((value * Double(scale)).rounded())
    let fraction = String(units % scale)
    return "\(units / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }
}
