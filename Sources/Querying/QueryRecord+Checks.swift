import Tabular

/// What a file may say that would make no sense to an attack.
extension QueryRecord.Header {
  /// What is wrong with the header; nil if nothing is.
  var fault: String? {
    if schema.inputs.isEmpty { return "the model has no columns" }
    for input in schema.inputs {
      switch input.kind {
      case .number(let lower, let upper):
        guard lower <= upper, lower.isFinite, upper.isFinite else {
          return "the bounds of column '\(input.name)' are not in order"
        }
      case .category(let levels):
        if levels.isEmpty { return "column '\(input.name)' has no categories" }
        if input.isWhole { return "column '\(input.name)' has categories and whole numbers" }
      }
    }
    if case .classes(let names) = schema.target, names.isEmpty { return "the model has no classes" }
    if capabilities.batchLimit < 1 { return "'batchLimit' must be at least 1" }
    if let decimals = capabilities.decimals, !(0...17).contains(decimals) {
      return "'decimals' must be from 0 to 17"
    }
    return nil
  }
}

extension QuerySession.Exchange {
  /// What does not fit into the record of a model with this schema, whose answers have to pass a check; nil if all does.
  func fault(_ schema: QuerySchema, _ check: AnswerCheck) -> String? {
    let columns = schema.inputs.count
    if query.count != columns { return "\(query.count) values for \(columns) columns" }
    if let fault = check.fault(answer) { return fault }
    for (name, values) in [("gradient", answer.gradient), ("counterfactual", answer.counterfactual)]
    where !values.isEmpty && values.count != columns {
      return "the \(name) has \(values.count) values for \(columns) columns"
    }
    if let node = answer.node, !node.fields.allSatisfy(schema.inputs.indices.contains) {
      return "'fields' names a column that the model does not have"
    }
    if let region, !region.fits(schema.inputs) { return "the region is not one of the model's columns" }
    return nil
  }
}

extension QueryRegion {
  /// Whether every side is one of its column.
  public func fits(_ inputs: [InputColumn]) -> Bool {
    sides.count == inputs.count
      && zip(sides, inputs).allSatisfy { side, input in
        switch (side, input.kind) {
        case (.interval(let lower, let upper), .number): !lower.isNaN && !upper.isNaN
        case (.levels(let isIn), .category(let levels)): isIn.count == levels.count
        default: false
        }
      }
  }
}
