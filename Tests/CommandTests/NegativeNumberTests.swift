import TestSupport
import Testing

@testable import Commands

@Suite("Negative numbers behind options")
struct NegativeNumberTests {
  @Test("A word that begins with a hyphen and a number is the value of the option before it")
  func joined() {
    func joined(_ words: String) -> String {
      NegativeNumbers.joined(words.split(separator: " ").map(String.init)).joined(separator: " ")
    }
    #expect(joined("a --epsilon -1 --delta 1e-5") == "a --epsilon=-1 --delta 1e-5")
    #expect(joined("--x -.5 --y -1e300 --z -inf --r -1:1") == "--x=-.5 --y=-1e300 --z=-inf --r=-1:1")
    #expect(joined("--x=-1 -o out --quiet -q -i") == "--x=-1 -o out --quiet -q -i")
    #expect(joined("--x -- --y -1") == "--x -- --y -1")
    #expect(joined("-1 --x") == "-1 --x")
  }

  @Test(
    "The range of an option is said for a negative number too",
    arguments: [
      (
        ["privacy", "account", "--epsilon", "-1", "--delta", "1e-5"],
        "--epsilon must be from 1e-4 to 1e4, not -1.0"
      ),
      (["privacy", "account", "--sigma", "-1", "--delta", "1e-5"], "--sigma must be from 0.01"),
      (["privacy", "account", "--laplace", "nan", "--delta", "1e-5"], "--laplace must be from 0.01"),
      (
        ["privacy", "account", "--sigma", "1", "--delta", "-inf"], "--delta must be between 0 and 1, not -inf"
      ),
      (["privacy", "account", "--sigma", "1", "--delta", "nan"], "--delta must be between 0 and 1, not nan"),
      (
        ["privacy", "account", "--sigma", "1", "--delta", "1e-5", "--interval", "0"],
        "--interval must be from 1e-9 to 1"
      ),
      (
        ["privacy", "account", "--sigma", "1", "--delta", "1e-5", "--rate", "-0.5"], "--rate must be above 0"
      ),
      (["privacy", "account", "--sigma", "1", "--delta", "1e-5", "--steps", "-3"], "--steps must be from 1"),
      (
        ["privacy", "audit", "--mechanism", "gaussian", "--delta", "1e-5", "--epsilon", "-1"],
        "--epsilon must be from 1e-4 to 1e4, not -1.0"
      ),
      (
        ["privacy", "audit", "--mechanism", "laplace", "--epsilon", "nan"],
        "--epsilon must be from 1e-4 to 1e4, not nan"
      ),
      (
        ["membership", "--train", "tree", "--data", "d", "--target", "y", "--rows", "-5"],
        "--rows must be at least 20, not -5"
      ),
      (
        ["poison", "--data", "d", "--target", "y", "--attack", "optp", "--rate", "-0.1", "-o", "p.csv"],
        "--rate must be above 0"
      ),
    ])
  func usage(arguments: [String], words: String) throws {
    try BuiltProgram.expectUsageError(arguments, words)
  }
}
