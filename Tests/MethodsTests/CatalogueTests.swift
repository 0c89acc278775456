import Foundation
import Methods
import Testing

private protocol Greeting: Method { var text: String { get } }

private struct Hello: Greeting {
  static let card = MethodCard(
    id: "hello", family: .guard, title: "Hello", summary: "s", citation: "c", needs: "n", traits: [.stateful])
  static let settings: [Setting<Self>] = [.init("times", \.times, "how often", in: 1...3)]
  var times = 1
  var text: String { String(repeating: "hello", count: times) }
}

private struct OtherHello: Greeting {
  static let card = MethodCard(
    id: "hello", family: .guard, title: "Other", summary: "s", citation: "c", needs: "n")
  var text: String { "other" }
}

private struct Said: Greeting {
  static let card = OtherHello.card
  var text = ""
}

@Suite("Catalogues of methods")
struct CatalogueTests {
  private func catalogue() -> Catalogue<any Greeting> {
    var catalogue = Catalogue<any Greeting>(of: "greeting")
    catalogue.add(Hello.self) { $0 }
    return catalogue
  }

  @Test("A method that was added is listed and made, by id and by specification")
  func making() throws {
    let catalogue = catalogue()
    #expect(catalogue.ids == ["hello"] && catalogue.methods.map(\.text) == ["hello"])
    #expect(try catalogue.make("hello").text == "hello")
    #expect(try catalogue.make(specification: "hello:times=2").text == "hellohello")
    #expect(throws: SettingError.self) { try catalogue.make(specification: "hello:times=4") }
    let error = #expect(throws: MethodError.self) { try catalogue.make("hi") }
    #expect(error?.description == "no greeting is called 'hi'; known are hello")
  }

  @Test("A method takes the place of one with the same id")
  func replacing() throws {
    var catalogue = catalogue()
    catalogue.add(OtherHello.self) { $0 }
    #expect(catalogue.entries.map(\.card.title) == ["Other"])
    #expect(try catalogue.make("hello").text == "other")
  }

  @Test(
    "An id with a prefix is made of its rest, is in no list of ids, and its specification has no settings")
  func prefixes() throws {
    var catalogue = catalogue()
    catalogue.add(prefix: "say:", listedAs: MethodEntry(OtherHello.card)) { rest, settings in
      Said(text: rest + settings.texts.map { " \($0.name) \($0.text)" }.joined())
    }
    #expect(catalogue.ids == ["hello"] && catalogue.openEntries.map(\.id) == ["hello"])
    #expect(catalogue.isOpen("say:x") && !catalogue.isOpen("hello"))
    #expect(try catalogue.make("say:good day", settings: MethodSettings(["a=1"])).text == "good day a 1")
    #expect(try catalogue.make(specification: "say:a,b=c:d").text == "a,b=c:d")
    let error = #expect(throws: MethodError.self) { try catalogue.make("hi") }
    #expect(error?.description == "no greeting is called 'hi'; known are hello, hello")
  }

  @Test("An entry of a program has its command and hashes in JSON")
  func programs() throws {
    let origin = ProgramOrigin(command: ["./a", "b"], files: [.init(name: "./a", sha256: "00ff")])
    let entry = MethodEntry(Hello.card, program: origin)
    let data = try JSONEncoder().encode(entry)
    #expect(try JSONDecoder().decode(MethodEntry.self, from: data).program == origin)
    #expect(origin.sentence == "./a b; SHA-256 of ./a: 00ff")
    #expect(!String(decoding: try JSONEncoder().encode(Hello.entry), as: UTF8.self).contains("program"))
  }

  @Test("An entry reads back from JSON, its ranges as text")
  func entries() throws {
    let entry = Hello.entry
    let data = try JSONEncoder().encode(entry)
    let again = try JSONDecoder().decode(MethodEntry.self, from: data)
    #expect(again.card == entry.card && again.parameters.map(\.name) == ["times"])
    #expect(again.parameters.map { "\($0.allowed)" } == ["1...3"])
  }
}
