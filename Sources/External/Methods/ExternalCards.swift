import Methods

/// A method that is a program of somebody.
protocol ExternalMethod: Method {
  static var family: MethodFamily { get }
  static var taxonomy: MethodCard.Taxonomy { get }
  var program: ExternalProgram { get }
  init(_ program: ExternalProgram)
}

extension ExternalMethod {
  /// The card of a program, or of all of them.
  static func externalCard(_ id: String) -> MethodCard {
    MethodCard(
      id: id, family: family, title: "External method",
      summary: "A program in any language, which reads a folder of CSV files and leaves one.",
      citation: "the program itself", needs: "a program; its settings and what it needs are its own",
      taxonomy: taxonomy, traits: [.external])
  }

  /// The form of an id that stands for every program.
  static var listed: MethodEntry { MethodEntry(externalCard(ExternalProgram.none.id)) }

  var ownEntry: MethodEntry {
    MethodEntry(
      Self.externalCard(program.id),
      settings: program.settings.keys.sorted().map { name in
        .init(
          name: name, meaning: "passed on to the program", allowed: .text("as the program says"),
          defaultValue: program.settings[name])
      }, program: program.origin)
  }
}

extension Catalogue {
  /// The catalogue, in which ids such as `exec:./attack.py` name programs.
  func taking<M: ExternalMethod>(
    _ type: M.Type, as element: @escaping @Sendable (M) -> Element
  ) -> Catalogue {
    var result = self
    result.add(prefix: ExternalProgram.prefix, listedAs: M.listed) { text, settings in
      element(M(try ExternalProgram(text, settings: settings)))
    }
    return result
  }
}
