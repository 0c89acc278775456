import ArgumentParser

/// Options that list names, separated by commas.
enum ListOption {
  /// The names in a list, each once.
  ///
  /// - Parameter kind: what they name, such as `row`.
  /// - Throws: `ValidationError` for one that is not in `known`, and for none at all.
  static func names(_ list: String, from known: [String], kind: String) throws -> [String] {
    var names: [String] = []
    for name in list.split(separator: ",").map(String.init) {
      guard known.contains(name) else {
        throw ValidationError("there is no \(kind) '\(name)'; known are \(known.joined(separator: ", "))")
      }
      if !names.contains(name) { names.append(name) }
    }
    guard !names.isEmpty else {
      throw ValidationError("the list of \(kind)s is empty; known are \(known.joined(separator: ", "))")
    }
    return names
  }
}
