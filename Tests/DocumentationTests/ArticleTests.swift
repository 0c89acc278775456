import Foundation
import TestSupport
import Testing

/// The articles of the modules and the examples in them, which are compiled and run by the tests beside.
@Suite("Articles")
struct ArticleTests {
  /// The articles below `Sources`.
  private static func articles() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: PackageFiles.path("Sources"))
      .filter { $0.contains(".docc/") && $0.hasSuffix(".md") }.sorted().map { "Sources/\($0)" }
  }

  /// The blocks of Swift of an article.
  private static func blocks(_ text: String) -> [String] {
    text.components(separatedBy: "```swift\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  /// The examples of the test files by the name of their article, without the blanks in front.
  private static func examples() throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    for file in try PackageFiles.swiftFiles(below: "Tests/DocumentationTests")
    where !file.hasSuffix("ArticleTests.swift") {
      var name: String?
      var lines: [String] = []
      for line in try PackageFiles.text(file).components(separatedBy: "\n") {
        let words = line.trimmingCharacters(in: .whitespaces)
        if words.hasPrefix("// Example: ") {
          (name, lines) = (String(words.dropFirst(12)), [])
        } else if words == "// End", let article = name {
          found[article, default: []].append(lines.map { $0 + "\n" }.joined())
          name = nil
        } else {
          lines.append(line.hasPrefix("    ") ? String(line.dropFirst(4)) : line)
        }
      }
    }
    return found
  }

  @Test("Every example in an article is one that is compiled and run, word by word")
  func examplesAreCompiled() throws {
    var examples = try Self.examples()
    for article in try Self.articles() {
      let name = URL(filePath: article).deletingPathExtension().lastPathComponent
      #expect(try Self.blocks(PackageFiles.text(article)) == examples[name] ?? [], "\(article)")
      examples[name] = nil
    }
    #expect(examples.isEmpty, "examples without an article: \(examples.keys.sorted())")
  }

  @Test("Every library of the package has an article of its name with an example")
  func everyModule() throws {
    let manifest = try PackageFiles.text("Package.swift")
    let modules = manifest.matches(of: #/\.library\(name: "(\w+)"/#).map { String($0.1) }
    try #require(modules.count > 10)
    for module in modules {
      let article = "Sources/\(module)/\(module).docc/\(module).md"
      let text = try? PackageFiles.text(article)
      #expect(text?.hasPrefix("# ``\(module)``\n") == true, "\(article)")
      #expect(try Self.examples()[module] != nil, "\(module) has no example")
    }
  }
}
