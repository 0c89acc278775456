import Experiments
import Foundation
import TestSupport
import Testing

#if HTTP
  @Suite("The quoted thefts over HTTP")
  struct ServiceLabTests {
    @Test("the regression is stolen from a listening server with 650 queries")
    func regression() throws {
      let folder = try Folder()
      let result = try BuiltProgram.run(
        ["reproduce", "stealing-http", "--labs", "logistic-regression", "--json", "--quiet"], in: folder.path)
      #expect(result.status == 0, "\(result.errors)")
      let document = try ResultsDocument(json: result.output)
      let metrics = try #require(document.outcomes.first).metrics
      #expect(metrics["queries"] == 650 && metrics["r_test"] == 0 && metrics["r_unif"] == 0)
      #expect(metrics["seconds_at_published_latency"] == 65)
      #expect(
        folder.exists("out/stealing-http/results.json") && folder.exists("out/stealing-http/timings.json"))
    }

    @Test("an unknown setting is refused")
    func unknown() throws {
      let folder = try Folder()
      let result = try BuiltProgram.run(["reproduce", "stealing-http", "--labs", "forest"], in: folder.path)
      #expect(result.status == 2 && result.errors.contains("neural-network"))
    }
  }
#endif
