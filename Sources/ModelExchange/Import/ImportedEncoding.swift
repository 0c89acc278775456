import Learning
import LinearAlgebra
import Tabular

/// The features of an imported graph as an encoder of tables, and what models of the graph's columns are on its columns.
///
/// Categories become indicators of their levels, whatever the graph makes of them: weighted sums of its columns are
/// weighted sums of the indicators. Trees that test numbers of categories get the places of the levels in the order of
/// these numbers.
struct ImportedEncoding {
  let encoder: FeatureEncoder
  /// What the reader should know, one sentence each.
  let notes: [String]
  /// The columns that trees test.
  let columns: ImportedColumns
  private let pieces: [FeaturePiece]

  /// Names of the columns, shortened.
  var names: String {
    let all = encoder.features.map(\.name)
    return all.prefix(8).joined(separator: ", ") + (all.count > 8 ? ", … \(all[all.count - 1])" : "")
  }

  /// An encoder of features.
  ///
  /// Every column has a rule of its own: a missing value is filled in where the graph does so; it stays missing where trees
  /// say what becomes of it; a missing text is none of the categories where the graph lets unknown ones through. Elsewhere
  /// it is refused, because the graph gives such a row no answer that means something.
  ///
  /// - Parameter isForTrees: whether trees test the columns.
  /// - Throws: ``ModelExchangeError``.
  init(_ pieces: [FeaturePiece], isForTrees: Bool, file: String) throws {
    guard Set(pieces.map(\.name)).count == pieces.count else {
      throw ModelExchangeError.unsupported(file: file, reason: "a column is encoded in two ways")
    }
    guard !pieces.isEmpty else {
      throw ModelExchangeError.unsupported(file: file, reason: "its model takes no feature")
    }
    let pieces = pieces.map { piece -> FeaturePiece in
      if case .category(let category) = piece { return .category(category.withoutTwinOfMissing) }
      return piece
    }
    var (features, columns, place) = ([Column](), [ImportedColumns.Column](), 0)
    for piece in pieces {
      let column = try Column(piece, isForTrees: isForTrees, place: place, file: file)
      features.append(column)
      columns += column.columns
      place += column.feature.width
    }
    let missing = Set(features.map(\.missing))
    let unseen = Set(features.compactMap(\.unseen))
    let isUniform = missing.count == 1 && unseen.count <= 1
    self.pieces = pieces
    self.columns = ImportedColumns(count: place, columns: columns, file: file)
    encoder = try FeatureEncoder(
      features.map { column in
        EncodedFeature(
          name: column.feature.name, form: column.feature.form,
          rules: isUniform ? nil : .init(missing: column.missing, unseen: column.unseen ?? .fail))
      },
      options: EncodingOptions(
        numeric: .none, missing: isUniform ? missing.first ?? .fail : .fail,
        unseen: isUniform ? unseen.first ?? .fail : .fail), notes: [])
    let needed = features.filter { $0.missing == .fail }.map { "'\($0.feature.name)'" }
    notes =
      needed.isEmpty || needed.count == features.count
      ? []
      : [
        "rows without a value of \(needed.prefix(8).joined(separator: ", "))\(needed.count > 8 ? ", …" : "") are refused; "
          + "of the other columns the graph says what a missing value means"
      ]
  }

  /// One column of the table.
  private struct Column {
    let feature: EncodedFeature
    let missing: EncodingOptions.MissingValues
    /// What becomes of unknown categories; nil for a number.
    let unseen: EncodingOptions.UnseenLevels?
    /// The graph's columns.
    let columns: [ImportedColumns.Column]

