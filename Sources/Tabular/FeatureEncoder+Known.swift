/// What is known of the encoding of one column of an unknown model.
public enum KnownEncoding: Sendable, Hashable {
  /// A category with one indicator per level.
  case indicators
  /// A number from which `zero` is taken and which is divided by `scale`; a missing one counts as `zero`.
  case number(zero: Double, scale: Double)
  /// A number in bins, one indicator each, with the upper ends of all bins but the last, ascending; a value on an
  /// end belongs to the bin below it.
  case bins(ends: [Double])
}

extension FeatureEncoder {
  /// An encoder that was not fitted but put together from what an attacker found out about a model. Where a value is
  /// missing all columns of the feature are 0.
  ///
  /// - Parameter encodings: one per column; indicators for categories and no others.
  public init(inputs: [InputColumn], encodings: [KnownEncoding]) {
    precondition(!inputs.isEmpty, "an encoder without columns")
    precondition(inputs.count == encodings.count, "\(encodings.count) encodings for \(inputs.count) columns")
    var options = EncodingOptions(numeric: .none, missing: .zero, unseen: .allZero)
    options.declaredCategories = inputs.filter { !$0.isNumber }.map(\.name)
    let features = zip(inputs, encodings).map { input, encoding in
      EncodedFeature(name: input.name, form: EncodedFeature.Form(input, encoding))
    }
    self.init(space: FeatureSpace(features), options: options, notes: [], features: features)
  }
}

extension EncodedFeature.Form {
  fileprivate init(_ input: InputColumn, _ encoding: KnownEncoding) {
    switch (input.kind, encoding) {
    case (.category(let levels), .indicators):
      self = .levels(EncodedFeature.LevelForm(levels: levels, fill: 0, hasMissingLevel: false))
    case (.number(let lower, let upper), .number(let zero, let scale)):
      precondition(scale.isFinite && scale != 0, "the scale \(scale)")
      let scaling = Scaling(offset: zero, scale: scale)
      self = .number(
        EncodedFeature.NumberForm(
          scaling: scaling, bounds: scaling.scaled(lower, upper), fill: zero, decimals: Decimals(unit: nil),
          isWhole: input.isWhole, group: input.group))
    case (.number(let lower, let upper), .bins(let ends)):
      precondition(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 }, "the ends of bins ascend")
      self = .bins(EncodedFeature.BinForm(ends: ends, fill: lower / 2 + upper / 2))
    default: preconditionFailure("the column '\(input.name)' cannot be encoded so")
    }
  }
}
