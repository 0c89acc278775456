import Reporting
import Testing

@Suite struct TextTableTests {
  private let table = TextTable(
    title: "Damage", columns: [.init("attack"), .number("MSE"), .init("verdict")],
    rows: [
      ["optp", "0.031", .init("reproduced", tone: .good)],
      ["statp 攻撃", "12.5", ""],
      ["é̂e", "1", "x"],
    ], note: "Five seeds.")

  @Test func columnsAreAligned() {
    #expect(
      table.text() == """
        Damage
        attack        MSE  verdict
        ──────────  ─────  ──────────
        optp        0.031  reproduced
        statp 攻撃   12.5
        é̂e              1  x
        Five seeds.

        """)
  }

  @Test func coloursChangeNothingElse() {
    let coloured = table.text(colour: true)
    #expect(coloured.contains("\u{1B}[32mreproduced\u{1B}[0m"))
    var plain = coloured
    for code in ["32", "1", "2", "0"] { plain = plain.replacing("\u{1B}[\(code)m", with: "") }
    #expect(plain == table.text())
  }

  @Test(arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("🧪", 2), ("", 0), ("μ±", 2), ("\u{200B}", 0)])
  func widths(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }
}
