import ArgumentParser

/// A mark in a number, on the command line.
struct NumberMark: ExpressibleByArgument, Sendable {
  let byte: UInt8

  init?(argument: String) {
    switch argument {
    case ".", "point": byte = UInt8(ascii: ".")
    case ",", "comma": byte = UInt8(ascii: ",")
    case "'", "’": byte = UInt8(ascii: "'")
    case "_": byte = UInt8(ascii: "_")
    case " ", "blank", "space": byte = UInt8(ascii: " ")
    default: return nil
    }
  }
}

/// What separates fields, on the command line.
struct FieldDelimiter: ExpressibleByArgument, Sendable {
  let byte: UInt8

  init?(argument: String) {
    switch argument {
    case "tab", "\\t": byte = UInt8(ascii: "\t")
    case "blank", "space", "\\s+": byte = UInt8(ascii: " ")
    case "comma": byte = UInt8(ascii: ",")
    case "semicolon": byte = UInt8(ascii: ";")
    default:
      guard argument.utf8.count == 1, let only = argument.utf8.first, only < 0x80, only != 10, only != 13,
        only != UInt8(ascii: "\"")
      else { return nil }
      byte = only
    }
  }
}
