extension Table {
  /// The table with a column of categories made numbers; `words` are the numbers of levels that are none.
  package func numbering(_ name: String, _ words: [String: Double]) -> Table {
    Table(
      columns: columns.map { column in
        guard column.name == name, case .categorical(let codes, let levels) = column.values else {
          return column
        }
        let numbers = levels.map { words[$0] ?? Double($0) ?? .nan }
        return Column(name: name, values: .numeric(codes.map { $0 < 0 ? .nan : numbers[$0] }))
      }, reading: reading)
  }
}
