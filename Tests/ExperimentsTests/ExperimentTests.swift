import Foundation
import Testing

@testable import Experiments

/// An experiment as a value: its id, its form in results, and what is left out of both.
struct ExperimentTests {
  static let whole = Experiment(
    dataset: "iwpc-onehot", model: "ridge", attack: "optp", defence: "none", rate: 0.08, seed: 7)

  @Test("The canonical form has the axes that apply, one a line")
  func canonicalForm() {
    #expect(
      Self.whole.canonicalForm
        == "dataset=iwpc-onehot\nmodel=ridge\nattack=optp\ndefence=none\nrate=0.08\nseed=7\n")
    let other = Experiment(
      budget: 100, epsilon: 0.5, settings: ["b": "2", "a": "1"], seed: 1)
    #expect(other.canonicalForm == "budget=100\nepsilon=0.5\nsettings.a=1\nsettings.b=2\nseed=1\n")
  }

  /// printf 'dataset=iwpc-onehot\nmodel=ridge\nattack=optp\ndefence=none\nrate=0.08\nseed=7\n' | sha256sum | cut -c1-16
  @Test("The id is the beginning of the SHA-256 of the canonical form, by sha256sum of coreutils")
  func identifier() {
    #expect(Self.whole.id == "519f196fde552c20")
  }

  @Test("Every axis and setting changes the id, and an axis at none is not an axis left out")
  func idsDiffer() {
    let whole = Self.whole
    let others = [
      whole, whole.with(dataset: "iwpc"), whole.with(model: "lasso"), whole.with(attack: "none"),
      whole.with(defence: "trim"), whole.with(rate: 0.2), whole.with(rate: 0), whole.with(budget: 1),
      whole.with(epsilon: 1), whole.with(settings: ["a": "1"]), whole.with(settings: ["a": "2"]),
      Experiment(dataset: "iwpc-onehot", model: "ridge", attack: "optp", defence: "none", seed: 7),
      Experiment(dataset: "iwpc-onehot", model: "ridge", attack: "optp", rate: 0.08, seed: 7),
      Experiment(
        dataset: "iwpc-onehot", model: "ridge", attack: "optp", defence: "none", rate: 0.08, seed: 8),
    ]
    #expect(Set(others.map(\.id)).count == others.count)
    #expect(Set(others).count == others.count)
  }

  @Test("No value of one axis can be taken for another axis")
  func noInjection() {
    let sly = Experiment(dataset: "d\nmodel=m", seed: 1)
    #expect(sly.id != Experiment(dataset: "d", model: "m", seed: 1).id)
    #expect(sly.canonicalForm == "dataset=d model=m\nseed=1\n")
  }

  @Test("In results only the axes that apply are written, and they read back")
  func results() throws {
    let outcome = Outcome(Experiment(model: "ridge", seed: 1), metrics: ["test_mse": 0.5])
    let json = try StableJSON.text(outcome)
    for axis in ["dataset", "attack", "defence", "rate", "budget", "epsilon", "settings"] {
      #expect(!json.contains("\"\(axis)\""), "\(axis)")
    }
    #expect(json.contains("\"experiment\" : \"\(outcome.experiment.id)\""))
    #expect(try JSONDecoder().decode(Outcome.self, from: Data(json.utf8)) == outcome)
    let all = Outcome(
      Self.whole.with(budget: 3, epsilon: 0.1, settings: ["leaves": "5"]), metrics: ["test_mse": nil])
    #expect(try JSONDecoder().decode(Outcome.self, from: Data(StableJSON.text(all).utf8)) == all)
  }

  @Test("An id that is not that of the axes beside it is refused, and so is a rate out of range")
  func foreignIds() throws {
    let json = try StableJSON.text(Outcome(Self.whole))
    for (from, to) in [("\"seed\" : 7", "\"seed\" : 8"), ("\"rate\" : 0.08", "\"rate\" : 1")] {
      #expect(json.contains(from))
      #expect(throws: DecodingError.self) {
        _ = try JSONDecoder().decode(Outcome.self, from: Data(json.replacing(from, with: to).utf8))
      }
    }
  }

  @Test("An experiment covers its parts and no others")
  func covers() {
    let open = Experiment(dataset: "iwpc-onehot", model: "ridge", settings: ["a": "1"], seed: 7)
    #expect(open.covers(open.with(attack: "optp", rate: 0.2)) && open.covers(open.with(settings: ["b": "2"])))
    #expect(!open.covers(open.with(model: "lasso")) && !open.covers(Self.whole))
    #expect(!Self.whole.covers(open))
  }

  @Test("No two experiments of the dosage case are the same, and each covers its outcomes")
  func dosage() throws {
    var study = DosageStudy(cohort: try DosageCohort.named("warfarin-synthetic", dataDirectory: nil))
    study.seeds = [1, 2]
    let planned = study.experiments.map(\.experiment.experiment)
    #expect(planned.count == study.steps && Set(planned).count == planned.count)
    (study.seeds, study.trainingRows, study.rates) = ([1], 30, [0.1])
    (study.attacks, study.defences) = (["random"], ["none", "trim"])
    let outcomes = try study.run {}.outcomes
    #expect(Set(outcomes.map(\.experiment)).count == outcomes.count)
    for outcome in outcomes {
      #expect(study.experiments.contains { $0.experiment.experiment.covers(outcome.experiment) })
    }
  }
}
