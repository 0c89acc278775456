import Reporting
import Testing

@Suite struct FigureTests {
  @Test func pointsAreOneRowEach() {
    let figure = Figure(
      id: "a-1", title: "t", caption: "c", form: .lines, x: .init("x"), y: .init("y"),
      series: [
        .init("a, \"b\"", [.init(x: 0.08, y: 1, lower: 0.5, upper: 1.5), .init(x: 0.1, y: .nan)]),
        .init("c", [.init(x: 1e-7, y: -2.5)]),
      ])
    #expect(
      figure.csv == #"""
        series,x,y,lower,upper
        "a, ""b""",0.08,1,0.5,1.5
        "a, ""b""",0.1,,,
        c,1e-07,-2.5,,

        """#)
    #expect(figure.gnuplotScript.contains("every ::2::2"))
  }

  @Test func barsAreOneRowACategory() {
    let figure = Figure(
      id: "b", title: "t", caption: "c", form: .bars(categories: ["u", "v"]), x: .init("x"), y: .init("y"),
      series: [.init("s", bars: [1, 2]), .init("r", [.init(x: 1, y: 3, lower: 2, upper: 4)])])
    #expect(
      figure.csv == """
        category,s,r,r lower,r upper
        u,1,,,
        v,2,3,2,4

        """)
  }

  @Test func aQuoteCannotEndAString() {
    let figure = SampleReport.lines(id: "q", title: "a'; system('x')\nb", caption: "", series: "it's")
    #expect(figure.gnuplotScript.contains("set xlabel 'a''; system(''x'') b'"))
    #expect(figure.gnuplotScript.contains("# a'; system('x') b\n"))
  }

  @Test func anIdThatIsNoFileNameIsRefused() async {
    await #expect(processExitsWith: .failure) {
      _ = SampleReport.lines(id: "../x", title: "", caption: "", series: "")
    }
  }
}
