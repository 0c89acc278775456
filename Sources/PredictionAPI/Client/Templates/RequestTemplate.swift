import LinearAlgebra
import Tabular

/// A request about one row, or its address, with places for the values.
///
/// | Place | What comes there |
/// | --- | --- |
/// | `{age}` | the value of the column of this name as JSON; a missing one is null |
/// | `"{age}"` | the same as a string |
/// | `{#2}` | the value of the second column |
/// | `{*}` | the values of all columns with commas between |
/// | `{**}` | all columns as `"name":value` with commas between |
///
/// A brace that begins no place stands for itself, so that JSON can be written as it is. Names with a brace, a quote, a
/// comma or a colon are given by their number.
public struct RequestTemplate: Sendable, Hashable {
  /// A part of the text.
  enum Piece: Sendable, Hashable {
    case text(String)
    /// The value of a column; as a string, or within one.
    case value(Column, Form)
    case values
    case members
  }

  /// How a value is written.
  enum Form: Sendable, Hashable { case json, string, inString }

  /// A column by its name or its number, from 0.
  enum Column: Sendable, Hashable {
    case name(String)
    case number(Int)
  }

  /// Most arrays and objects of a body that stand in each other.
  static let depthLimit = 64

  /// The text as it was given.
  public let text: String
  let pieces: [Piece]

  /// A body in JSON.
  ///
  /// - Throws: ``RequestTemplateError``.
  public init(_ text: String) throws(RequestTemplateError) {
    self.init(pieces: Self.pieces(text, isJSON: true), of: text)
    guard hasPlaces else { throw .noPlace(text) }
    try Self.check(sample(), of: text)
  }

  /// The body about a row of zeros.
  func sample() throws(RequestTemplateError) -> String {
    try body(Matrix(rows: 1, columns: sampleInputs.count), row: 0, sampleInputs)
  }

  /// - Throws: ``RequestTemplateError/noJSON(_:reason:)`` if what a template gives is no JSON.
  static func check(_ sample: String, of text: String) throws(RequestTemplateError) {
    do {
      _ = try JSONReader.value(of: Array(sample.utf8), depthLimit: depthLimit)
    } catch {
      throw .noJSON(text, reason: "\(error)")
    }
  }

  /// The places in a body, as they are written.
  static func places(in text: String) -> [String] {
    pieces(text, isJSON: true).compactMap { piece in
      switch piece {
      case .text: nil
      case .values: "{*}"
      case .members: "{**}"
      case .value(.name(let name), _): "{\(name)}"
      case .value(.number(let place), _): "{#\(place + 1)}"
      }
    }
  }

  /// An address, whose values are escaped as in a query; nil if it has no place for one.
  init?(address text: String) {
    self.init(pieces: Self.pieces(text, isJSON: false), of: text)
    if !hasPlaces || pieces.contains(.values) || pieces.contains(.members) { return nil }
  }

  private init(pieces: [Piece], of text: String) {
    self.text = text
    self.pieces = pieces
  }

  private var hasPlaces: Bool { pieces.contains { if case .text = $0 { false } else { true } } }

  /// The names of columns in their order, each once.
  var names: [String] {
    var seen = Set<String>()
    return pieces.compactMap { piece in
      guard case .value(.name(let name), _) = piece, seen.insert(name).inserted else { return nil }
      return name
    }
  }

  /// Whether columns that are not named have a place.
  var takesAll: Bool { pieces.contains(.values) || pieces.contains(.members) }

  /// The largest number of a column that is given by its number, from 1; 0 for none.
  var largestNumber: Int {
    pieces.reduce(0) { most, piece in
      if case .value(.number(let place), _) = piece { max(most, place + 1) } else { most }
    }
  }

  /// The names of columns that are written as strings.
  var quoted: Set<String> {
    Set(
      pieces.compactMap { piece in
        guard case .value(.name(let name), let form) = piece, form != .json else { return nil }
        return name
      })
  }

  /// Columns that fit every place, to try the template with.
  private var sampleInputs: [InputColumn] {
    let more = (names.count..<max(largestNumber, names.count + 1)).map { "column \($0)" }
    return (names + more).map { InputColumn(name: $0, kind: .number(lower: 0, upper: 1)) }
  }

  // MARK: Reading

  private static func pieces(_ text: String, isJSON: Bool) -> [Piece] {
    var (pieces, plain, rest) = ([Piece](), "", text[...])
    var (isInString, isEscaped) = (false, false)
    func flush() {
      if !plain.isEmpty { pieces.append(.text(plain)) }
      plain = ""
    }
    while let character = rest.first {
      if character == "{", !isEscaped, let (piece, end) = place(rest, isInString: isInString && isJSON) {
        if case .value(let column, .inString) = piece, plain.hasSuffix("\""), rest[end...].first == "\"" {
          // The quotes go with the value, which may be missing and then is no string.
          plain.removeLast()
          flush()
          pieces.append(.value(column, .string))
          rest = rest[rest.index(after: end)...]
          isInString = false
        } else {
          flush()
          pieces.append(piece)
          rest = rest[end...]
        }
        continue
      }
      if character == "\"", !isEscaped { isInString.toggle() }
      isEscaped = character == "\\" && !isEscaped && isInString
      plain.append(character)
      rest = rest.dropFirst()
    }
    flush()
    return pieces
  }

