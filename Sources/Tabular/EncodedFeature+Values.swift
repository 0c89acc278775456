import LinearAlgebra

extension EncodedFeature {
  /// Writes the rows `rows` of `column` into the design, from column `start` on.
  ///
  /// - Returns: how many values were missing and how many categories were unknown.
  /// - Throws: ``DesignError`` for a word among numbers or an unknown category.
  func encode(
    _ column: Table.Column, rows: [Int], into design: inout Matrix, at start: Int,
    options: EncodingOptions
  ) throws -> (missing: Int, unseen: Int) {
    switch form {
    case .number(let form):
      let values = try column.numbers(at: rows)
      for (place, value) in values.enumerated() {
        if value.isNaN, options.missing == .zero { continue }
        let known = value.isNaN && options.missing != .keep ? form.fill : value
        design[place, start] = form.scaling.scaled(known)
      }
      return (values.count { $0.isNaN }, 0)
    case .bins(let form):
      let values = try column.numbers(at: rows)
      for (place, value) in values.enumerated() {
        if value.isNaN, options.missing == .zero { continue }
        design[place, start + form.bin(value.isNaN ? form.fill : value)] = 1
      }
      return (values.count { $0.isNaN }, 0)
    case .codes(let form):
      return try encodeCodes(
        column.texts(at: rows), form, rows: rows, into: &design, at: start, options: options)
    case .indicator(_, let fill):
      let values = try column.numbers(at: rows)
      for (place, value) in values.enumerated() {
        guard value.isNaN || value == 0 || value == 1 else {
          throw DesignError.unseenLevel("\(value)", column: name, row: rows[place] + 1)
        }
        if value.isNaN, options.missing == .zero { continue }
        design[place, start] = value.isNaN ? fill : value
      }
      return (values.count { $0.isNaN }, 0)
    case .levels(let form):
      return try encode(column.texts(at: rows), form, rows: rows, into: &design, at: start, options: options)
    case .constantNumber, .constantLevel, .identifier:
      return (0, 0)
    }
  }

  private func encodeCodes(
    _ texts: [String?], _ form: LevelForm, rows: [Int], into design: inout Matrix, at start: Int,
    options: EncodingOptions
  ) throws -> (missing: Int, unseen: Int) {
    let places = Dictionary(form.levels.enumerated().map { ($1, $0) }) { first, _ in first }
    let fill = form.hasMissingLevel ? form.levels.count : form.fill
    var (missing, unseen) = (0, 0)
    for (place, row) in rows.enumerated() {
      guard let text = texts[place] else {
        missing += 1
        let isKept = options.missing == .keep || options.missing == .zero
        design[place, start] = isKept ? .nan : Double(fill)
        continue
      }
      if let level = places[text] {
        design[place, start] = Double(level)
      } else if options.unseen == .fail {
        throw DesignError.unseenLevel(text, column: name, row: row + 1)
      } else {
        design[place, start] = .nan
        unseen += 1
      }
    }
    return (missing, unseen)
  }

  private func encode(
    _ texts: [String?], _ form: LevelForm, rows: [Int], into design: inout Matrix, at start: Int,
    options: EncodingOptions
  ) throws -> (missing: Int, unseen: Int) {
    let places = Dictionary(form.levels.enumerated().map { ($1, $0) }) { first, _ in first }
    var (missing, unseen) = (0, 0)
    for (place, row) in rows.enumerated() {
      guard let text = texts[place] else {
        missing += 1
        if options.missing == .zero { continue }
        design[place, start + (form.hasMissingLevel ? form.levels.count : form.fill)] = 1
        continue
      }
      if let level = places[text] {
        design[place, start + level] = 1
      } else if options.unseen == .fail {
        throw DesignError.unseenLevel(text, column: name, row: row + 1)
      } else {
        unseen += 1
      }
    }
    return (missing, unseen)
  }

