import Querying
import Synchronization

/// Writes answers as output tensors of the Open Inference Protocol.
struct V2Outputs {
  let answers: [Answer]
  let model: ServedModel

  init(_ answers: [Answer], _ model: ServedModel) {
    self.answers = answers
    self.model = model
  }

  /// One tensor.
  func write(_ name: String, to writer: inout JSONWriter) {
    switch name {
    case "predict_proba": tensor(name, "FP64", model.schema.classCount, &writer, rows(\.probabilities))
    case "confidence": tensor(name, "FP64", 1, &writer, rows { [$0.confidence ?? .nan] })
    case "node": tensor(name, "INT64", 1, &writer) { $0.list(answers) { $0.write($1.node?.id ?? -1) } }
    case "fields":
      tensor(name, "BYTES", 1, &writer) { writer in
        writer.list(answers) { writer, answer in
          writer.write((answer.node?.fields ?? []).map { "\($0)" }.joined(separator: " "))
        }
      }
    case "gradient": tensor(name, "FP64", model.schema.inputs.count, &writer, rows(\.gradient))
    case "counterfactual":
      tensor(
        name, "FP64", model.schema.inputs.count, &writer,
        rows { answer in
          answer.counterfactual.isEmpty
            ? [Double](repeating: .nan, count: model.schema.inputs.count) : answer.counterfactual
        })
    default:
      tensor("predict", V2Metadata.predictType(model), 1, &writer) { writer in
        writer.list(answers) { writer, answer in predicted(answer, &writer) }
      }
    }
  }

  private func predicted(_ answer: Answer, _ writer: inout JSONWriter) {
    switch (model.labelKind, answer.label) {
    case (.integers, let label?): writer.write(model.labelNumbers[label])
    case (.strings, let label?): writer.write(model.schema.classes[label])
    default: writer.write(answer.number ?? .nan)
    }
  }

  /// All values of all answers, one after another.
  private func rows(_ values: @escaping (Answer) -> [Double]) -> (inout JSONWriter) -> Void {
    { writer in
      writer.raw("[")
      var isFirst = true
      for answer in answers {
        for value in values(answer) {
          if !isFirst { writer.raw(",") }
          isFirst = false
          writer.write(value)
        }
      }
      writer.raw("]")
    }
  }

  private func tensor(
    _ name: String, _ datatype: StaticString, _ width: Int, _ writer: inout JSONWriter,
    _ data: (inout JSONWriter) -> Void
  ) {
    writer.raw("{\"name\":")
    writer.write(name)
    writer.raw(",\"shape\":[")
    writer.write(answers.count)
    writer.raw(",")
    writer.write(width)
    writer.raw("],\"datatype\":\"")
    writer.raw(datatype)
    writer.raw("\",\"parameters\":{\"content_type\":\"")
    writer.raw(datatype.utf8CodeUnitCount == 5 && datatype.utf8Start[0] == UInt8(ascii: "B") ? "str" : "np")
    writer.raw("\"},\"data\":")
    data(&writer)
    writer.raw("}")
  }
}

/// Names for requests whose clients gave none.
enum RequestNames {
  private static let start = UInt64.random(in: 0..<(1 << 40))
  private static let count = Atomic<UInt64>(0)

  /// A name that this process gives once.
  static func next() -> String {
    String(start, radix: 36) + "-" + String(count.add(1, ordering: .relaxed).newValue, radix: 36)
  }
}
