/// A drawing of gnuplot made ready to stand inside an HTML page beside others.
struct InlineDrawing {
  /// The `svg` element with a text alternative and names of its own.
  let markup: String

  /// Takes off the document head, puts the caption in place of gnuplot's own title, and prefixes the ids
  /// inside with that of the figure, because ids are shared by the whole page.
  init(svg: String, of figure: Figure) {
    let text = HTMLText()
    var body = svg[...]
    if let start = svg.firstRange(of: "<svg") { body = body[start.lowerBound...] }
    var markup = String(body)
    markup = Self.replaced("<title>Gnuplot</title>", "", markup)
    markup = Self.withoutElement("desc", markup)
    for (part, prefixed) in [
      (" id='", " id='\(figure.id)-"), (" id=\"", " id=\"\(figure.id)-"), ("href='#", "href='#\(figure.id)-"),
      ("href=\"#", "href=\"#\(figure.id)-"), ("url(#", "url(#\(figure.id)-"),
    ] {
      markup = Self.replaced(part, prefixed, markup)
    }
    let label = text.escapeText("\(figure.title). \(figure.caption)")
    self.markup = Self.replaced("<svg", "<svg role=\"img\" aria-label=\"\(label)\"", markup, once: true)
  }

  private static func replaced(_ part: String, _ other: String, _ text: String, once: Bool = false) -> String
  {
    text.replacing(part, with: other, maxReplacements: once ? 1 : .max)
  }

  private static func withoutElement(_ name: String, _ text: String) -> String {
    guard let start = text.firstRange(of: "<\(name)>"),
      let end = text[start.upperBound...].firstRange(of: "</\(name)>")
    else { return text }
    return String(text[..<start.lowerBound] + text[end.upperBound...])
  }
}