  /// The user's values of the rows of a design, of which this feature's columns begin at `start`.
  ///
  /// - Parameter indicators: all columns of this feature's group, if it is an indicator.
  func decode(_ design: Matrix, at start: Int, indicators: [Int]) -> Table.Values {
    let rows = 0..<design.rows
    switch form {
    case .number(let form):
      return .numeric(rows.map { form.decimals.rounded(form.scaling.natural(design[$0, start])) })
    case .bins(let form):
      // The end of the bin that is meant, which lies in it.
      return .numeric(
        rows.map { row in
          let columns = start..<start + form.width
          let highest = columns.reduce(start) { design[row, $1] > design[row, $0] ? $1 : $0 } - start
          return highest < form.ends.count ? form.ends[highest] : (form.ends.last ?? form.fill).nextUp
        })
    case .codes(let form):
      let codes = rows.map { row in
        Int(exactly: design[row, start].rounded()).flatMap { form.levels.indices.contains($0) ? $0 : nil }
          ?? -1
      }
      return .categorical(codes: codes, levels: form.levels)
    case .indicator:
      return .numeric(rows.map { Self.indicator(design, row: $0, column: start, group: indicators) })
    case .levels(let form):
      let codes = rows.map { row in
        let columns = start..<start + form.width
        let highest = columns.reduce(start) { design[row, $1] > design[row, $0] ? $1 : $0 }
        return design[row, highest] > 0 && highest - start < form.levels.count ? highest - start : -1
      }
      return .categorical(codes: codes, levels: form.levels)
    case .constantNumber(let value):
      return .numeric(rows.map { _ in value })
    case .constantLevel(let level):
      return .categorical(codes: rows.map { _ in 0 }, levels: [level])
    case .identifier:
      return .categorical(codes: rows.map { _ in -1 }, levels: [])
    }
  }

  /// A 0 or 1: the value itself if the whole group has such values, else 1 for the highest of the group only.
  private static func indicator(_ design: Matrix, row: Int, column: Int, group: [Int]) -> Double {
    if group.allSatisfy({ design[row, $0] == 0 || design[row, $0] == 1 }) { return design[row, column] }
    let highest = group.reduce(column) { best, other in
      design[row, other] > design[row, best] || (design[row, other] == design[row, best] && other < best)
        ? other : best
    }
    return highest == column ? 1 : 0
  }
}

extension Table.Column {
  /// The numbers of the column, missing ones as NaN.
  ///
  /// - Throws: ``DesignError`` for an infinite number or a word.
  public func numbers() throws -> [Double] {
    guard case .numeric(let values) = values else { return try numbers(at: 0..<values.count) }
    if let row = values.firstIndex(where: \.isInfinite) {
      throw DesignError.notFinite(column: name, row: row + 1)
    }
    return values
  }

  /// The numbers of some rows, as ``numbers()`` gives them.
  func numbers(at rows: some Collection<Int>) throws -> [Double] {
    switch values {
    case .numeric(let values):
      return try rows.map { row in
        guard !values[row].isInfinite else { throw DesignError.notFinite(column: name, row: row + 1) }
        return values[row]
      }
    case .categorical(let codes, let levels):
      let numbers = levels.map { Double($0) }
      return try rows.map { row in
        guard codes[row] >= 0 else { return .nan }
        guard let number = numbers[codes[row]], number.isFinite else {
          throw DesignError.textAmongNumbers(column: name, text: levels[codes[row]], row: row + 1)
        }
        return number
      }
    }
  }

  /// The class number of every row; nil where the value is missing.
  ///
  /// - Throws: ``DesignError/unseenClass(_:column:row:)``.
  public func classNumbers(_ labels: [String]) throws -> [Int?] {
    try classNumbers(labels, at: 0..<values.count)
  }

  /// The class numbers of some rows, as ``classNumbers(_:)`` gives them.
  func classNumbers(_ labels: [String], at rows: some Collection<Int>) throws -> [Int?] {
    let places = Dictionary(labels.enumerated().map { ($1, $0) }) { first, _ in first }
    return try zip(rows, texts(at: rows)).map { row, text in
      guard let text else { return nil }
      guard let label = places[text] else {
        throw DesignError.unseenClass(text, column: name, row: row + 1)
      }
      return label
    }
  }

  /// The categories of the column; a whole number is written without a point, as in a file.
  public func texts() -> [String?] { texts(at: 0..<values.count) }

  /// The categories of some rows, as ``texts()`` gives them.
  func texts(at rows: some Collection<Int>) -> [String?] {
    switch values {
    case .categorical(let codes, let levels):
      rows.map { codes[$0] < 0 ? nil : levels[codes[$0]] }
    case .numeric(let values):
      rows.map { row in
        let value = values[row]
        return value.isNaN ? nil : Int(exactly: value).map { String($0) } ?? String(value)
      }
    }
  }
}
