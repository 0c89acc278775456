/// Numbers that take no more memory than they need: whole ones of 0 up to 2⁵³ stand in blocks of 1, 2, 4 or 8 bytes a
/// number, all others are doubles.
///
/// Equal numbers are held alike however they came, and every number comes back bit by bit.
struct CompactNumbers: Sendable {
  /// Numbers in a block.
  static let block = 32
  /// Whole numbers up to here are doubles too.
  static let largest = 1 << 53

  let count: Int
  /// The blocks of whole numbers, one behind the other.
  private let bytes: [UInt8]
  /// Of every block its start, in units of ``block`` bytes, times 4, plus the binary logarithm of its bytes a number.
  private let starts: [UInt32]
  /// The numbers, unless they are whole.
  private let doubles: [Double]

  /// Any numbers.
  init(_ numbers: some Collection<Double>) {
    if numbers.count <= Int32.max, numbers.allSatisfy(Self.isWhole) {
      self.init(whole: numbers.lazy.map { Int($0) })
    } else {
      self.init(doubles: Array(numbers))
    }
  }

  /// Whole numbers of 0 up to 2⁵³.
  init(whole numbers: some Collection<Int>) {
    var rest = numbers.makeIterator()
    let blocks =
      numbers.count > Int32.max
      ? nil
      : CompactNumbers(count: numbers.count) { block in
        for place in block.indices {
          guard let number = rest.next() else { return nil }
          block[place] = UInt64(truncatingIfNeeded: number)
        }
        return .numbers
      }
    self = blocks ?? CompactNumbers(doubles: numbers.map { Double($0) })
  }

  private init(doubles: [Double]) {
    (count, bytes, starts, self.doubles) = (doubles.count, [], [], doubles)
  }

  /// What the next block is.
  enum Filling {
    /// The numbers that were written into the room that was lent.
    case numbers
    /// Numbers below 256, a byte each.
    case bytes(UnsafeRawBufferPointer)
  }

  /// Whole numbers of 0 up to 2⁵³, block by block.
  ///
  /// - Parameters:
  ///   - count: how many there are, at most 2³¹ − 1.
  ///   - fill: gives the next numbers, as many as the room that is lent holds; nil where there are none.
  /// - Returns: nil if `fill` gave nil.
  @inline(__always)
  init?(count: Int, _ fill: (UnsafeMutableBufferPointer<UInt64>) -> Filling?) {
    var (bytes, starts) = ([UInt8](), [UInt32]())
    bytes.reserveCapacity(count + count / 4)
    starts.reserveCapacity(count / Self.block + 1)
    let isWhole = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.block) { room in
      for start in Swift.stride(from: 0, to: count, by: Self.block) {
        let block = UnsafeMutableBufferPointer(rebasing: room[..<Swift.min(Self.block, count - start)])
        let first = UInt32(truncatingIfNeeded: bytes.count / Self.block) << 2
        switch fill(block) {
        case nil: return false
        case .bytes(let plain):
          starts.append(first)
          bytes.append(contentsOf: plain)
        case .numbers:
          let any = block.reduce(0, |)
          let width: UInt32 = any < 1 << 8 ? 0 : any < 1 << 16 ? 1 : any < 1 << 32 ? 2 : 3
          starts.append(first | width)
          // No number is moved behind the place of one that is still to be read.
          let packed = UnsafeMutableRawBufferPointer(block)
          for (place, number) in block.enumerated() {
            switch width {
            case 0: packed[place] = UInt8(truncatingIfNeeded: number)
            case 1:
              packed.storeBytes(
                of: UInt16(truncatingIfNeeded: number).littleEndian, toByteOffset: 2 * place, as: UInt16.self)
            case 2:
              packed.storeBytes(
                of: UInt32(truncatingIfNeeded: number).littleEndian, toByteOffset: 4 * place, as: UInt32.self)
            default: packed.storeBytes(of: number.littleEndian, toByteOffset: 8 * place, as: UInt64.self)
            }
          }
          bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: packed[..<(block.count << Int(width))]))
        }
      }
      return true
    }
    guard isWhole else { return nil }
    // No more memory than they fill.
    if bytes.capacity > bytes.count + bytes.count / 16 { bytes = bytes.withUnsafeBytes { Array($0) } }
    (self.count, self.bytes, self.starts, doubles) = (count, bytes, starts, [])
  }

  /// Whether a number is held in a block.
  @inline(__always)
  static func isWhole(_ number: Double) -> Bool {
    number.sign == .plus && number <= Double(largest) && number == number.rounded()
  }

  /// Whether all numbers are whole, and so none is negative.
  var areWhole: Bool { doubles.isEmpty }
}

