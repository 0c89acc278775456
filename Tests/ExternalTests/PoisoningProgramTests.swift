import Foundation
import Learning
import LinearAlgebra
import Methods
import Poisoning
import Testing

@testable import External

@Suite("Poisoning attacks and defences that are programs")
struct PoisoningProgramTests {
  private static func poison(_ program: ExternalProgram, count: Int = 2) throws -> RegressionData {
    var random = RandomStream(seed: 1)
    return try ExternalPoisoning(program).poison(SmallWorld.poisoning(), count: count, using: &random)
  }

  private static let header = "age,smokes,gene:x,gene:y,target"

  @Test("Rows of an answer are taken in the order of the file, columns by their names")
  func taken() throws {
    let rows = ["target,gene:y,gene:x,smokes,age", "1,0,1,1,0.25", "0,1,0,0.0,1e-1"]
    let poison = try Self.poison(Programs().leaving("poison.csv", rows))
    #expect(poison.features == Matrix([[0.25, 1, 1, 0], [0.1, 0, 0, 1]]))
    #expect(poison.target == [1, 0])
  }

  @Test(
    "Every kind of wrong answer is told by file, line and column, with what was expected",
    arguments: [
      (["0.5,1,1,0,1"], "1 row was found and 2 are expected"),
      (["0.5,1,1,0,1", "0.5,1,1,0,1", "0.5,1,1,0,1"], "3 rows were found and 2 are expected"),
      (["0.5,1,1,0,1", "1.5,1,1,0,1"], "line 3, column 'age' is 1.5 and must be from 0.0 to 1.0"),
      (["0.5,0.5,1,0,1", "0.5,1,1,0,1"], "line 2, column 'smokes' is 0.5 and must be 0 or 1"),
      (["0.5,1,1,0,1", "0.5,1,1,1,1"], "line 3: 2 columns of the group 'gene' are 1 and 1 must be"),
      (["0.5,1,1,0,1", "0.5,1,0,0,1"], "line 3: 0 columns of the group 'gene' are 1 and 1 must be"),
      (["0.5,1,1,0,2", "0.5,1,1,0,1"], "line 2, column 'target' is 2.0 and must be from 0.0 to 1.0"),
      (["0.5,1,1,0,1", "0.5,1,,0,1"], "line 3, column 'gene:x' holds no number"),
      (["0.5,1,1,0,1", "a,1,1,0,1"], "line 3"), (["0.5,1,1,0,1", "nan,1,1,0,1"], "line 3"),
      (["0.5,1,1,0,1", "inf,1,1,0,1"], "line 3"), (["0.5,1,1,0,1", "0.5,1,1,0"], "line 3"),
      ([], "poison.csv"),
    ])
  func wrong(rows: [String], words: String) throws {
    let program = try Programs().leaving("poison.csv", [Self.header] + rows)
    let error = #expect(throws: ExternalError.self) { try Self.poison(program) }
    let text = error?.description ?? ""
    #expect(text.contains(words) && text.contains(program.id), "\(text)")
  }

  @Test("Columns that are absent, or were not asked for, are named")
  func columns() throws {
    for (header, words) in [
      ("age,smokes,gene:x,gene:y,dose", "no column 'target'"),
      ("age,smokes,gene:x,gene:y,target,more", "column 'more' was not asked for"),
    ] {
      let row = header.split(separator: ",").map { _ in "0" }.joined(separator: ",")
      let program = try Programs().leaving("poison.csv", [header, row, row])
      let error = #expect(throws: ExternalError.self) { try Self.poison(program) }
      #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
  }

  @Test("A file that is not there, a link, a folder and a pipe are no answers")
  func noFile() throws {
    let programs = try Programs()
    for (lines, reason) in [
      ("echo nothing to say", "no"),
      ("ln -s /dev/zero \"$1/poison.csv\"", "something that is no readable plain file as"),
      ("mkdir \"$1/poison.csv\"", "something that is no readable plain file as"),
      ("mkfifo \"$1/poison.csv\"", "something that is no readable plain file as"),
    ] {
      let error = #expect(throws: ExternalError.self) { try Self.poison(programs.shell(lines)) }
      guard case .noAnswer(_, "poison.csv", reason, _) = error else {
        Issue.record("\(lines): \(String(describing: error))")
        continue
      }
    }
  }

  @Test("A method without a program cannot run")
  func none() {
    #expect(throws: ExternalError.noProgram) { try Self.poison(ExternalPoisoning().program) }
  }

  @Test(
    "The attack in Python makes feasible rows, the same for the same seed",
    .enabled(if: Programs.has("python3")))
  func python() throws {
    let program = try Programs.example("far_corners.py", settings: ["share=0.5"])
    let (one, two) = (try Self.poison(program, count: 5), try Self.poison(program, count: 5))
    #expect(one == two && one.count == 5)
    #expect(one.target.allSatisfy { $0 == 0 || $0 == 1 })
    let wrong = try Programs.example("far_corners.py", settings: ["share=2"])
    let error = #expect(throws: ExternalError.self) { try Self.poison(wrong) }
    #expect(error?.description.contains("share must be above 0") == true)
  }

  private static func defend(_ program: ExternalProgram) throws -> DefendedFit {
    var random = RandomStream(seed: 1)
    return try ExternalDefence(program).fit(SmallWorld.defence(), using: &random)
  }

  /// An answer that keeps all rows but the third.
  private static let keep = (1...30).map { "\($0),\($0 == 3 ? 0 : 1)" }

  @Test("A defence learns from the rows that are kept, in whatever order they are named")
  func defence() throws {
    let fit = try Self.defend(Programs().leaving("keep.csv", ["row,keep"] + Self.keep.reversed()))
    #expect(fit.rejected == [2])
    let task = SmallWorld.defence()
    #expect(fit.model == (try task.learner.fit(task.data.rows(at: (0..<30).filter { $0 != 2 }))))
  }

  @Test("A row that is named twice or is none, a flag that is none, and too few kept rows are told")
  func wrongDefence() throws {
    for (place, line, words) in [
      (4, "4,1", "line 6, column 'row' is 4, as on line 5"), (4, "31,1", "line 6, column 'row' is 31.0"),
      (4, "5,2", "line 6, column 'keep' is 2.0 and must be 0 or 1"),
      (4, "1.5,1", "line 6, column 'row' is 1.5"),
    ] {
      var rows = Self.keep
      rows[place] = line
      let program = try Programs().leaving("keep.csv", ["row,keep"] + rows)
      let error = #expect(throws: ExternalError.self) { try Self.defend(program) }
      #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
    let none = try Programs().leaving("keep.csv", ["row,keep"] + (1...30).map { "\($0),0" })
    #expect(throws: PoisoningError.tooFewRows(method: none.id, needed: 2, found: 0)) { try Self.defend(none) }
  }
}
