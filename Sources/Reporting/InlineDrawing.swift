/// A drawing of gnuplot made ready to stand inside an HTML page beside others.
struct InlineDrawing {
  /// The `svg` element with a text alternative and names of its own.
  let markup: String

  /// Takes off the document head, puts the caption in place of gnuplot's own title, and prefixes gnuplot's
  /// definitions with the id of the figure, because ids are shared by the whole page.
  init(svg: String, of figure: Figure) {
    let text = HTMLText()
    var body = svg[...]
    if let start = Self.firstIndex(of: "<svg", in: body) { body = body[start...] }
    var markup = String(body)
    markup = Self.replaced("<title>Gnuplot</title>", "", markup)
    markup = Self.withoutElement("desc", markup)
    markup = Self.replaced("'gp", "'\(figure.id)-gp", markup)
    markup = Self.replaced("\"gp", "\"\(figure.id)-gp", markup)
    markup = Self.replaced("#gp", "#\(figure.id)-gp", markup)
    let label = text.escapeText("\(figure.title). \(figure.caption)")
    self.markup = Self.replaced("<svg", "<svg role=\"img\" aria-label=\"\(label)\"", markup, once: true)
  }

  private static func firstIndex(of part: String, in text: Substring) -> Substring.Index? {
    text.firstRange(of: part)?.lowerBound
  }

  private static func replaced(_ part: String, _ other: String, _ text: String, once: Bool = false) -> String {
    text.replacing(part, with: other, maxReplacements: once ? 1 : .max)
  }

  private static func withoutElement(_ name: String, _ text: String) -> String {
    guard let start = text.firstRange(of: "<\(name)>"),
      let end = text[start.upperBound...].firstRange(of: "</\(name)>")
    else { return text }
    return String(text[..<start.lowerBound] + text[end.upperBound...])
  }
}
