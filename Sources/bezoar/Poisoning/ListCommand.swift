import ArgumentParser
import Experiments
import Inversion
import Learning
import LinearAlgebra
import Poisoning
import Reporting
import Stealing

/// The attacks, defences, guards, detectors and learners with their settings.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List attacks, defences, guards, detectors and learners, or show everything about one of them.",
    discussion: """
      Examples:
        bezoar list
        bezoar list --kind defence
        bezoar list optp
      """)

  @Argument(help: "Id of a method; all methods by default.")
  var id: String?

  @Option(help: "Only methods of this kind: attack, defence, guard, detector or learner.")
  var kind: MethodCard.Kind?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard cards.isEmpty else { return }
    var known: [String] = []
    for card in Self.all where (kind == nil || card.kind == kind) && !known.contains(card.id) {
      known.append(card.id)
    }
    throw ValidationError(
      "no \(kind?.rawValue ?? "method") is called '\(id ?? "")'; known are \(known.joined(separator: ", "))")
  }

  func run() throws {
    let console = options.console
    if options.json {
      let document = ResultsDocument(
        tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName), parameters: ["command": "list"],
        methods: cards, outcomes: [], claims: [])
      console.write(try document.json())
    } else if id != nil {
      for card in cards { show(card, on: console) }
    } else {
      for kind in [MethodCard.Kind.attack, .defence, .guard, .detector, .learner] {
        let cards = cards.filter { $0.kind == kind }
        if !cards.isEmpty { console.write(Self.table(cards, title: Self.title(kind))) }
      }
    }
  }

  /// The cards, each with the settings that the command line takes for the method.
  static let all: [MethodCard] = [
    AttackCatalogue.all.map { $0.card },
    ExtractionCatalogue.all.map { $0.card },
    InversionCatalogue.all.map { $0.card },
    [MIFace.card, InformedAdversary.card, DeletionAttack.card],
    MembershipCatalogue.all.map { $0.card },
    DefenceCatalogue.all.map { $0.card },
    PrivateSettings.Mechanism.allCases.map { $0.card },
    GuardCatalogue.all.map { $0.card },
    DetectorCatalogue.all.map { $0.card },
    ModelCatalogue.cards,
  ].flatMap { $0 }

  private var cards: [MethodCard] {
    Self.all.filter { (id == nil || $0.id == id) && (kind == nil || $0.kind == kind) }
  }

  private static func title(_ kind: MethodCard.Kind) -> String {
    switch kind {
    case .attack: "Attacks"
    case .defence: "Defences of training"
    case .guard: "Guards of answers"
    case .detector: "Detectors of theft"
    case .learner: "Learners"
    }
  }

  private static func table(_ cards: [MethodCard], title: String) -> TextTable {
    TextTable(
      title: title, columns: [.init("Id"), .init("Title"), .init("What it does")],
      rows: cards.map { card in [.init(card.id, tone: .strong), .init(card.title), .init(card.summary)] })
  }

  private func show(_ card: MethodCard, on console: Console) {
    console.write("\(card.id) (\(card.kind.rawValue)): \(card.title)\n\(card.summary)\n")
    console.write("source: \(card.citation)\nneeds: \(card.needs)\n")
    if let taxonomy = card.taxonomy {
      for (name, ids) in [
        ("MITRE ATLAS", taxonomy.atlas), ("OWASP ML", taxonomy.owasp), ("NIST AI 100-2", taxonomy.nist),
      ] where !ids.isEmpty {
        console.write("\(name): \(ids.joined(separator: ", "))\n")
      }
    }
    guard !card.parameters.isEmpty else {
      console.write("no settings\n")
      return
    }
    console.write(
      TextTable(
        title: "Settings",
        columns: [.init("Name"), .init("Meaning"), .init("Range"), .init("Default")],
        rows: card.parameters.map { one in
          [.init(one.name, tone: .strong), .init(one.meaning), .init(one.range), .init(one.defaultValue)]
        }))
  }
}

extension MethodCard.Kind: ExpressibleByArgument {}
