import LinearAlgebra
import Querying
import Tabular

/// Reads the input tensors of a request of the Open Inference Protocol.
struct V2Tensors {
  private static let numberTypes: Set<String> = [
    "FP64", "FP32", "FP16", "BF16", "INT64", "INT32", "INT16", "INT8", "UINT64", "UINT32", "UINT16", "UINT8",
    "BOOL",
  ]

  let model: ServedModel
  /// Most rows.
  let limit: RowLimit

  init(_ model: ServedModel, limit: RowLimit) {
    self.model = model
    self.limit = limit
  }

  /// The rows of one tensor for all columns, or of one tensor per column.
  func rows(_ inputs: [JSON]) throws(APIError) -> Matrix {
    if inputs.count == 1, model.isNumeric {
      let shape = try shape(of: inputs[0])
      if shape.count == 2, shape[1] == model.schema.inputs.count { return try whole(inputs[0], shape) }
      if model.columns[inputs[0]["name"]?.string ?? ""] == nil || shape.count == 2 && shape[1] != 1 {
        throw .invalid(
          "the tensor has the shape \(shape) and model '\(model.name)' takes [n, \(model.schema.inputs.count)]"
        )
      }
    }
    var columns: [JSON.Member] = []
    for input in inputs {
      guard let name = input["name"]?.string else { throw .invalid("an input needs a 'name'") }
      columns.append(JSON.Member(name: name, value: try column(input, name)))
    }
    return try model.rows(columns: columns, limit: limit)
  }

  private func shape(of input: JSON) throws(APIError) -> [Int] {
    guard input.members != nil else { throw .invalid("an input is \(input.kind); expected an object") }
    guard let sizes = input["shape"]?.elements, !sizes.isEmpty else {
      throw .invalid("an input needs a 'shape' such as [1, \(model.schema.inputs.count)]")
    }
    var shape: [Int] = []
    for size in sizes {
      guard let size = size.count, size < 1 << 40 else { throw .invalid("'shape' must hold whole numbers") }
      shape.append(size)
    }
    return shape
  }

  /// All columns from one tensor.
  private func whole(_ input: JSON, _ shape: [Int]) throws(APIError) -> Matrix {
    let type = try datatype(of: input)
    guard Self.numberTypes.contains(type) else {
      throw .invalid("datatype \(type.prefix(20)) does not fit numbers; send FP64")
    }
    guard shape[0] > 0 else { throw .invalid("the tensor has no rows") }
    try limit.check(shape[0])
    let values: [Double]
    if case .numbers(let numbers)? = input["data"] {
      values = numbers
    } else {
      values = try flat(input, columnOf: { $0 % shape[1] })
    }
    guard values.count == shape[0] * shape[1] else {
      throw .invalid("'data' has \(values.count) values and the shape \(shape) needs \(shape[0] * shape[1])")
    }
    try check(values, type)
    return Matrix(rows: shape[0], columns: shape[1], elements: values)
  }

  /// The values of one column.
  private func column(_ input: JSON, _ name: String) throws(APIError) -> JSON {
    let shape = try shape(of: input)
    guard shape.count == 1 || shape.count == 2 && shape[1] == 1, shape[0] > 0 else {
      throw .invalid("input '\(name.prefix(60))' has the shape \(shape); a column has [n] or [n, 1]")
    }
    guard let place = model.columns[name] else { throw ServedModel.unknown(name) }
    let type = try datatype(of: input)
    guard type == "BYTES" ? !model.schema.inputs[place].isNumber : Self.numberTypes.contains(type) else {
      throw model.invalid(
        place,
        "is of datatype \(type.prefix(20)) and must be \(V2Metadata.datatype(model.schema.inputs[place]))")
    }
    guard let data = input["data"], let elements = data.elements else {
      throw model.invalid(place, "has no 'data'")
    }
    guard elements.count == shape[0] else {
      throw model.invalid(place, "has \(elements.count) values and the shape \(shape)")
    }
    if case .numbers(let values) = data { try check(values, type) }
    return data
  }

  private func datatype(of input: JSON) throws(APIError) -> String {
    guard let type = input["datatype"]?.string else {
      throw .invalid("an input needs a 'datatype' such as FP64")
    }
    return type
  }

  /// Whole numbers where the datatype says so.
  private func check(_ values: [Double], _ type: String) throws(APIError) {
    guard type.hasPrefix("INT") || type.hasPrefix("UINT") else { return }
    for value in values where value.rounded() != value {
      throw .invalid("\(value) is no whole number and the datatype is \(type)")
    }
  }

  /// The values of nested arrays, row by row.
  private func flat(_ input: JSON, columnOf: (Int) -> Int) throws(APIError) -> [Double] {
    guard let data = input["data"], data.elementCount != nil else {
      throw .invalid("an input needs 'data', an array")
    }
    var values: [Double] = []
    try flatten(data, into: &values, columnOf: columnOf)
    return values
  }

  private func flatten(
    _ json: JSON, into values: inout [Double], columnOf: (Int) -> Int
  ) throws(APIError) {
    switch json {
    case .numbers(let numbers): values += numbers
    case .array(let elements):
      for (row, element) in elements.enumerated() {
        try limit.read(row: row)
        try flatten(element, into: &values, columnOf: columnOf)
      }
    default: values.append(try model.value(json, column: columnOf(values.count)))
    }
  }
}
