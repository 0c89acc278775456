import FoundationEssentials

/// A constant of a graph.
struct ImportedTensor {
  /// Its elements, row by row.
  enum Elements {
    /// Numbers of any type.
    case numbers([Double])
    /// Texts.
    case texts([String])
  }

  let dimensions: [Int]
  let elements: Elements

  /// The numbers; nil for texts.
  var numbers: [Double]? {
    if case .numbers(let values) = elements { values } else { nil }
  }

  /// Bytes of memory.
  var memory: Int {
    switch elements {
    case .numbers(let values): values.count * MemoryLayout<Double>.stride
    case .texts(let values): values.reduce(0) { $0 + $1.utf8.count + 32 }
    }
  }

  /// The numbers as whole ones; nil for texts and if one is not whole.
  var integers: [Int]? {
    guard let numbers else { return nil }
    let integers = numbers.compactMap { Int(exactly: $0) }
    return integers.count == numbers.count ? integers : nil
  }

  /// The elements as labels of classes.
  var labels: [String]? {
    if case .texts(let values) = elements { values } else { integers.map { $0.map { String($0) } } }
  }

  /// A tensor of elements.
  init(dimensions: [Int], elements: Elements) {
    self.dimensions = dimensions
    self.elements = elements
  }

  /// Decodes a tensor; what is wrong with it is the error.
  init(_ tensor: ONNXTensorProto) throws(Defect) {
    guard tensor.dataLocation == .default, !tensor.hasSegment else {
      throw Defect(reason: "has its values in another file")
    }
    var count = 1
    var dimensions: [Int] = []
    for dimension in tensor.dims {
      let (product, overflow) = count.multipliedReportingOverflow(by: Int(dimension))
      guard dimension >= 0, !overflow else { throw Defect(reason: "has no possible shape") }
      count = product
      dimensions.append(Int(dimension))
    }
    self.dimensions = dimensions
    elements = try Self.elements(tensor)
    let found =
      switch elements {
      case .numbers(let values): values.count
      case .texts(let values): values.count
      }
    guard found == count else { throw Defect(reason: "has \(found) values and room for \(count)") }
  }

  /// Why a tensor cannot be used.
  struct Defect: Error {
    let reason: String
  }

  private static func elements(_ tensor: ONNXTensorProto) throws(Defect) -> Elements {
    let raw = tensor.hasRawData ? tensor.rawData : nil
    switch TensorElement(rawValue: tensor.dataType) {
    case .float:
      guard let raw else { return .numbers(tensor.floatData.map { Double($0) }) }
      return .numbers(try words(raw, UInt32.self).map { Double(Float(bitPattern: $0)) })
    case .double:
      guard let raw else { return .numbers(tensor.doubleData) }
      return .numbers(try words(raw, UInt64.self).map { Double(bitPattern: $0) })
    case .int32:
      guard let raw else { return .numbers(tensor.int32Data.map { Double($0) }) }
      return .numbers(try words(raw, UInt32.self).map { Double(Int32(bitPattern: $0)) })
    case .int64:
      guard let raw else { return .numbers(tensor.int64Data.map { Double($0) }) }
      return .numbers(try words(raw, UInt64.self).map { Double(Int64(bitPattern: $0)) })
    case .string: return .texts(tensor.stringData.map { String(decoding: $0, as: UTF8.self) })
    case .uint8, .bool, nil: throw Defect(reason: "has elements of the unsupported type \(tensor.dataType)")
    }
  }

  /// Little-endian words.
  private static func words<Word: FixedWidthInteger>(
    _ data: Data, _ type: Word.Type
  ) throws(Defect) -> [Word] {
    let size = MemoryLayout<Word>.size
    guard data.count.isMultiple(of: size) else { throw Defect(reason: "breaks off") }
    return data.withUnsafeBytes { bytes in
      (0..<bytes.count / size).map {
        Word(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Word.self))
      }
    }
  }
}
