import Reporting
import Testing

@Suite("Text for a terminal")
struct VisibleTextTests {
  @Test(
    "Control characters and marks of direction are shown as escapes, all other text as it is",
    arguments: [
      ("Zürich 愛 🧪 e\u{301} 👩‍🔬", "Zürich 愛 🧪 e\u{301} 👩‍🔬"), ("\u{1B}[31mred", "\\u{1B}[31mred"),
      ("a\rb\u{8}c", "a\\u{D}b\\u{8}c"), ("\u{9B}2J", "\\u{9B}2J"), ("x\u{202E}yz", "x\\u{202E}yz"), ("", ""),
      ("null\0", "null\\u{0}"), ("a\u{200E}b\u{200F}c\u{61C}", "a\\u{200E}b\\u{200F}c\\u{61C}"),
      ("\u{2066}x\u{2069}\u{206A}", "\\u{2066}x\\u{2069}\\u{206A}"),
      (
        "a\u{200B}b\u{FEFF}\u{AD}\u{2060}\u{3164}\u{E0041}",
        "a\\u{200B}b\\u{FEFF}\\u{AD}\\u{2060}\\u{3164}\\u{E0041}"
      ),
      ("می\u{200C}خواهم ❤\u{FE0F} \u{600}١", "می\u{200C}خواهم ❤\u{FE0F} \u{600}١"),
    ])
  func escapes(text: String, shown: String) {
    #expect(VisibleText.of(text) == shown)
    #expect(VisibleText.of(text, keepsLines: true) == shown)
  }

  @Test("Line breaks and tabs stay in text of several lines only")
  func lines() {
    #expect(VisibleText.of("a\n\tb", keepsLines: true) == "a\n\tb")
    #expect(VisibleText.of("a\n\tb") == "a\\u{A}\\u{9}b")
  }

  @Test("A cell of a table is one line without control characters, in its colour")
  func cells() {
    let table = TextTable(
      title: "t\u{1B}c", columns: ["name"].map { .init($0) },
      rows: [[.init("a\u{1B}]0;b\u{7}\nc", tone: .good)]],
      note: "n\u{1B}")
    #expect(table.rows[0][0].text == "a\\u{1B}]0;b\\u{7}\\u{A}c")
    #expect(!table.text().unicodeScalars.contains("\u{1B}"))
    #expect(table.text(colour: true).split(separator: "\u{1B}").allSatisfy { !$0.contains("\u{7}") })
  }
}
