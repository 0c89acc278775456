public import LinearAlgebra

extension FeatureEncoder {
  /// The columns that a row of ``features(inputs:)`` has, in order, with what is known of them. Columns that are not
  /// used are left out.
  ///
  /// A number in bins has no bounds of its own; those given lie one mean bin width outside the ends of the bins. Where
  /// no range is known, the scaling or the value that stands for a missing one suggests one.
  public var describedColumns: [DescribedColumn] {
    features.filter { $0.width > 0 }.map { $0.described($0.options(options)) }
  }

  /// The same columns, each with a range: that which is known, else the one that ``describedColumns`` suggest, else
  /// from -1 to 1.
  public var inputColumns: [InputColumn] { describedColumns.map { $0.column() } }

  /// The encoded form of rows that hold a value per column of ``inputColumns``: a number in the user's unit, the
  /// place of a category, or NaN where nothing is known. Any other number stands for a category that training did
  /// not see.
  ///
  /// - Throws: ``DesignError`` for an unknown category or a missing value where the options forbid it, and for an
  ///   infinite number. A row cannot be left out here, so ``EncodingOptions/MissingValues/dropRows`` forbids it too.
  public func features(inputs rows: Matrix) throws -> Matrix {
    let used = features.filter { $0.width > 0 }
    let own = used.map { $0.options(options) }
    precondition(rows.columns == used.count, "\(rows.columns) values for \(used.count) columns")
    var design = Matrix(rows: rows.rows, columns: space.count)
    for row in 0..<rows.rows {
      var start = 0
      for (column, feature) in used.enumerated() {
        let value = rows[row, column]
        let options = own[column]
        if value.isNaN, options.missing == .fail || options.missing == .dropRows {
          throw DesignError.missingValue(column: feature.name, row: row + 1)
        }
        if value.isInfinite { throw DesignError.notFinite(column: feature.name, row: row + 1) }
        try feature.encode(value, row: row, into: &design, at: start, options: options)
        start += feature.width
      }
    }
    return design
  }

  /// An encoder that was not fitted but follows from what is known of the columns, as an attacker builds it.
  ///
  /// Numbers are scaled to [-1, 1] by their bounds if `isScaled`; a category becomes one indicator per level, or
  /// its code. Where a value is missing all columns of the feature are 0, or NaN with codes.
  public init(
    inputs: [InputColumn], isScaled: Bool = true, categories: EncodingOptions.Categories = .indicators
  ) {
    precondition(!inputs.isEmpty, "an encoder without columns")
    var options = EncodingOptions(
      numeric: isScaled ? .symmetricRange : .none, categories: categories,
      missing: categories == .codes ? .keep : .zero, unseen: .allZero)
    options.declaredCategories = inputs.filter { !$0.isNumber }.map(\.name)
    let features = inputs.map { EncodedFeature(input: $0, isScaled: isScaled, categories: categories) }
    self.init(space: FeatureSpace(features), options: options, notes: [], features: features)
  }
}

extension EncodedFeature {
  fileprivate func described(_ options: EncodingOptions) -> DescribedColumn {
    var column = DescribedColumn(name: name, kind: .number(nil))
    switch form {
    case .number(let form):
      // Scaling there and back may move a whole bound by a hair.
      column.kind = .number(
        form.bounds.map { form.scaling.natural($0) }.map {
          form.isWhole ? $0.lowerBound.rounded()...$0.upperBound.rounded() : $0
        })
      (column.isWhole, column.group) = (form.isWhole, form.group)
      if form.bounds == nil { column.suggestion = form.suggestion(isFilled: options.missing == .impute) }
    case .bins(let form):
      let (first, last) = (form.ends.first ?? 0, form.ends.last ?? 0)
      let width = form.ends.count > 1 ? (last - first) / Double(form.ends.count - 1) : max(abs(first), 1)
      column.kind = .number((first - width).nearestFinite...(last + width).nearestFinite)
    case .levels(let form), .codes(let form): column.kind = .category(levels: form.levels)
    case .indicator(let group, _):
      column.kind = .number(0...1)
      column.isWhole = true
      column.group = group
    case .constantNumber, .constantLevel, .identifier:
      preconditionFailure("'\(name)' is not used and takes no input")
    }
    return column
  }

  fileprivate init(input: InputColumn, isScaled: Bool, categories: EncodingOptions.Categories) {
    name = input.name
    rules = nil
    switch input.kind {
    case .number(let lower, let upper):
      let half = upper / 2 - lower / 2
      let scaling = isScaled && half > 0 ? Scaling(offset: lower / 2 + upper / 2, scale: half) : .identity
      form = .number(
        NumberForm(
          scaling: scaling, bounds: scaling.scaled(lower, upper), fill: scaling.natural(0),
          decimals: Decimals(unit: nil), isWhole: input.isWhole, group: input.group))
    case .category(let levels):
      let levelForm = LevelForm(levels: levels, fill: 0, hasMissingLevel: false)
      form = categories == .codes ? .codes(levelForm) : .levels(levelForm)
    }
  }

  /// Writes one value of ``FeatureEncoder/features(inputs:)`` into a row of the design.
  fileprivate func encode(
    _ value: Double, row: Int, into design: inout Matrix, at start: Int, options: EncodingOptions
  ) throws {
    let isZero = value.isNaN && options.missing == .zero
    switch form {
    case .number(let form):
      design[row, start] =
        isZero ? 0 : form.scaling.scaled(value.isNaN && options.missing != .keep ? form.fill : value)
    case .bins(let form):
      if !isZero { design[row, start + form.bin(value.isNaN ? form.fill : value)] = 1 }
    case .indicator(_, let fill):
      guard value.isNaN || value == 0 || value == 1 else {
        throw DesignError.unseenLevel("\(value)", column: name, row: row + 1)
      }
      design[row, start] = isZero ? 0 : value.isNaN ? fill : value
    case .levels(let form):
      if isZero { return }
      if value.isNaN {
        design[row, start + (form.hasMissingLevel ? form.levels.count : form.fill)] = 1
      } else if let level = try level(value, form, row: row, options) {
        design[row, start + level] = 1
      }
    case .codes(let form):
      if value.isNaN {
        let fill = form.hasMissingLevel ? form.levels.count : form.fill
        design[row, start] = options.missing == .keep || isZero ? .nan : Double(fill)
      } else {
        design[row, start] = try level(value, form, row: row, options).map { Double($0) } ?? .nan
      }
    case .constantNumber, .constantLevel, .identifier: break
    }
  }

  /// The level that a code stands for; nil for an unknown one that is let through.
  private func level(
    _ code: Double, _ form: LevelForm, row: Int, _ options: EncodingOptions
  ) throws -> Int? {
    if let level = Int(exactly: code), form.levels.indices.contains(level) { return level }
    guard options.unseen == .allZero else {
      throw DesignError.unseenLevel("\(code)", column: name, row: row + 1)
    }
    return nil
  }
}

extension EncodedFeature.NumberForm {
  /// A range that the scaling suggests, two of its units to both sides, which are the standard deviations of one and more
  /// than the whole range of the other usual kind; without scaling one around the value that stands for a missing one.
  fileprivate func suggestion(isFilled: Bool) -> DescribedColumn.Suggestion? {
    if scaling != .identity {
      let range = scaling.natural(-2.0...2.0)
      return range.lowerBound < range.upperBound ? .init(range, from: "its scaling") : nil
    }
    guard isFilled, fill.isFinite, abs(fill) < 1e150 else { return nil }
    let width = max(abs(fill), 1)
    return .init(fill - width...fill + width, from: "the number that stands for a missing one")
  }
}
