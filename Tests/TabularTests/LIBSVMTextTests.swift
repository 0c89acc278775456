import Testing

@testable import Tabular

@Suite("LIBSVM text")
struct LIBSVMTextTests {
  private func read(_ text: String, name: String = "mail.svm") throws -> Table {
    try TableReader().read(bytes: Array(text.utf8), name: name)
  }

  @Test("zeros are filled in, remarks and blank lines left out")
  func rows() throws {
    let table = try read("+1 2:3 4:-0.5 # first\n\n-1 1:1\r\n0\n")
    #expect(table.columns.map(\.name) == ["label", "feature1", "feature2", "feature3", "feature4"])
    #expect(table.columns[0].values == .numeric([1, -1, 0]))
    #expect(table.columns[1].values == .numeric([0, 1, 0]))
    #expect(table.columns[2].values == .numeric([3, 0, 0]))
    #expect(table.columns[4].values == .numeric([-0.5, 0, 0]))
  }

  @Test("a file is LIBSVM by the end of its name", arguments: ["a.svm", "a.svm.gz", "a.libsvm"])
  func names(name: String) {
    #expect(LIBSVMText.isName(name) && !LIBSVMText.isName(name + ".csv"))
  }

  @Test(
    "damage is named with its line",
    arguments: [
      ("1 1:2\nyes 1:2\n", "line 2"), ("1 2:1 1:1\n", "'1:1'"), ("1 0:1\n", "'0:1'"), ("1 word\n", "'word'"),
      ("1 3:x\n", "feature3"), ("1 3:inf\n", "finite"), ("1 999999999999:1\n", "999999999999"),
      ("\n#\n", "empty"),
    ])
  func damage(text: String, words: String) throws {
    let error = #expect(throws: TabularError.self) { try read(text) }
    #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
  }

  @Test("an index beyond a million columns is refused before it costs memory")
  func tooWide() {
    #expect(throws: TabularError.self) { try read("1 200000000:1\n") }
    #expect(throws: Never.self) { try read("1 1000:1\n") }
  }
}
