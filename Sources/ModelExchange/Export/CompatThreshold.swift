import Tabular

/// How a threshold of a tree becomes one of single precision on the unscaled number, so that every row of
/// single-precision numbers goes the same way as here.
struct CompatThreshold {
  /// The scaling that the graph leaves out; nil for a feature that is 0, 1 or a code.
  let scaling: Scaling?

  /// The threshold in the graph.
  func rounded(_ threshold: Double) -> Double {
    guard threshold < .infinity else { return threshold }
    guard let scaling else { return Double(Float(roundedDown: threshold)) }
    return Double(Float(naturalThreshold: threshold, scaling))
  }

  /// One entry per encoded column.
  ///
  /// - Throws: ``ModelExchangeError/notExpressible(reason:)`` for a scaling that turns the order round.
  static func all(_ features: [EncodedFeature]) throws(ModelExchangeError) -> [CompatThreshold] {
    var result: [CompatThreshold] = []
    for feature in features {
      if case .number(let form) = feature.form {
        guard form.scaling.scale > 0 else {
          throw .notExpressible(
            reason: "column '\(feature.name)' is scaled by \(form.scaling.scale); use --flavour exact")
        }
        result.append(CompatThreshold(scaling: form.scaling))
      } else {
        result += [CompatThreshold](repeating: CompatThreshold(scaling: nil), count: feature.width)
      }
    }
    return result
  }
}
