import Tabular

/// The features of an imported graph as an encoder of tables.
struct ImportedEncoding {
  let encoder: FeatureEncoder
  /// What is not as it was in the graph, one sentence each.
  let notes: [String]

  /// Names of the columns, shortened.
  var names: String {
    let all = encoder.features.map(\.name)
    return all.prefix(8).joined(separator: ", ") + (all.count > 8 ? ", … \(all[all.count - 1])" : "")
  }

  /// An encoder of features.
  ///
  /// Missing values are filled in if the graph does so for all columns, and reach trees of numbers that the graph fills
  /// in nowhere; else a table with one is refused, because the graph gives such a row no answer that means something.
  ///
  /// - Parameter keepsMissing: whether the model says what it does with a missing number.
  /// - Throws: ``ModelExchangeError``.
  init(_ pieces: [FeaturePiece], keepsMissing: Bool, file: String) throws {
    guard Set(pieces.map(\.name)).count == pieces.count else {
      throw ModelExchangeError.unsupported(file: file, reason: "a column is encoded in two ways")
    }
    var (filled, unfilled, strict, loose) = (0, 0, 0, 0)
    let features = try pieces.map { piece in
      switch piece {
      case .number(let number):
        if number.fill == nil { unfilled += 1 } else { filled += 1 }
        guard number.scale != 0, number.scale.isFinite, number.fill?.isFinite ?? true,
          abs(number.offset) <= .greatestFiniteMagnitude / 4
        else {
          throw ModelExchangeError.damaged(
            file: file, reason: "column '\(number.name)' has no usable scaling")
        }
        return EncodedFeature(
          name: number.name,
          form: .number(
            .init(
              scaling: Scaling(offset: number.offset, scale: number.scale), bounds: number.bounds,
              fill: number.fill ?? 0, decimals: Decimals(unit: nil), isWhole: number.takesWhole)))
      case .levels(let name, let levels, let acceptsOthers):
        unfilled += 1
        if acceptsOthers { loose += 1 } else { strict += 1 }
        return EncodedFeature(
          name: name, form: .levels(.init(levels: levels, fill: 0, hasMissingLevel: false)))
      case .text(let name):
        throw ModelExchangeError.unsupported(
          file: file, reason: "the texts of column '\(name)' reach the model without OneHotEncoder")
      }
    }
    guard !features.isEmpty else {
      throw ModelExchangeError.unsupported(file: file, reason: "its model takes no feature")
    }
    let isKept = keepsMissing && filled == 0 && strict == 0 && loose == 0
    var notes: [String] = []
    if filled > 0, unfilled > 0 {
      notes.append("rows with missing values are refused, because the graph fills in only some columns")
    }
    if strict > 0, loose > 0 {
      notes.append("unknown categories are refused, because the graph accepts them in some columns only")
    }
    self.notes = notes
    encoder = try FeatureEncoder(
      features,
      options: EncodingOptions(
        numeric: .none, missing: filled > 0 && unfilled == 0 ? .impute : isKept ? .keep : .fail,
        unseen: loose > 0 && strict == 0 ? .allZero : .fail), notes: [])
  }
}
