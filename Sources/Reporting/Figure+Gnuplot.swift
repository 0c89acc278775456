extension Figure {
  /// The gnuplot script of the figure: run as `gnuplot <id>.gp` in the folder that also holds `<id>.csv`, it
  /// writes `<id>.svg`.
  public var gnuplotScript: String {
    let lines =
      [
        "# \(Self.oneLine(title))",
        "# Run in this folder:  gnuplot \(id).gp",
        "if (!exists('output')) output = '\(id).svg'",
        "set encoding utf8",
        "set terminal svg size 560,\(height) font 'sans-serif,14' noenhanced "
          + "background rgb 'white' name '\(plainName)'",
        "set output output",
        "set datafile separator ','",
        "set border 3 linecolor rgb '#555555'",
        "set tics nomirror",
        "set grid ytics linecolor rgb '#DDDDDD' linetype 1",
        "set key above left horizontal Left reverse",
        "set xlabel \(Self.quotedText(x.label))",
        "set ylabel \(Self.quotedText(y.label))",
      ] + axisLines("x", x) + axisLines("y", y) + formLines
    return lines.joined(separator: "\n") + "\n"
  }

  private var height: Int { 380 + 22 * max(0, (series.count - 1) / 3) + (longCategories ? 60 : 0) }

  /// The id as gnuplot accepts it in names: letters, digits and underscores.
  private var plainName: String { String(id.map { $0 == "-" ? "_" : $0 }) }

  private func axisLines(_ name: String, _ axis: Axis) -> [String] {
    var lines: [String] = axis.isLogarithmic ? ["set logscale \(name)"] : []
    if let range = axis.range { lines.append("set \(name)range [\(range.lowerBound):\(range.upperBound)]") }
    return lines
  }

  private var formLines: [String] {
    switch form {
    case .bars(let categories): barLines(categories)
    case .lines: plotLines(connected: true, shaded: false)
    case .bands: plotLines(connected: true, shaded: true)
    case .points: plotLines(connected: false, shaded: false)
    }
  }

  private func plotLines(connected: Bool, shaded: Bool) -> [String] {
    var under: [String] = []
    var over: [String] = []
    var start = 0
    for (index, one) in series.enumerated() {
      let rows = "'\(id).csv' skip 1 every ::\(start)::\(start + max(one.points.count, 1) - 1)"
      start += one.points.count
      guard !one.points.isEmpty else { continue }
      let look = SeriesLook(index)
      if one.hasBounds && shaded {
        under.append("\(rows) using 2:4:5 with filledcurves \(look.shade) notitle")
      } else if one.hasBounds {
        under.append("\(rows) using 2:3:4:5 with yerrorbars \(look.errorBar) notitle")
      }
      over.append(
        "\(rows) using 2:3 with \(connected ? "linespoints" : "points") \(connected ? look.line : "")"
          + "\(look.point) title \(Self.quotedText(one.name))")
    }
    let padding =
      x.range == nil && !x.isLogarithmic
      ? ["set autoscale xfix", "set offsets graph 0.03, graph 0.03, 0, 0"] : []
    return padding + ["plot " + (under + over).joined(separator: ", \\\n  ")]
  }

  private func barLines(_ categories: [String]) -> [String] {
    let bounded = series.contains { $0.hasBounds }
    var column = 2
    var plots: [String] = []
    for (index, one) in series.enumerated() {
      let columns = one.hasBounds ? "\(column):\(column + 1):\(column + 2)" : plain(column, bounded)
      column += one.hasBounds ? 3 : 1
      plots.append(
        "'\(id).csv' skip 1 using \(columns):xticlabels(1) \(SeriesLook(index).bar) "
          + "title \(Self.quotedText(one.name))")
    }
    return [
      "set style data histogram",
      "set style histogram \(bounded ? "errorbars gap 1 linewidth 1" : "clustered gap 1")",
      "set xtics scale 0\(longCategories ? " rotate by -30" : "")",
    ] + (y.range == nil && !y.isLogarithmic ? ["set yrange [\(hasNegative ? "*" : "0"):*]"] : [])
      + ["plot " + plots.joined(separator: ", \\\n  ")]
  }

  /// A column of bars without bounds, in a plot where other bars have them.
  private func plain(_ column: Int, _ bounded: Bool) -> String {
    bounded ? "\(column):\(column):\(column)" : "\(column)"
  }

  private var hasNegative: Bool {
    series.contains { $0.points.contains { min($0.y, $0.lower ?? $0.y) < 0 } }
  }

  private var longCategories: Bool {
    guard case .bars(let categories) = form else { return false }
    return categories.contains { (DisplayWidth.of($0) + 2) * categories.count > 64 }
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }

  /// A single-quoted string of gnuplot, in which only the quote itself is special.
  private static func quotedText(_ text: String) -> String {
    "'" + oneLine(text).split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}

/// How the series at a place in the key is drawn: a colour that colour-blind readers tell apart, and a dash,
/// point shape or filling that still tells it apart in print without colour.
///
/// - Source: colours of Okabe and Ito, "Color Universal Design" (2008).
private struct SeriesLook {
  private static let colours = ["0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9", "000000"]
  private static let shapes = [7, 5, 9, 13, 6, 4, 8]
  private static let fillings = [3, 1, 2, 5, 4, 6, 7]
  private let index: Int

  init(_ index: Int) { self.index = index }

  private var colour: String { "linecolor rgb '#\(Self.colours[index % Self.colours.count])'" }
  var line: String { "dashtype \(index % 5 + 1) linewidth 2 " }
  /// Colours that come a second time have another shape.
  private var shape: Int { Self.shapes[(index + index / Self.colours.count) % Self.shapes.count] }
  var point: String { "pointtype \(shape) pointsize 0.8 \(colour)" }
  var errorBar: String { "pointtype 0 linewidth 1 \(colour)" }
  var shade: String { "\(colour) fillstyle transparent solid 0.18 noborder" }
  var bar: String { "\(colour) fillstyle pattern \(Self.fillings[index % Self.fillings.count]) border" }
}
