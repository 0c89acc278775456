import FoundationEssentials

/// Numbers as bytes, which JSON holds as one base64 text: a byte that says how, then the numbers.
///
/// | First byte | Numbers |
/// | --- | --- |
/// | `w` | whole numbers of 0 up to 2⁵³, seven bits a byte, the lowest first; the last byte of a number is below 128 |
/// | `d` | doubles of eight bytes, the lowest byte first |
enum PackedColumn {
  private static let whole = UInt8(ascii: "w")
  private static let double = UInt8(ascii: "d")
  /// Whole numbers of 0 up to 2⁵³.
  static func pack(_ numbers: some Collection<Int>) -> Data {
    var bytes = [whole]
    bytes.reserveCapacity(numbers.count + numbers.count / 2 + 1)
    for number in numbers { append(UInt64(truncatingIfNeeded: number), to: &bytes) }
    return Data(bytes)
  }

  /// Any doubles, as whole numbers if they are.
  static func pack(_ numbers: some Collection<Double>) -> Data {
    if numbers.allSatisfy(CompactNumbers.isWhole) {
      return pack(numbers.lazy.map { Int($0) })
    }
    var bytes = [double]
    bytes.reserveCapacity(8 * numbers.count + 1)
    for number in numbers {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return Data(bytes)
  }

  @inline(__always)
  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    var rest = number
    while rest >= 128 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Reads whole numbers, which must be `count` and fill the bytes.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)``.
  static func wholeNumbers(_ data: Data, _ name: String, count: Int) throws(ModelError) -> [Int] {
    guard data.first == whole else { throw damaged(name, "holds no whole numbers") }
    guard let numbers = (data.withUnsafeBytes { wholeNumbers($0, count: count) { $0 } }) else {
      throw damaged(name, "does not hold \(count) whole numbers")
    }
    return numbers
  }

  /// Reads doubles, which must be `count`, finite, and fill the bytes.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)``.
  static func doubles(_ data: Data, _ name: String, count: Int) throws(ModelError) -> [Double] {
    if data.first == whole {
      guard let numbers = (data.withUnsafeBytes { wholeNumbers($0, count: count) { Double($0) } }) else {
        throw damaged(name, "does not hold \(count) whole numbers")
      }
      return numbers
    }
    guard data.first == double, (data.count - 1).isMultiple(of: 8), (data.count - 1) / 8 == count else {
      throw damaged(name, "does not hold \(count) numbers")
    }
    let numbers = data.withUnsafeBytes { bytes in
      (0..<count).map { place in
        let pattern = bytes.loadUnaligned(fromByteOffset: 1 + 8 * place, as: UInt64.self)
        return Double(bitPattern: UInt64(littleEndian: pattern))
      }
    }
    guard numbers.allSatisfy(\.isFinite) else {
      throw damaged(name, "holds a value that is not a finite number")
    }
    return numbers
  }

  /// Reads numbers, which must be `count`, finite, and fill the bytes, into the least memory.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)``.
  static func compact(
    _ data: Data, _ name: String, count: Int, mustBeWhole: Bool = false
  ) throws(ModelError) -> CompactNumbers {
    guard data.first == whole else {
      if mustBeWhole { throw damaged(name, "holds no whole numbers") }
      return try CompactNumbers(doubles(data, name, count: count))
    }
    guard count <= Int32.max, let numbers = data.withUnsafeBytes({ compact($0, count: count) }) else {
      throw damaged(name, "does not hold \(count) whole numbers")
    }
    return numbers
  }

  /// Nil unless exactly `count` numbers in their shortest form fill the bytes after the first.
  private static func compact(_ bytes: UnsafeRawBufferPointer, count: Int) -> CompactNumbers? {
    // Every number takes a byte, so that a wrong count allocates nothing.
    guard count <= bytes.count - 1 else { return nil }
    var place = 1
    let numbers = CompactNumbers(count: count) { block in
      if let plain = plainBytes(bytes, place, block.count) {
        place += block.count
        return .bytes(plain)
      }
      for index in block.indices {
        guard let number = wholeNumber(bytes, &place) else { return nil }
        block[index] = UInt64(truncatingIfNeeded: number)
      }
      return .numbers
    }
    return place == bytes.count ? numbers : nil
  }

  /// The next bytes of a whole block if every one of them is a number.
  @inline(__always)
  private static func plainBytes(
    _ bytes: UnsafeRawBufferPointer, _ place: Int, _ count: Int
  ) -> UnsafeRawBufferPointer? {
    guard count == CompactNumbers.block, place + count <= bytes.count else { return nil }
    var any: UInt64 = 0
    for offset in stride(from: place, to: place + count, by: 8) {
      any |= bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
    guard any & 0x8080_8080_8080_8080 == 0 else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
  }

  /// Nil unless exactly `count` numbers in their shortest form fill the bytes after the first.
  private static func wholeNumbers<Number>(
    _ bytes: UnsafeRawBufferPointer, count: Int, _ convert: (Int) -> Number
  ) -> [Number]? {
    // Every number takes a byte, so that a wrong count allocates nothing.
    guard count <= bytes.count - 1 else { return nil }
    var numbers: [Number] = []
    numbers.reserveCapacity(count)
    var place = 1
    for _ in 0..<count {
      guard let number = wholeNumber(bytes, &place) else { return nil }
      numbers.append(convert(number))
    }
    return place == bytes.count ? numbers : nil
  }

  /// The number at a place, which moves behind it; nil for one that breaks off, is too large or not in its shortest form.
  @inline(__always)
  private static func wholeNumber(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> Int? {
    var (number, shift) = (0, 0)
    while true {
      guard place < bytes.count, shift < 56 else { return nil }
      let byte = Int(bytes[place])
      place += 1
      number |= (byte & 127) << shift
      shift += 7
      guard byte >= 128 else {
        if byte == 0, shift > 7 { return nil }
        return number <= CompactNumbers.largest ? number : nil
      }
    }
  }

  private static func damaged(_ name: String, _ reason: String) -> ModelError {
    .invalid(model: "decision tree", reason: "its '\(name)' \(reason)")
  }
}
