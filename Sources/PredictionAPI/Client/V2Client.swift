import LinearAlgebra
import Querying
import Tabular

/// Asks servers of the Open Inference Protocol, version 2.
struct V2Client: WireClient {
  let dialect: DialectName? = .v2
  let url: String
  let batchLimit = 1000
  /// Name of the one tensor of all columns; nil for a tensor per column.
  var tensor: String?
  /// Its datatype, and those of the tensors of single columns by their names; `FP64` for numbers that are not there.
  var datatypes: [String: String] = [:]
  /// Outputs to ask for; empty for the server's usual one.
  var outputs: [String] = []
  /// Where counterfactuals must lie; nil for everywhere.
  var region: QueryRegion?

  func request(_ queries: Matrix, _ inputs: [InputColumn], details: AnswerDetails) -> WireRequest {
    var writer = JSONWriter(reserving: 128 + queries.elements.count * 20)
    writer.raw("{\"inputs\":")
    if let tensor {
      writer.list([tensor]) { writer, name in
        let type = datatypes[name] ?? "FP64"
        head(&writer, name, [queries.rows, queries.columns], type)
        Self.write(queries.elements, type, to: &writer)
        writer.raw("}")
      }
    } else {
      writer.list(inputs.indices) { writer, column in
        let input = inputs[column]
        let type = input.isNumber ? datatypes[input.name] ?? "FP64" : "BYTES"
        head(&writer, input.name, [queries.rows, 1], type)
        if input.isNumber {
          Self.write(queries.column(column), type, to: &writer)
        } else {
          writer.list(queries.column(column)) { $0.write(json($1, input)) }
        }
        writer.raw("}")
      }
    }
    let usual = outputs.isEmpty && !details.isEmpty ? ["predict"] : outputs
    let names = usual + Self.outputs(for: details)
    if !names.isEmpty {
      writer.raw(",\"outputs\":")
      writer.list(names) { writer, name in
        var members = [JSON.Member(name: "name", value: .string(name))]
        if name == "counterfactual", let region {
          members.append(.init(name: "parameters", value: .object(["region": region.json(inputs)])))
        }
        writer.write(.object(members))
      }
    }
    writer.raw("}")
    return WireRequest(url: url, headers: [("content-type", "application/json")], body: writer.bytes)
  }

  /// Numbers in the form of their datatype; a value that is missing or no such number is null.
  private static func write(_ values: [Double], _ type: String, to writer: inout JSONWriter) {
    guard type != "FP64" else { return writer.write(values) }
    writer.list(values) { writer, value in
      if type == "BOOL", value == 0 || value == 1 {
        writer.write(.boolean(value == 1))
      } else if let whole = Int(exactly: value) {
        writer.write(whole)
      } else {
        writer.write(value)
      }
    }
  }

  private func head(_ writer: inout JSONWriter, _ name: String, _ shape: [Int], _ type: String) {
    writer.raw("{\"name\":")
    writer.write(name)
    writer.raw(",\"shape\":")
    writer.list(shape) { $0.write($1) }
    writer.raw(",\"datatype\":")
    writer.write(type)
    writer.raw(",\"data\":")
  }

  static func outputs(for details: AnswerDetails) -> [String] {
    (details.contains(.nodes) ? ["node", "fields"] : []) + (details.contains(.gradients) ? ["gradient"] : [])
      + (details.isDisjoint(with: [.counterfactuals, .boundedCounterfactuals]) ? [] : ["counterfactual"])
  }

  func answers(_ reply: JSON, rows: Int) throws -> [RawAnswer] {
    guard let outputs = reply["outputs"]?.elements, !outputs.isEmpty else {
      throw notUnderstood("it has no 'outputs'")
    }
    var answers = [RawAnswer](repeating: RawAnswer(), count: rows)
    for output in outputs {
      guard let shape = output["shape"]?.elements?.compactMap(\.count), let found = shape.first,
        let data = output["data"].map(Self.flat)
      else { throw notUnderstood("an output has no shape or no data") }
      try check(found, rows: rows)
      guard data.count >= rows, data.count % rows == 0 else {
        throw notUnderstood("an output has \(data.count) values for \(rows) rows")
      }
      let width = data.count / rows
      for row in 0..<rows {
        try read(data[row * width..<(row + 1) * width], of: output["name"]?.string ?? "", into: &answers[row])
      }
    }
    return answers
  }

  private func read(_ values: ArraySlice<JSON>, of output: String, into answer: inout RawAnswer) throws {
    func numbers() -> [Double] { values.map { RawAnswer.number(of: $0) ?? .nan } }
    switch output {
    case "confidence": answer.confidence = RawAnswer.number(of: values.first)
    case "node":
      let fields = answer.node?.fields ?? []
      answer.node = NodeReport(id: values.first?.number.flatMap { Int(exactly: $0) } ?? -1, fields: fields)
    case "fields":
      let fields = values.first?.string?.split(separator: " ").compactMap { Int($0) } ?? []
      answer.node = NodeReport(id: answer.node?.id ?? -1, fields: fields)
    case "gradient": answer.gradient = numbers()
    case "counterfactual":
      let row = numbers()
      answer.counterfactual = row.contains(where: \.isNaN) ? [] : row
    default:
      if values.count > 1 || output == "predict_proba" {
        answer.scores = numbers()
      } else {
        answer.output = values.first
      }
    }
  }

  private static func flat(_ json: JSON) -> [JSON] {
    switch json {
    case .numbers(let values): values.map(JSON.number)
    case .array(let values): values.flatMap { $0.elementCount == nil ? [$0] : flat($0) }
    default: []
    }
  }
}
