import Tabular

/// The encoding of features as nodes: one input per column of the table, one block of encoded columns at the end.
///
/// Numbers are inputs of the flavour's type with NaN for a missing value, categories are texts with an empty one for a
/// missing value.
struct FeatureGraph {
  let features: [EncodedFeature]
  let options: EncodingOptions
  /// Whether numbers are scaled; if not, their user of the block has to do it.
  let scales: Bool

  /// Adds the nodes.
  ///
  /// - Returns: the name of the block.
  func add(to builder: inout GraphBuilder) -> String {
    var (blocks, run) = ([String](), [Number]())
    for feature in features where feature.width > 0 {
      let options = feature.options(options)
      if let number = Number(feature, options) {
        run.append(number)
        continue
      }
      flush(&run, into: &blocks, &builder)
      switch feature.form {
      case .bins(let form): blocks.append(bins(feature.name, form, options, &builder))
      case .levels(let form): blocks.append(levels(feature.name, form, options, &builder))
      case .codes(let form): blocks.append(codes(feature.name, form, options, &builder))
      case .number, .indicator, .constantNumber, .constantLevel, .identifier: break
      }
    }
    flush(&run, into: &blocks, &builder)
    return builder.concatenated(blocks, named: "features")
  }

  /// A column that stays one number.
  private struct Number {
    let name: String
    let scaling: Scaling
    /// What stands for a missing value; NaN keeps it missing.
    let fill: Double

    init?(_ feature: EncodedFeature, _ options: EncodingOptions) {
      name = feature.name
      switch feature.form {
      case .number(let form):
        scaling = form.scaling
        fill =
          switch options.missing {
          case .impute, .ownLevel: form.fill
          case .zero: form.scaling.offset
          case .keep, .fail, .dropRows: .nan
          }
      case .indicator(_, let value):
        scaling = .identity
        fill = options.missing == .zero ? 0 : value
      case .bins, .levels, .codes, .constantNumber, .constantLevel, .identifier: return nil
      }
    }
  }

  /// Adds the columns of numbers that stand side by side as one block.
  private func flush(_ run: inout [Number], into blocks: inout [String], _ builder: inout GraphBuilder) {
    guard !run.isEmpty else { return }
    for number in run { builder.input(number.name, builder.flavour.elementType) }
    var block = builder.concatenated(run.map(\.name), named: "numbers")
    if run.contains(where: { !$0.fill.isNaN }) { block = filled(block, run.map(\.fill), &builder) }
    if scales, run.contains(where: { $0.scaling != .identity }) {
      block = scaled(block, run.map(\.scaling), &builder)
    }
    blocks.append(block)
    run = []
  }

  private func filled(_ block: String, _ fills: [Double], _ builder: inout GraphBuilder) -> String {
    if builder.flavour == .compat {
      return builder.add(
        "Imputer", .ml, [block],
        [.numbers("imputed_value_floats", fills), .number("replaced_value_float", .nan)], named: "filled")
    }
    let isMissing = builder.add("IsNaN", [block], named: "missing")
    let fill = builder.constant(fills, [1, fills.count], named: "fill")
    return builder.add("Where", [isMissing, fill, block], named: "filled")
  }

  private func scaled(_ block: String, _ scalings: [Scaling], _ builder: inout GraphBuilder) -> String {
    if builder.flavour == .compat {
      return builder.add(
        "Scaler", .ml, [block],
        [.numbers("offset", scalings.map(\.offset)), .numbers("scale", scalings.map { 1 / $0.scale })],
        named: "scaled")
    }
    let shape = [1, scalings.count]
    let offset = builder.constant(scalings.map(\.offset), shape, named: "offset")
    let scale = builder.constant(scalings.map(\.scale), shape, named: "scale")
    let shifted = builder.add("Sub", [block, offset], named: "shifted")
    return builder.add("Div", [shifted, scale], named: "scaled")
  }

  /// One indicator per bin: above the end of the bin below, and at most the own end.
  private func bins(
    _ name: String, _ form: EncodedFeature.BinForm, _ options: EncodingOptions, _ builder: inout GraphBuilder
  ) -> String {
    builder.input(name, builder.flavour.elementType)
    // A missing value is in no bin, unless it is filled in.
    let value = options.missing == .zero ? name : filled(name, [form.fill], &builder)
    let ends =
      builder.flavour == .compat ? form.ends.map { Double(Float(roundedDown: $0)) } : form.ends
    let lower = builder.constant([-.infinity] + ends, [1, form.width], named: "bin_lower")
    let upper = builder.constant(ends + [.infinity], [1, form.width], named: "bin_upper")
    let above = builder.add("Greater", [value, lower], named: "above")
    let below = builder.add("LessOrEqual", [value, upper], named: "below")
    let inside = builder.add("And", [above, below], named: "inside")
    return builder.add(
      "Cast", [inside], [.integer("to", Int64(builder.flavour.elementType.rawValue))], named: "bins")
  }