extension CompactNumbers {
  /// Reads numbers without counting references, as loops over many need it.
  struct Reader {
    fileprivate let bytes: UnsafeRawBufferPointer
    fileprivate let starts: UnsafeBufferPointer<UInt32>
    fileprivate let doubles: UnsafeBufferPointer<Double>

    @inline(__always)
    subscript(index: Int) -> Double {
      guard doubles.isEmpty else { return doubles[index] }
      let start = starts[index / block]
      let (base, place) = (Int(start >> 2) * block, index % block)
      switch start & 3 {
      case 0: return Double(bytes[base + place])
      case 1: return Double(load(base + 2 * place, UInt16.self))
      case 2: return Double(load(base + 4 * place, UInt32.self))
      default: return Double(load(base + 8 * place, UInt64.self))
      }
    }

    @inline(__always)
    private func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Number.Type)
      -> Number
    {
      Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
  }

  /// Lends a reader of the numbers; it must not leave the closure.
  @inline(__always)
  func withReader<Result>(_ body: (Reader) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes { bytes in
      try starts.withUnsafeBufferPointer { starts in
        try doubles.withUnsafeBufferPointer { doubles in
          try body(Reader(bytes: bytes, starts: starts, doubles: doubles))
        }
      }
    }
  }
}

extension CompactNumbers: RandomAccessCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(index: Int) -> Double {
    precondition(index >= 0 && index < count, "number \(index) of \(count)")
    return withReader { $0[index] }
  }
}

extension CompactNumbers: Hashable {
  static func == (left: CompactNumbers, right: CompactNumbers) -> Bool {
    guard left.count == right.count else { return false }
    // A negative zero, which equals a whole number, is held as a double.
    guard left.areWhole == right.areWhole else { return left.elementsEqual(right) }
    return left.areWhole
      ? left.starts == right.starts && left.bytes == right.bytes : left.doubles == right.doubles
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    withReader { reader in
      for index in 0..<count { hasher.combine(reader[index]) }
    }
  }
}

/// Places of a list that are marked, each with its number among them.
struct MarkedPlaces: Sendable, Hashable {
  private var words: [UInt64]
  /// Marked places before every word.
  private var before: [UInt32]

  /// The places for which `isMarked` says so; at most 2³¹ − 1.
  init(_ count: Int, _ isMarked: (Int) -> Bool) {
    words = []
    before = []
    words.reserveCapacity((count + 63) / 64)
    before.reserveCapacity((count + 63) / 64)
    var sum: UInt32 = 0
    for start in Swift.stride(from: 0, to: count, by: 64) {
      var word: UInt64 = 0
      for place in start..<Swift.min(start + 64, count) where isMarked(place) {
        word |= 1 << UInt64(place - start)
      }
      words.append(word)
      before.append(sum)
      sum += UInt32(word.nonzeroBitCount)
    }
  }

  /// Whether a place is marked.
  @inline(__always)
  func contains(_ place: Int) -> Bool { words[place / 64] >> UInt64(place % 64) & 1 == 1 }

  /// Marked places before this one.
  @inline(__always)
  func rank(_ place: Int) -> Int {
    let below = words[place / 64] & (1 << UInt64(place % 64) - 1)
    return Int(before[place / 64]) + below.nonzeroBitCount
  }
}
