import Methods
import Testing

/// A method with a setting of every type.
private struct Sample: Method, Hashable {
  enum Way: String, Codable, CaseIterable { case up, down }
  struct Part: Codable, Hashable {
    var depth = 3
    static let settings: [Setting<Self>] = [.init("depth", \.depth, "of the part", in: 0...9)]
  }

  static let card = MethodCard(
    id: "sample", family: .learner, title: "Sample", summary: "s", citation: "c", needs: "n")
  static let settings: [Setting<Self>] =
    [
      .init("count", \.count, "rows", in: 1...),
      .init("rate", \.rate, "share", in: .above(0, through: 1)),
      .init("way", \.way, "direction"),
      .init("ways", \.ways, "directions"),
      .init("isFast", \.isFast, "speed"),
      .init("weights", \.weights, "of classes", each: .from(0)),
      .init("widths", \.widths, "of layers", each: 1...100),
      .init("learner", \.learner, "by its id", words: ["tree", "ridge"]),
      .init("column", \.column, "to leave out", allowed: "name of a column"),
    ] + Part.settings.map { $0.of(\.part) }

  var count = 5
  var rate = 0.5
  var way = Way.up
  var ways = [Way.down]
  var isFast = false
  var weights: [Double] = []
  var widths = [64, 32]
  var learner = "tree"
  var column = ""
  var part = Part()
}

/// A method with settings that must be given.
private struct Demanding: Method, Hashable {
  static let card = MethodCard(
    id: "demanding", family: .mechanism, title: "Demanding", summary: "s", citation: "c", needs: "n")
  static let settings: [Setting<Self>] = [
    .init("budget", \.budget, "what may be spent", in: .above(0)),
    .init("rows", \.rows, "how many there are", in: 1...100),
    .init("rate", \.rate, "share", in: 0...1),
  ]

  var budget: Double?
  var rows: Int?
  var rate = 0.5
}

@Suite("Settings of methods")
struct SettingTests {
  private func made(_ pairs: String...) throws -> Sample { try Sample.configured(MethodSettings(pairs)) }

  @Test("Defaults are read from the method, and reading them back changes nothing")
  func defaults() throws {
    let entry = Sample.entry
    #expect(
      entry.parameters.map(\.defaultValue) == [
        "5", "0.5", "up", "[down]", "false", "[]", "[64,32]", "tree", "\"\"", "3",
      ])
    for one in entry.parameters {
      #expect(try made("\(one.name)=\(try #require(one.defaultValue))") == Sample())
    }
  }

  @Test("Every type of value reaches its property")
  func values() throws {
    #expect(try made("count=1e3").count == 1000)
    #expect(try made("rate=1").rate == 1)
    #expect(try made("way=down").way == .down)
    #expect(try made("ways=up,down").ways == [.up, .down])
    #expect(try made("isFast=true").isFast)
    #expect(try made("weights=[0, 2.5]").weights == [0, 2.5])
    #expect(try made("widths=7").widths == [7])
    #expect(try made("learner=ridge").learner == "ridge")
    #expect(try made("column=\"a b\"").column == "a b")
    #expect(try made("depth=0").part.depth == 0)
    #expect(try made("count=2", "count=3").count == 3, "the last one counts")
  }

  @Test(
    "A value that is not allowed is refused, with what is",
    arguments: [
      ("count=0", "1..."), ("count=1000000001", "1..."), ("count=0.5", "1..."), ("count= 4", "1..."),
      ("rate=0", "0<..1"), ("rate=nan", "0<..1"), ("rate=1.0000001", "0<..1"), ("way=left", "up|down"),
      ("ways=up,left", "a list of up|down"), ("isFast=yes", "true|false"), ("weights=-1", "a list of 0..."),
      ("widths=0", "a list of 1...100"), ("learner=forest", "tree|ridge"), ("depth=10", "0...9"),
    ])
  func refusals(pair: String, allowed: String) throws {
    let error = #expect(throws: SettingError.self) { try made(pair) }
    #expect(try #require(error).description.hasSuffix("it takes \(allowed)"))
  }

  @Test("Text without a name, and a name that no setting has, are refused with the names there are")
  func names() {
    #expect(throws: SettingError.notAPair("fast")) { try made("fast") }
    #expect(throws: SettingError.notAPair("=1")) { try made("=1") }
    let known = Sample.entry.parameters.map(\.name).sorted()
    #expect(throws: SettingError.unknown("speed", method: "sample", known: known)) { try made("speed=1") }
  }

  @Test("A setting that must be given has no default, and is asked for by its name and meaning")
  func required() throws {
    #expect(Demanding.entry.parameters.map(\.defaultValue) == [nil, nil, "0.5"])
    let given = try Demanding.configured(MethodSettings(["rows=7", "budget=0.25"]))
    #expect(given.budget == 0.25 && given.rows == 7 && given.rate == 0.5)
    let none = #expect(throws: SettingError.self) { try Demanding.configured(.none) }
    #expect(none?.description == "demanding needs budget=…, what may be spent")
    #expect(throws: SettingError.missing("rows", method: "demanding", meaning: "how many there are")) {
      try Demanding.configured(MethodSettings(["budget=1"]))
    }
    for wrong in ["budget=0", "budget=", "rows=101", "rows=0.5"] {
      let error = #expect(throws: SettingError.self) {
        try Demanding.configured(MethodSettings(["budget=1", "rows=1", wrong]))
      }
      guard case .wrongValue? = error else {
        Issue.record("\(wrong): \(String(describing: error))")
        continue
      }
    }
    // What was given before stays, so that only the rest is asked for.
    #expect(try MethodSettings(["rate=1"]).applied(to: given).budget == 0.25)
  }

  @Test("A method with a setting that must be given is made with it and is none of the ready ones")
  func requiredInCatalogue() throws {
    var catalogue = Catalogue<any Method>(of: "method")
    catalogue.add(Demanding.self) { $0 }
    catalogue.add(Sample.self) { $0 }
    #expect(catalogue.ids == ["demanding", "sample"])
    #expect(catalogue.methods.map { type(of: $0).card.id } == ["sample"])
    #expect(try catalogue.make(specification: "demanding:budget=1,rows=2") as? Demanding != nil)
    #expect(throws: SettingError.self) { try catalogue.make("demanding") }
  }

  @Test(
    "Ranges print as they are written and contain their ends only where they say so",
    arguments: [
      (NumberRange.from(0), "0...", [0, 1e300], [-1e-300, .infinity, .nan]),
      (.above(0), "> 0", [1e-300], [0, -1]),
      (.within(0...1), "0...1", [0, 1], [1.0000000001]),
      (.within(0..<0.5), "0..<0.5", [0, 0.4999], [0.5]),
      (.above(0, through: 1), "0<..1", [1], [0]),
      (.above(0, below: 1), "0<..<1", [0.5], [0, 1]),
      (.from(1e-12), "1e-12...", [1e-12], [0]),
    ] as [(NumberRange, String, [Double], [Double])])
  func ranges(range: NumberRange, text: String, inside: [Double], outside: [Double]) {
    #expect(range.description == text)
    #expect(inside.allSatisfy(range.contains))
    #expect(!outside.contains(where: range.contains))
  }
}
