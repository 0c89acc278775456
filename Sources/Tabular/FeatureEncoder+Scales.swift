extension FeatureEncoder {
  /// What 1 in every column of ``space`` is in the user's unit: the scale of a number, and 1 for an indicator or a code.
  public var columnScales: [(name: String, scale: Double)] {
    var (result, start) = ([(name: String, scale: Double)](), 0)
    for feature in features {
      var scale = 1.0
      if case .number(let form) = feature.form { scale = form.scaling.scale }
      for column in start..<start + feature.width { result.append((space.names[column], scale)) }
      start += feature.width
    }
    return result
  }
}
