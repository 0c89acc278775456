/// One column in the making: numbers as long as every field is one, or few are not; categories if the first that has a
/// value is a word; and nothing of use where many words follow numbers.
struct ColumnBuilder {
  /// A word in a column of numbers.
  struct Word {
    /// How often it stands there.
    var count = 1
    /// Where it stands first.
    let row: Int
  }

  /// What words may stand among numbers and count as missing.
  enum Words {
    /// None.
    case none
    /// Signs of missing values.
    case signs
    /// Signs, and few others among many different numbers.
    case few
    /// Signs, and few others.
    case fewAnywhere
  }

  private var numbers: [Double] = []
  private var codes: [Int] = []
  private var levels: [String] = []
  private var positions: [String: Int] = [:]
  private var cache = WordCache()
  /// Whether a number was added.
  private var hasNumber = false
  private(set) var isNumeric: Bool
  /// The words among numbers.
  private(set) var words: [String: Word] = [:]
  /// How many of them are no signs of a missing value.
  private var strangers = 0
  /// What words may stand among numbers.
  private let allowed: Words
  /// Whether so many words stand among numbers that the column is none of numbers.
  private var isFull = false
  let isForcedNumeric: Bool
  /// Rows to have room for, so that no column grows by copies of itself.
  private let capacity: Int

  init(kind: ColumnKind?, capacity: Int, words: Words) {
    allowed = words
    isNumeric = kind != .categorical
    isForcedNumeric = kind == .numeric
    self.capacity = capacity
    if isNumeric { numbers.reserveCapacity(capacity) } else { codes.reserveCapacity(capacity) }
  }

  mutating func append(_ number: Double) {
    hasNumber = true
    numbers.append(number)
  }

  mutating func appendMissing() {
    if isNumeric { numbers.append(.nan) } else { codes.append(-1) }
  }

  /// Adds a field of a column of words if its bytes are known, and says whether it did.
  mutating func appendKnown(_ field: CSVParser.Field, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !isNumeric, let code = cache.code(field, in: bytes) else { return false }
    codes.append(code)
    return true
  }

  /// Keeps the bytes of the field that was added last, if the column is of words.
  mutating func know(_ field: CSVParser.Field, in bytes: UnsafeBufferPointer<UInt8>) {
    guard !isNumeric, let code = codes.last else { return }
    cache.insert(code, field, in: bytes, words: levels.count)
  }

  /// Adds a word; few may stand among numbers.
  mutating func append(_ text: String) {
    guard !isFull else { return }
    guard isNumeric else {
      if let position = positions[text] {
        codes.append(position)
      } else {
        positions[text] = levels.count
        codes.append(levels.count)
        levels.append(text)
      }
      return
    }
    let isStranger = allowed == .none || !MissingMarkers.isPlaceholder(text)
    if isStranger {
      guard hasNumber || !words.isEmpty else { return becomeWords(with: text) }
      strangers += 1
      // More than one in twenty of all rows that there may be, or a number in another manner.
      if allowed == .none || allowed == .signs || 20 * strangers > capacity || !hasNumber
        || NumberConvention.isNumber(text)
      {
        isFull = true
        (numbers, words) = ([], [:])
        return
      }
    }
    words[text, default: Word(count: 0, row: numbers.count)].count += 1
    numbers.append(.nan)
  }

  /// Adds a text after which the column is none of numbers.
  mutating func becomeWords(with text: String) {
    guard !hasNumber, words.isEmpty else {
      isFull = true
      (numbers, words) = ([], [:])
      return
    }
    isNumeric = false
    let count = numbers.count
    numbers = []
    codes.reserveCapacity(capacity)
    codes.append(contentsOf: repeatElement(-1, count: count))
    append(text)
  }

  /// Whether the column must be read again as words.
  var isMixed: Bool {
    guard isNumeric else { return false }
    if isFull || (!words.isEmpty && !hasNumber) { return true }
    guard strangers > 0 else { return false }
    return !KindRule.areStrangers(strangers, among: numbers, different: allowed == .few ? 21 : 1)
  }

  func values() -> Table.Values {
    isNumeric ? .numeric(numbers) : .categorical(codes: codes, levels: levels)
  }
}