  /// The place at the start of a text and where it ends; nil if the brace stands for itself.
  private static func place(_ text: Substring, isInString: Bool) -> (Piece, end: String.Index)? {
    guard let close = text.firstIndex(of: "}") else { return nil }
    let name = text[text.index(after: text.startIndex)..<close]
    let end = text.index(after: close)
    if name == "*" { return (.values, end) }
    if name == "**" { return (.members, end) }
    guard !name.isEmpty, !name.contains(where: { "{\",:[]".contains($0) || $0.isNewline }) else { return nil }
    let form = isInString ? Form.inString : .json
    if name.first == "#", let number = Int(name.dropFirst()), (1...ModelFacts.widthLimit).contains(number) {
      return (.value(.number(number - 1), form), end)
    }
    return (.value(.name(String(name)), form), end)
  }

  // MARK: Writing

  /// The places of the named columns among the inputs.
  ///
  /// - Throws: ``RequestTemplateError/unknownColumn(_:known:)``.
  private func places(_ inputs: [InputColumn]) throws(RequestTemplateError) -> [String: Int] {
    let places = Dictionary(inputs.enumerated().map { ($1.name, $0) }) { first, _ in first }
    if let name = names.first(where: { places[$0] == nil }) {
      throw .unknownColumn(name, known: inputs.map(\.name))
    }
    return places
  }

  /// The body about a row.
  ///
  /// - Throws: ``RequestTemplateError/unknownColumn(_:known:)``.
  func body(
    _ queries: Matrix, row: Int, _ inputs: [InputColumn]
  ) throws(RequestTemplateError) -> String {
    let places = try places(inputs)
    var result = ""
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .values:
        result += inputs.indices.map { Self.json(queries[row, $0], inputs[$0]) }.joined(separator: ",")
      case .members:
        result += inputs.indices.map {
          "\(Self.quoted(inputs[$0].name)):\(Self.json(queries[row, $0], inputs[$0]))"
        }.joined(separator: ",")
      case .value(let column, let form):
        let place = try self.place(column, places, inputs)
        let (value, input) = (queries[row, place], inputs[place])
        switch form {
        case .json: result += Self.json(value, input)
        case .string: result += input.text(of: value).map(Self.quoted) ?? "null"
        case .inString: result += String(Self.quoted(input.text(of: value) ?? "").dropFirst().dropLast())
        }
      }
    }
    return result
  }

  /// The address of a row.
  ///
  /// - Throws: ``RequestTemplateError/unknownColumn(_:known:)``.
  func address(
    _ queries: Matrix, row: Int, _ inputs: [InputColumn]
  ) throws(RequestTemplateError) -> String {
    let places = try places(inputs)
    var result = ""
    for piece in pieces {
      if case .text(let text) = piece { result += text }
      guard case .value(let column, _) = piece else { continue }
      let place = try self.place(column, places, inputs)
      result += Self.escaped(inputs[place].text(of: queries[row, place]) ?? "")
    }
    return result
  }

  private func place(
    _ column: Column, _ places: [String: Int], _ inputs: [InputColumn]
  ) throws(RequestTemplateError) -> Int {
    switch column {
    case .name(let name):
      if let place = places[name] { return place }
      throw .unknownColumn(name, known: inputs.map(\.name))
    case .number(let place):
      guard inputs.indices.contains(place) else {
        throw .unknownColumn("#\(place + 1)", known: inputs.map(\.name))
      }
      return place
    }
  }

  private static func quoted(_ text: String) -> String {
    var writer = JSONWriter()
    writer.write(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private static func json(_ value: Double, _ input: InputColumn) -> String {
    guard let text = input.text(of: value) else { return "null" }
    return input.isNumber ? text : quoted(text)
  }

  /// Bytes that stand for themselves in an address, all others as `%XX`.
  static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}

/// Why a request cannot be written.
public enum RequestTemplateError: Error, Equatable, CustomStringConvertible {
  /// It has no place for a value.
  case noPlace(String)
  /// With numbers in its places it is no JSON.
  case noJSON(String, reason: String)
  /// It names a column that is not known.
  case unknownColumn(String, known: [String])
  /// A request about several rows without a place for them, or with two.
  case noRows(String)
  /// A request about several rows with a place for a value.
  case placeBesideRows(String, place: String)
  /// A path into answers that is not understood.
  case badPath(String, reason: String)
  /// A request in which values cannot be found again.
  case noInverse(String)

  public var description: String {
    switch self {
    case .noPlace(let text):
      "the request '\(text)' has no place for a value; write {name} where the value of a column goes, or {*} for all"
    case .noJSON(let text, let reason):
      "with values in its places the request '\(text)' is no JSON: \(reason)"
    case .unknownColumn(let name, let known):
      "the request names the column '\(name)'; known are \(known.prefix(12).joined(separator: ", "))"
    case .noRows(let text):
      "the request about several rows '\(text)' needs one place {rows} for them, such as [{rows}]"
    case .placeBesideRows(let text, let place):
      "the request about several rows '\(text)' has the place \(place) besides {rows}; values of columns go into the "
        + "request about one row"
    case .badPath(let text, let reason):
      "the path '\(text)' into the answer is not understood: \(reason); write such as $.probability, $.scores[*] or "
        + "$.result.label"
    case .noInverse(let text):
      "in a request such as '\(text)' the values could not be told apart; write places with text between them, and each "
        + "name once"
    }
  }
}
