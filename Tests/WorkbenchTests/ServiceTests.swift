#if HTTP
  import Foundation
  import LinearAlgebra
  import Querying
  import Stealing
  import Tabular
  import Testing
  import Workbench

  @Suite("Models behind an address as jobs")
  struct ServiceTests {
    /// Serves a softmax model of irises for the length of some work.
    private func serving(_ work: (Irises, _ url: String) async throws -> Void) async throws {
      let irises = try Irises()
      defer { irises.remove() }
      var request = ServingRequest(.files([("irises", try await irises.file("softmax"))]))
      request.port = 0
      let server = try await ModelServer.start(request, in: irises.context)
      do {
        try await work(irises, server.url)
      } catch {
        _ = try? await server.stop()
        throw error
      }
      #expect(try await server.stop())
      #expect(server.answered.rows > 0)
    }

    @Test("A served model is opened by its address and answers as the file does")
    func open() async throws {
      try await serving { irises, url in
        let remote = try await ModelUnderAttack.open(.url(ServiceAccess(url)), in: irises.context)
        let local = try await ModelUnderAttack.open(
          .file(ModelFileAccess("\(irises.folder)/softmax.json")), in: irises.context)
        #expect(remote.isRemote && remote.model == nil && remote.probedRows >= 0)
        #expect(remote.oracle.schema.inputs.map(\.name) == local.oracle.schema.inputs.map(\.name))
        let row = Matrix([[5.1, 3.5, 1.4, 0.2]])
        let (one, other) = (
          try await remote.oracle.answer(row, details: []), try await local.oracle.answer(row, details: [])
        )
        #expect(one.map(\.probabilities) == other.map(\.probabilities))
      }
    }

    @Test("A theft over the network keeps to its budget and puts all that it asks on record")
    func theft() async throws {
      try await serving { irises, url in
        var request = TheftJob(.url(ServiceAccess(url)), output: "\(irises.folder)/stolen.json")
        (request.attack, request.budget, request.check) = ("equation", 300, 50)
        let result = try await request.run(irises.context)
        #expect(result.victim.isRemote && result.comparison?.uniform.fidelity == 1)
        let spent = result.ledger.queries + result.victim.probedRows + result.checked + result.gaps.queries
        #expect(spent <= 300)
        #expect(FileManager.default.fileExists(atPath: request.logPath))
      }
    }
  }
#endif
