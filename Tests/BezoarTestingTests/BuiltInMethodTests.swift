import BezoarTesting
import Inversion
import Learning
import Methods
import Poisoning
import Guarding
import Stealing
import Testing

/// The methods that come with the package keep to the protocols of their families.
@Suite("Conformance of the built-in methods")
struct BuiltInMethodTests {
  @Test("poisoning attacks have no problem", arguments: PoisoningAttacks.builtIn.ids)
  func poisoning(id: String) throws {
    let type = type(of: try PoisoningAttacks.builtIn.make(id))
    #expect(try Conformance.problems(of: type) == [])
  }

  @Test("defences of training have no problem", arguments: TrainingDefences.builtIn.ids)
  func defences(id: String) throws {
    let type = type(of: try TrainingDefences.builtIn.make(id))
    #expect(try Conformance.problems(of: type) == [])
  }

  @Test("extraction attacks have no problem", arguments: ExtractionAttacks.builtIn.ids)
  func extraction(id: String) async throws {
    let quick = [
      "mlp": ["hidden=3", "restarts=1", "iterations=60"], "kernel": ["representers=3", "iterations=60"],
    ]
    let settings = try MethodSettings(quick[id] ?? [])
    let type = type(of: try ExtractionAttacks.builtIn.make(id))
    #expect(try await Conformance.problems(of: type, settings: settings) == [])
  }

  @Test("guards have no problem", arguments: ResponseGuards.builtIn.ids)
  func guards(id: String) throws {
    let type = type(of: try ResponseGuards.builtIn.make(id))
    #expect(try Conformance.problems(of: type) == [])
  }

  @Test("detectors have no problem", arguments: QueryDetectors.builtIn.ids)
  func detectors(id: String) throws {
    let quick = [
      "hoda": ["window=40", "sequences=100"], "mmd": ["sequences=50"], "prada-calibrated": ["streams=5"],
    ]
    let settings = try MethodSettings(quick[id] ?? [])
    let type = type(of: try QueryDetectors.builtIn.make(id))
    #expect(try Conformance.problems(of: type, settings: settings) == [])
  }

  @Test("attacks on membership have no problem", arguments: MembershipAttacks.builtIn.ids)
  func membership(id: String) async throws {
    let type = type(of: try MembershipAttacks.builtIn.make(id))
    #expect(try await Conformance.problems(of: type) == [])
  }

  @Test("attacks on attributes have no problem", arguments: AttributeAttacks.builtIn.ids)
  func attributes(id: String) async throws {
    let type = type(of: try AttributeAttacks.builtIn.make(id))
    #expect(try await Conformance.problems(of: type) == [])
  }

  @Test("learners have no problem", arguments: Learners.builtIn.ids)
  func learners(id: String) throws {
    switch try Learners.builtIn.make(id) {
    case .classifier(let recipe):
      let type = type(of: recipe)
      #expect(try Conformance.problems(of: type) == [])
    case .regressor(let recipe):
      let type = type(of: recipe)
      #expect(try Conformance.problems(of: type) == [])
    }
  }
}
