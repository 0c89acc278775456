import Foundation
import TestSupport
import Testing

@testable import Reporting

@Suite struct ReportTests {
  private func folder() throws -> String { Folder.temporaryPath() }

  private var gnuplot: Gnuplot? {
    Gnuplot.find(searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "")
  }

  @Test func textIsEscapedEverywhere() throws {
    let evil = "<script>alert('x')</script>\"\u{301} onload=\"y & z"
    let figure = SampleReport.lines(id: "evil", title: evil, caption: evil, series: evil)
    let html = try Report(
      title: evil, subtitle: evil, colophon: evil,
      blocks: [
        .section(evil), .subsection(evil), .paragraph(evil), .notice(evil), .list([evil]),
        .keyFigures([.init(evil, evil)]), .figure(figure),
        .table(TextTable(title: evil, columns: [.init(evil)], rows: [[.init(evil)]], note: evil)),
        .claims([
          .init(
            statement: evil, source: evil, published: evil, measured: evil, verdict: evil, tone: .good,
            note: evil)
        ]),
        .methods([
          .init(
            id: evil, title: evil, kind: evil, summary: evil, facts: [.init(evil, evil)],
            parameters: TextTable(title: evil, columns: [.init(evil)], rows: [[.init(evil)]]))
        ]),
      ]
    ).html(drawings: ["evil": "<?xml?><svg width='1'></svg>"], remarks: [evil])
    #expect(!html.contains("<script"))
    #expect(!html.unicodeScalars.contains("\u{0}"))
    #expect(html.unicodeScalars.filter { $0 == "\u{301}" }.count > 20)
    #expect(!html.contains("onload=\""))
    #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script"))
  }

  @Test func needsNothingFromOutside() throws {
    let html = try SampleReport.report.html()
    for word in ["http://", "https://", "<script", "<link", "@import", "url("] {
      #expect(!html.contains(word), "\(word) would ask for something outside the page")
    }
  }

  @Test func sameReportSameBytes() throws {
    let (one, two) = (try folder(), try folder())
    defer { for path in [one, two] { try? FileManager.default.removeItem(atPath: path) } }
    for path in [one, two] { _ = try SampleReport.report.write(to: path, with: gnuplot) }
    let names = try FileManager.default.subpathsOfDirectory(atPath: one).sorted()
    #expect(try FileManager.default.subpathsOfDirectory(atPath: two).sorted() == names)
    #expect(names.contains("report.html") && names.contains("figures/dose.csv"))
    #expect(!names.contains { $0.contains("partial") })
    for name in names {
      #expect(
        FileManager.default.contents(atPath: "\(one)/\(name)")
          == FileManager.default.contents(atPath: "\(two)/\(name)"), "\(name)")
    }
  }

  @Test func withoutGnuplotTheTablesStay() throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let files = try SampleReport.report.write(to: path, with: nil)
    #expect(files.remarks == [Gnuplot.missingNote])
    let html = try String(contentsOfFile: files.page, encoding: .utf8)
    #expect(html.contains("apt-get install gnuplot-nox") && html.contains("<table>"))
    #expect(FileManager.default.fileExists(atPath: path + "/figures/dose.csv"))
    #expect(FileManager.default.fileExists(atPath: path + "/figures/dose.gp"))
    #expect(Gnuplot.find(searchPath: "/nowhere:/proc") == nil)
  }

  @Test func aGnuplotThatFailsIsARemark() throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let files = try SampleReport.report.write(to: path, with: Gnuplot(program: "/bin/false"))
    #expect(files.remarks.count == SampleReport.report.figures.count)
    #expect(files.remarks.allSatisfy { $0.contains("gnuplot could not draw the figure") })
  }

  @Test(
    .enabled("gnuplot is not installed") {
      Gnuplot.find(searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "") != nil
    })
  func drawingsShowEverySeries() throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let files = try SampleReport.report.write(to: path, with: gnuplot)
    #expect(files.remarks.isEmpty)
    for figure in SampleReport.report.figures {
      let svg = try String(contentsOfFile: "\(path)/figures/\(figure.id).svg", encoding: .utf8)
      for series in figure.series {
        #expect(svg.contains(series.name), "\(series.name) in \(figure.id)")
      }
    }
    let html = try String(contentsOfFile: files.page, encoding: .utf8)
    let identifiers = html.matches(of: #/\sid=['"]([^'"]+)['"]/#).map { String($0.output.1) }
    #expect(Set(identifiers).count == identifiers.count, "an id stands twice in the page")
    for reference in html.matches(of: #/href=['"]#([^'"]+)['"]/#) {
      #expect(identifiers.contains(String(reference.output.1)))
    }
  }
}
