import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import Commands

/// `Labs/guide/commands.md` is made from the help of the commands: `BEZOAR_WRITE_COMMANDS=1 swift test --filter
/// CommandPageTests` writes it anew.
@Suite("Page of all commands")
struct CommandPageTests {
  private static let path = "Labs/guide/commands.md"

  /// The commands below one, each with its words, parents first.
  private static func commands(
    below command: any ParsableCommand.Type, _ words: [String]
  ) -> [(words: String, command: any ParsableCommand.Type)] {
    command.configuration.subcommands.flatMap { child in
      let path = words + [child._commandName]
      return [(path.joined(separator: " "), child)] + commands(below: child, path)
    }
  }

  private static func page() -> String {
    let commands = commands(below: Bezoar.self, ["bezoar"])
    let rows = commands.map { words, command in
      let anchor = words.replacing(" ", with: "-")
      return "| [`\(words)`](#\(anchor)) | \(command.configuration.abstract.replacing("|", with: "\\|")) |"
    }
    let sections = commands.map { words, command in
      let help = Bezoar.helpMessage(for: command, columns: 80).split(
        separator: "\n", omittingEmptySubsequences: false
      )
      .map { $0.trimmingSuffix(while: \.isWhitespace) }.joined(separator: "\n")
      return "## `\(words)`\n\n```text\n\(help.trimmingCharacters(in: .newlines))\n```\n"
    }
    return """
      # Commands

      What `--help` says of every command, made from the program. Words are explained in the [glossary](glossary.md).

      | command | what it does |
      | --- | --- |
      \(rows.joined(separator: "\n"))

      \(sections.joined(separator: "\n"))
      """
  }

  @Test("The page has every command with the help that the program gives")
  func current() throws {
    let page = Self.page()
    if ProcessInfo.processInfo.environment["BEZOAR_WRITE_COMMANDS"] != nil {
      try page.write(toFile: PackageFiles.path(Self.path), atomically: true, encoding: .utf8)
    }
    #expect(try PackageFiles.text(Self.path) == page, "write it anew by BEZOAR_WRITE_COMMANDS=1")
  }
}

extension StringProtocol {
  /// Without what stands at the end and meets a condition.
  fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> SubSequence {
    self[..<(lastIndex { !isDropped($0) }.map(index(after:)) ?? startIndex)]
  }
}
