import Datasets
import ArgumentParser
import Tabular
import Workbench

/// The options that say how tables are read; every command that reads one takes them.
struct TableFormat: ParsableArguments {
  /// Title of the options in the help.
  static let title: String = "Reading tables"

  @Option(
    help: ArgumentHelp(
      "Columns whose kind is not to be guessed, such as zip=categorical,price=numeric; may be repeated.",
      valueName: "column=kind,..."))
  var kinds: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Further texts that stand for a missing value, such as -9,unknown, or in one column, age=0,-1; may be repeated.",
      valueName: "[column=]text,..."))
  var na: [String] = []

  @Option(
    name: .customLong("header"),
    help: ArgumentHelp(
      """
      Whether the first line holds the names of the columns. (default: as the lines below it show) Where a service is \
      attacked, 'Name: value' is a header of every request; may be repeated.
      """, valueName: "header"))
  var headers: [HeaderChoice] = []

  @Option(
    help: ArgumentHelp(
      "Mark before the fraction of a number: . or a comma. (default: as each column shows)", valueName: "mark"
    ))
  var decimal: NumberMark?

  @Option(
    help: ArgumentHelp(
      "Mark between thousands: , . ' _ or blank; signs of currency and percent are then passed over.",
      valueName: "mark"))
  var thousands: NumberMark?

  @Option(
    help: ArgumentHelp(
      "Character between fields: , ; | tab, blank or another one. (default: as the first lines show)",
      valueName: "character"))
  var delimiter: FieldDelimiter?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Lines of the file that stand before the table. (default: as the first lines show)", valueName: "lines")
  )
  var skip: Int?

  /// The words for ``TableReader/hasHeader``, and what a request to a service carries, which goes by the same name.
  enum HeaderChoice: ExpressibleByArgument {
    case line(Bool)
    case request(String)

    init?(argument: String) {
      switch argument {
      case "yes": self = .line(true)
      case "no": self = .line(false)
      default:
        guard argument.contains(":") else { return nil }
        self = .request(argument)
      }
    }

    static var allValueStrings: [String] { ["yes", "no"] }
  }

  /// Headers of requests to a service.
  var requestHeaders: [String] {
    headers.compactMap { if case .request(let text) = $0 { text } else { nil } }
  }

  func validate() throws {
    _ = try columnKinds()
    if let skip, skip < 0 { throw ValidationError("--skip must be at least 0, not \(skip)") }
    if let decimal {
      guard [UInt8(ascii: "."), UInt8(ascii: ",")].contains(decimal.byte) else {
        throw ValidationError(
          "--decimal takes a point or a comma, not '\(Character(Unicode.Scalar(decimal.byte)))'")
      }
    }
    if let thousands, thousands.byte == decimal?.byte ?? UInt8(ascii: ".") {
      throw ValidationError(
        "--decimal and --thousands are the same mark; numbers with points between thousands need --decimal ,")
    }
  }

  /// The kinds of columns that are given.
  func columnKinds() throws -> [String: ColumnKind] {
    var result: [String: ColumnKind] = [:]
    let pairs = try usage {
      try kinds.flatMap { try ListOption.pairs($0, option: "--kinds", form: "column=kind") }
    }
    for (name, word) in pairs {
      guard let kind = ColumnKind(rawValue: word) else {
        let known = ColumnKind.allCases.map(\.rawValue).joined(separator: " or ")
        throw ValidationError("--kinds takes column=kind with the kind \(known), not '\(name)=\(word)'")
      }
      result[name] = kind
    }
    return result
  }

  /// What these options say.
  func given() throws -> ReadingOptions {
    var options = ReadingOptions()
    for list in na {
      let (alone, named) = ListOption.grouped(list)
      options.missing += alone
      for (name, values) in named { options.columnMissing[name, default: []] += values }
    }
    func unique(_ texts: [String]) -> [String] { Set(texts).sorted() }
    options.missing = unique(options.missing)
    options.columnMissing = options.columnMissing.mapValues(unique)
    options.kinds = try columnKinds()
    options.hasHeader = headers.compactMap { if case .line(let isThere) = $0 { isThere } else { nil } }.last
    options.decimal = decimal?.byte
    options.thousands = thousands?.byte
    options.separator = delimiter?.byte
    return options
  }

  /// How tables are read.
  func reading() throws -> ReadingChoices { ReadingChoices(try given(), skip: skip) }

  /// Refuses the header of a request where none is sent.
  func checkHeaders() throws {
    if let text = requestHeaders.first {
      throw ValidationError("--header '\(text)' is for requests to a service; for tables it is yes or no")
    }
  }
}
