import ArgumentParser
import Experiments
import LinearAlgebra
import Methods
import Reporting
import Workbench

/// The attacks, defences, guards, detectors and learners with their settings.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List attacks, defences, guards, detectors and learners, or show everything about one of them.",
    discussion: """
      Examples:
        bezoar list
        bezoar list --family training-defence
        bezoar list optp
      """)

  @Argument(help: "Id of a method; all methods by default.")
  var id: String?

  @Option(help: "Only methods of this family.")
  var family: MethodFamily?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard methods.isEmpty else { return }
    var known: [String] = []
    for method in MethodRegistry.current.entries + MethodRegistry.current.openEntries
    where (family == nil || method.card.family == family) && !known.contains(method.id) {
      known.append(method.id)
    }
    throw ValidationError(
      "no \(family.map { "method of the family \($0.rawValue)" } ?? "method") is called '\(id ?? "")'; known are "
        + known.joined(separator: ", "))
  }

  func run() throws {
    let console = options.console
    if options.json {
      let document = ResultsDocument(
        tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName), parameters: ["command": "list"],
        methods: methods, outcomes: [], claims: [])
      console.write(try document.json())
    } else if id != nil {
      for method in methods { show(method, on: console) }
    } else {
      for family in MethodFamily.allCases {
        let methods = methods.filter { $0.card.family == family }
        if !methods.isEmpty { console.write(Self.table(methods, title: family.title)) }
      }
    }
  }

  private var methods: [MethodEntry] {
    // A document holds methods that can be run as they are listed.
    let open = options.json && id == nil ? [] : MethodRegistry.current.openEntries
    return (MethodRegistry.current.entries + open).filter {
      (id == nil || $0.id == id) && (family == nil || $0.card.family == family)
    }
  }

  private static func table(_ methods: [MethodEntry], title: String) -> TextTable {
    TextTable(
      title: title, columns: [.init("Id"), .init("Title"), .init("What it does")],
      rows: methods.map { [.init($0.id, tone: .strong), .init($0.card.title), .init($0.card.summary)] })
  }

  private func show(_ method: MethodEntry, on console: Console) {
    let card = method.card
    console.write("\(card.id) (\(card.family.rawValue)): \(card.title)\n\(card.summary)\n")
    console.write("source: \(card.citation)\nneeds: \(card.needs)\n")
    if let taxonomy = card.taxonomy {
      for (name, ids) in [
        ("MITRE ATLAS", taxonomy.atlas), ("OWASP ML", taxonomy.owasp), ("NIST AI 100-2", taxonomy.nist),
      ] where !ids.isEmpty {
        console.write("\(name): \(ids.joined(separator: ", "))\n")
      }
    }
    guard !method.parameters.isEmpty else {
      console.write("no settings\n")
      return
    }
    console.write(
      TextTable(
        title: "Settings",
        columns: [.init("Name"), .init("Meaning"), .init("Range"), .init("Default")],
        rows: method.parameters.map { one in
          [
            .init(one.name, tone: .strong), .init(one.meaning), .init(one.allowed.description),
            .init(one.defaultValue ?? MethodEntry.Parameter.required),
          ]
        }))
  }
}

extension MethodFamily: ExpressibleByArgument {}
