/// Small grey pictures in rows and columns, such as reconstructed digits, drawn as SVG inside a report.
public struct PictureGrid: Sendable, Hashable {
  /// One picture.
  public struct Picture: Sendable, Hashable {
    /// Brightness of the pixels, row after row, 0 black to 1 white; what lies outside is clipped.
    public let pixels: [Double]

    /// A picture of as many pixels as the grid says.
    public init(_ pixels: [Double]) { self.pixels = pixels }
  }

  /// A named row of pictures.
  public struct Row: Sendable, Hashable {
    /// What stands beside it.
    public let name: String
    /// The pictures, one per column; nil for a gap.
    public let pictures: [Picture?]

    /// A row of pictures.
    public init(_ name: String, _ pictures: [Picture?]) {
      self.name = name
      self.pictures = pictures
    }
  }

  /// Heading.
  public let title: String
  /// What the reader should see; also the text alternative.
  public let caption: String
  /// Pixels in a row of a picture.
  public let width: Int
  /// Names of the columns.
  public let columns: [String]
  /// The rows.
  public let rows: [Row]

  /// A grid; every row has a picture or a gap per column.
  public init(title: String, caption: String, width: Int, columns: [String], rows: [Row]) {
    precondition(width > 0, "pictures without width")
    precondition(rows.allSatisfy { $0.pictures.count == columns.count }, "one picture per column")
    self.title = title
    self.caption = caption
    self.width = width
    self.columns = columns
    self.rows = rows
  }

  /// The drawing as an `svg` element, the same bytes for the same grid.
  public var svg: String {
    let (cell, label, head, text) = (72, 180, 28, HTMLText())
    let size = (label + columns.count * (cell + 8), head + rows.count * (cell + 8))
    var result =
      "<svg role=\"img\" aria-label=\"\(text.escapeText("\(title). \(caption)"))\" "
      + "xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size.0) \(size.1)\" font-size=\"14\" "
      + "font-family=\"sans-serif\" fill=\"currentColor\" shape-rendering=\"crispEdges\">\n"
    for (index, name) in columns.enumerated() {
      let x = label + index * (cell + 8) + cell / 2
      result += "<text x=\"\(x)\" y=\"18\" text-anchor=\"middle\">\(text.escapeText(name))</text>\n"
    }
    for (place, row) in rows.enumerated() {
      let top = head + place * (cell + 8)
      result += "<text x=\"0\" y=\"\(top + cell / 2 + 5)\">\(text.escapeText(row.name))</text>\n"
      for (index, picture) in row.pictures.enumerated() {
        guard let picture else { continue }
        result += drawing(picture, x: label + index * (cell + 8), y: top, cell: cell)
      }
    }
    return result + "</svg>\n"
  }

  /// A grey ground with a square for every pixel that is not black.
  private func drawing(_ picture: Picture, x: Int, y: Int, cell: Int) -> String {
    let rows = max((picture.pixels.count + width - 1) / width, 1)
    let scale = Double(cell) / Double(max(width, rows))
    var result =
      "<g transform=\"translate(\(x) \(y)) scale(\(scale.fixed(3)))\"><rect width=\"\(width)\" height=\"\(rows)\" "
      + "fill=\"#000\"/>"
    for (index, value) in picture.pixels.enumerated() {
      let level = Int((min(max(value.isNaN ? 0 : value, 0), 1) * 255).rounded())
      guard level > 0 else { continue }
      result +=
        "<rect x=\"\(index % width)\" y=\"\(index / width)\" width=\"1\" height=\"1\" "
        + "fill=\"rgb(\(level),\(level),\(level))\"/>"
    }
    return result + "</g>\n"
  }
}
