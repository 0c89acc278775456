/// The names of columns, each once.
struct ColumnNaming {
  private(set) var names: [String]
  private(set) var unnamed: Set<Int> = []
  private(set) var notes: [String] = []

  /// The names of a header over rows, which may have one field more or less.
  init(_ header: [String], rows: [[String]]) {
    var header = header
    let isLonger = !rows.isEmpty && rows.allSatisfy { $0.count == header.count + 1 }
    if isLonger, !rows.allSatisfy({ $0.last == "" }) {
      header.insert("row_names", at: 0)
      notes.append(
        "the lines have one field more than names; their first is taken for the name of the row, called 'row_names'"
      )
    } else if header.count > 1, header.last == "", !rows.isEmpty,
      rows.allSatisfy({ $0.count < header.count }), rows.contains(where: { $0.count == header.count - 1 })
    {
      header.removeLast()
      notes.append("the line of names ends with a separator that the rows do not have; it is left out")
    }
    var taken = Set(header)
    names = []
    var (doubled, seen) = ([String](), Set<String>())
    func free(_ name: (Int) -> String, from first: Int) -> String {
      var number = first
      while taken.contains(name(number)) { number += 1 }
      taken.insert(name(number))
      return name(number)
    }
    for (place, name) in header.enumerated() {
      if name.isEmpty {
        let own = "column\(place + 1)"
        names.append(taken.insert(own).inserted ? own : free({ "\(own).\($0)" }, from: 1))
        unnamed.insert(place)
      } else if seen.insert(name).inserted {
        names.append(name)
      } else {
        names.append(free({ "\(name).\($0)" }, from: 1))
        doubled.append("'\(names[place])'")
      }
    }
    if !unnamed.isEmpty {
      let list = unnamed.sorted().prefix(8).map { names[$0] }.joined(separator: ", ")
      notes.append("columns without a name are called \(list)")
    }
    if !doubled.isEmpty {
      notes.append("names that stand there twice are numbered: \(doubled.prefix(8).joined(separator: ", "))")
    }
  }
}
