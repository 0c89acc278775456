import Methods

extension [MethodEntry] {
  /// Checks that results can tell external methods apart.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)`` for two with the same id.
  func checkNames() throws {
    for (place, method) in enumerated() where method.program != nil {
      if self[..<place].contains(where: { $0.id == method.id }) {
        throw WorkbenchError.usage(
          "two programs would be called \(method.id) in the results; rename one of them")
      }
    }
  }
}

extension JobContext {
  /// Says which of some methods are programs, and which ones.
  func noteOrigins(_ methods: [MethodEntry]) {
    for method in methods {
      if let program = method.program { note("\(method.id) is an external method: \(program.sentence)") }
    }
  }
}
