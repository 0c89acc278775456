import Tabular

/// Some columns of encoded features, made of one column of the table.
enum FeaturePiece: Hashable {
  /// A number.
  case number(ImportedNumber)
  /// A text, which a model cannot take yet.
  case text(ImportedText)
  /// Numbers that stand for categories.
  case category(ImportedCategory)

  /// How many encoded columns it has.
  var width: Int {
    if case .category(let category) = self { category.columns.count } else { 1 }
  }

  /// Bytes of memory, without what is shared with the piece that it was made of.
  var memory: Int {
    let size = MemoryLayout<FeaturePiece>.stride
    guard case .number(let number) = self, !number.steps.isEmpty else { return size }
    return size + 32 + number.steps.count * MemoryLayout<ImportedNumber.Step>.stride
  }

  /// The column of the table.
  var name: String {
    switch self {
    case .number(let number): number.name
    case .text(let text): text.name
    case .category(let category): category.name
    }
  }

  /// The same column under another name.
  func named(_ name: String) -> FeaturePiece {
    switch self {
    case .number(var number):
      number.name = name
      return .number(number)
    case .text(var text):
      text.name = name
      return .text(text)
    case .category(var category):
      category.name = name
      return .category(category)
    }
  }
}
