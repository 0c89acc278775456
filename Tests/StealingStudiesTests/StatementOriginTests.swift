import Experiments
import Testing

@testable import StealingStudies

@Suite("Sources of statements on theft")
struct StatementOriginTests {
  @Test("What this project computed or asks is never called published")
  func origins() {
    let statements = StealingStatements.all([1])
    #expect(statements.count > 20)
    for one in statements {
      let isOwn = ["this project", "this program", "Tests/Peers"].contains { one.source.contains($0) }
      #expect(!isOwn || one.claim(nil).origin != .published, "\(one.id): \(one.source)")
    }
  }
}