    init(_ piece: FeaturePiece, isForTrees: Bool, place: Int, file: String) throws {
      switch piece {
      case .number(let number):
        guard number.scale != 0, number.scale.isFinite, number.fill?.isFinite ?? true,
          abs(number.offset) <= .greatestFiniteMagnitude / 4
        else {
          throw ModelExchangeError.damaged(
            file: file, reason: "column '\(number.name)' has no usable scaling")
        }
        guard !number.isCut else {
          throw ModelExchangeError.unsupported(
            file: file, reason: "fractions of column '\(number.name)' are cut off, which changes its values")
        }
        feature = EncodedFeature(
          name: number.name,
          form: .number(
            .init(
              scaling: Scaling(offset: number.offset, scale: number.scale), bounds: number.bounds,
              fill: number.fill ?? 0, decimals: Decimals(unit: nil), isWhole: number.takesWhole)))
        missing = number.fill != nil ? .impute : isForTrees ? .keep : .fail
        unseen = nil
        columns = [.number(number, place: place)]
      case .category(let category):
        let isCoded = isForTrees && !category.hasIndicatorsOnly
        guard !isCoded || category.columns.count == 1 else {
          throw ModelExchangeError.unsupported(
            file: file,
            reason: "trees test indicators of several categories at once of column '\(category.name)'")
        }
        let order = isCoded ? category.ascending : Array(category.levels.indices)
        var fill = 0
        switch category.missing {
        case .level(let level):
          (missing, fill) = (.impute, order.firstIndex(of: level) ?? 0)
        case .other: missing = isCoded ? .keep : .zero
        case .refused: missing = .fail
        }
        unseen = category.acceptsOthers ? .allZero : .fail
        let form = EncodedFeature.LevelForm(
          levels: order.map { category.levels[$0] }, fill: fill, hasMissingLevel: false)
        feature = EncodedFeature(name: category.name, form: isCoded ? .codes(form) : .levels(form))
        columns =
          isCoded
          ? [
            .codes(
              order.map { category.columns[0].value($0) }, other: category.columns[0].value(nil), place: place
            )
          ]
          : category.columns.map { column in
            guard case .indicator(let level, let on, let off) = column else {
              return .indicator(on: column.value(nil), off: column.value(nil), place: place)
            }
            return .indicator(on: on, off: off, place: place + level)
          }
      case .text(let text):
        throw ModelExchangeError.unsupported(
          file: file,
          reason: "the texts of column '\(text.name)' reach the model without OneHotEncoder or LabelEncoder")
      }
    }
  }

  /// Weights of the graph's columns as weights of the columns here, and what is to be added to the sum.
  func weights(_ given: [Double]) -> (weights: [Double], shift: Double) {
    if pieces.allSatisfy(\.isPlain) { return (given, 0) }
    var (result, shift, start) = ([Double](), 0.0, 0)
    result.reserveCapacity(columns.count)
    for piece in pieces {
      guard case .category(let category) = piece else {
        result.append(given[start])
        start += 1
        continue
      }
      var levels = [Double](repeating: 0, count: category.levels.count)
      for (offset, column) in category.columns.enumerated() {
        let weight = given[start + offset]
        switch column {
        case .indicator(let level, let on, let off):
          levels[level] += weight * (on - off)
          shift += weight * off
        case .values(let values, let other):
          // All levels are zero for another text, where there may be one.
          let base = category.acceptsOthers || category.missing == .other ? other : 0
          for level in levels.indices { levels[level] += weight * (values[level] - base) }
          shift += weight * base
        }
      }
      result += levels
      start += category.columns.count
    }
    return (result, shift)
  }
}

extension FeaturePiece {
  /// Whether its columns are the same here.
  fileprivate var isPlain: Bool {
    switch self {
    case .number, .text: true
    case .category(let category): category.isPlain
    }
  }
}

extension ImportedCategory {
  /// Whether every column is an indicator of one level.
  fileprivate var hasIndicatorsOnly: Bool {
    columns.allSatisfy { if case .indicator = $0 { true } else { false } }
  }

  /// The levels in the order of the values of the first column.
  fileprivate var ascending: [Int] {
    levels.indices.sorted { (columns[0].value($0), $0) < (columns[0].value($1), $1) }
  }
}