  /// One indicator per level; all are zero for a text that is none of them.
  private func levels(
    _ name: String, _ form: EncodedFeature.LevelForm, _ options: EncodingOptions,
    _ builder: inout GraphBuilder
  ) -> String {
    builder.input(name, .string)
    let isNone = options.missing == .zero
    let (texts, numbers) = coded(form, missing: { isNone ? -1 : Int64($0) }, level: { Int64($0) })
    let code = builder.add(
      "LabelEncoder", .ml, [name],
      [
        .texts("keys_strings", texts), .integers("values_int64s", numbers), .integer("default_int64", -1),
      ], named: "level")
    let all = (0..<form.width).map { Int64($0) }
    if builder.flavour == .compat {
      let cube = builder.add(
        "OneHotEncoder", .ml, [code], [.integers("cats_int64s", all), .integer("zeros", 1)],
        named: "indicators")
      let shape = builder.constant([-1, Int64(form.width)] as [Int64], [2], named: "shape")
      return builder.add("Reshape", [cube, shape], named: "indicators")
    }
    let levels = builder.constant(all, [1, form.width], named: "levels")
    let equal = builder.add("Equal", [code, levels], named: "is_level")
    return builder.add(
      "Cast", [equal], [.integer("to", Int64(TensorElement.double.rawValue))], named: "indicators")
  }

  /// The number of the level; NaN for a text that is none of them, and for a missing one that stays missing.
  private func codes(
    _ name: String, _ form: EncodedFeature.LevelForm, _ options: EncodingOptions,
    _ builder: inout GraphBuilder
  ) -> String {
    builder.input(name, .string)
    let keepsMissing = options.missing == .keep || options.missing == .zero
    let (texts, numbers) = coded(
      form, missing: { keepsMissing ? Double.nan : Double($0) }, level: { Double($0) })
    let code = builder.add(
      "LabelEncoder", .ml, [name],
      [
        .texts("keys_strings", texts), .numbers("values_floats", numbers), .number("default_float", .nan),
      ], named: "code")
    guard builder.flavour == .exact else { return code }
    return builder.add(
      "Cast", [code], [.integer("to", Int64(TensorElement.double.rawValue))], named: "code")
  }

  /// The texts of an input with their codes; an empty text is a missing one, unless it is a level.
  private func coded<Code>(
    _ form: EncodedFeature.LevelForm, missing: (Int) -> Code, level: (Int) -> Code
  ) -> ([String], [Code]) {
    let codes = form.levels.indices.map(level)
    if form.levels.contains("") { return (form.levels, codes) }
    return (
      form.levels + [""], codes + [missing(form.hasMissingLevel ? form.levels.count : form.fill)]
    )
  }

  /// Encoded columns that may be NaN.
  var columnsWithGaps: [Bool] {
    features.flatMap { feature -> [Bool] in
      let options = feature.options(options)
      return switch feature.form {
      case .number: [options.missing == .keep]
      case .codes: [[.keep, .zero].contains(options.missing) || options.unseen == .allZero]
      default: [Bool](repeating: false, count: feature.width)
      }
    }
  }

  /// What Bezoar does to rows that an ONNX graph cannot do, one sentence each.
  var losses: [String] {
    let used = features.filter { $0.width > 0 }
    let policies = Set(used.map { $0.options(options).missing })
    var result: [String] = []
    for (policy, words) in [(EncodingOptions.MissingValues.fail, "an error"), (.dropRows, "left out")]
    where policies.contains(policy) {
      result.append(
        "rows with missing values are \(words) here\(policies.count > 1 ? " in some columns" : ""); the graph "
          + "gives them an answer without meaning")
    }
    let isStrict = used.contains { feature in
      switch feature.form {
      case .levels, .codes: feature.options(options).unseen == .fail
      default: false
      }
    }
    if isStrict {
      result.append("categories that training did not see are an error here and no category in the graph")
    }
    return result
  }
}
