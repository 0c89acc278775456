import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing
import Workbench

@Suite("The ways to a model under attack")
struct ModelUnderAttackTests {
  @Test("A model file answers as its pipeline does, in columns and in encoded numbers")
  func file() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    let path = try await irises.file("softmax")
    var access = ModelFileAccess(path)
    let columns = try await ModelUnderAttack.open(.file(access), in: irises.context) { file in
      try KnownRows("iris-fisher", for: file, ReadingChoices(), in: irises.context)
    }
    access.inputs = .encoded
    let encoded = try await ModelUnderAttack.open(.file(access), in: irises.context) { file in
      try KnownRows("iris-fisher", for: file, ReadingChoices(), in: irises.context)
    }
    let (rows, numbers) = (try #require(columns.testRows), try #require(encoded.testRows))
    #expect(rows.rows == 150 && rows.columns == 4 && numbers.rows == 150)
    #expect(columns.name == "softmax" && !columns.isRemote && columns.pipeline != nil)
    let answers = try await columns.oracle.answer(rows, details: [])
    #expect(try await encoded.oracle.answer(numbers, details: []) == answers)
  }

  @Test("A guard stands before a model file, and the model itself stays at hand")
  func guarded() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    var access = ModelFileAccess(try await irises.file("softmax"))
    access.guards = ["rounding:decimals=1"]
    let opened = try await ModelUnderAttack.open(.file(access), in: irises.context)
    let row = Matrix([[5.1, 3.5, 1.4, 0.2]])
    let answers = try await opened.oracle.answer(row, details: [])
    for value in try #require(answers.first).probabilities {
      #expect(abs(value * 10 - (value * 10).rounded()) < 1e-9)
    }
    #expect(opened.guards == ["rounding:decimals=1"])
    #expect(try await opened.unguarded.answer(row, details: []) != answers)
  }

  @Test("Recorded answers are a model of their own")
  func record() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    let model = try await ModelUnderAttack.open(
      .file(ModelFileAccess(try await irises.file("softmax"))), in: irises.context)
    let path = "\(irises.folder)/log.jsonl"
    let (recorder, _) = try QueryRecorder.open(
      path: path,
      header: QueryRecord.Header(
        target: "irises", schema: model.oracle.schema, capabilities: model.oracle.capabilities))
    let rows = Matrix([[5.1, 3.5, 1.4, 0.2], [6.0, 2.9, 4.5, 1.5]])
    let session = QuerySession(model.oracle, record: { try recorder.append($0) })
    let answers = try await session.ask(rows)
    let record = try await ModelUnderAttack.open(.record(path), in: irises.context)
    #expect(record.name == "irises" && record.model == nil && record.testRows == nil)
    #expect(record.notes == ["2 recorded answers of irises"])
    #expect(try await record.oracle.answer(rows, details: []) == answers)
  }

  @Test("A model that is trained first is that of the same training, bit for bit")
  func trained() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    let plan = try irises.plan("tree", settings: ["maximumDepth=3"])
    let rows = Matrix([[5.1, 3.5, 1.4, 0.2], [6.0, 2.9, 4.5, 1.5]])
    let first = try await ModelUnderAttack.open(.trained(plan), in: irises.context)
    let second = try await ModelUnderAttack.open(.trained(plan), in: irises.context)
    #expect(first.name == "tree" && first.pipeline?.labels == plan.labels)
    #expect(
      try await first.oracle.answer(rows, details: []) == second.oracle.answer(rows, details: []))
  }

  @Test("Rows are asked for once, with the file of a model that has one")
  func rowsOnce() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    var calls = 0
    _ = try await ModelUnderAttack.open(
      .file(ModelFileAccess(try await irises.file("tree"))), in: irises.context
    ) { file in
      calls += 1
      #expect(file?.pipeline.targetName == "species")
      return KnownRows()
    }
    #expect(calls == 1)
  }
}
