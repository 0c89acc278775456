import Reporting
import Testing

@Suite("Small pictures")
struct PictureGridTests {
  private static let grid = PictureGrid(
    title: "Two <pixels>", caption: "Left and right.", width: 2, columns: ["a"],
    rows: [.init("row & name", [.init([0, 0.5, 2, .nan])]), .init("gap", [nil])])

  @Test("Pixels are squares of grey, black ones the ground, words are escaped")
  func svg() {
    let svg = Self.grid.svg
    #expect(svg.contains("Two &lt;pixels&gt;. Left and right."))
    #expect(svg.contains("row &amp; name") && svg.contains(">gap<"))
    #expect(svg.contains("<rect x=\"1\" y=\"0\" width=\"1\" height=\"1\" fill=\"rgb(128,128,128)\"/>"))
    #expect(svg.contains("<rect x=\"0\" y=\"1\" width=\"1\" height=\"1\" fill=\"rgb(255,255,255)\"/>"))
    #expect(svg.split(separator: "fill=\"rgb(").count == 3)
  }

  @Test("A report shows them with heading and caption")
  func report() throws {
    var page = Report(title: "T", subtitle: "S", colophon: "C")
    page.append(.pictures(Self.grid))
    let html = try page.html()
    #expect(html.contains("<svg role=\"img\"") && html.contains("<figcaption>Left and right.</figcaption>"))
  }
}
