import Foundation
import Testing

@testable import Experiments

/// The list of metrics, and what is made from it.
struct MetricKeyTests {
  @Test("Every metric has one entry with a name as in results and a meaning")
  func entries() throws {
    let ids = MetricKey.all.map(\.id)
    #expect(Set(ids).count == ids.count && ids.count > 200)
    for key in MetricKey.all {
      #expect(try key.id.wholeMatch(of: Regex("[a-z][a-z0-9_]*")) != nil, "\(key)")
      #expect(key.isListed && !key.meaning.isEmpty && !key.meaning.hasSuffix("."), "\(key)")
    }
  }

  @Test("A name is looked up in the list; one that is not there has no meaning")
  func lookup() {
    let key: MetricKey = "dose_change_median"
    #expect(key.isListed && key.unit == "share" && key.better == .lower)
    let unknown: MetricKey = "dose_change_medain"
    #expect(!unknown.isListed && unknown.meaning.isEmpty && unknown.id == "dose_change_medain")
    #expect(key != unknown && key == MetricKey("dose_change_median"))
  }

  @Test("Only metrics of classes may name a class, which may hold any text")
  func classes() {
    for id in ["recall:setosa", "count:a>b", "f1:", "precision:a:b"] {
      #expect(MetricKey(id).isListed, "\(id)")
    }
    for id in ["mse:a", ":recall", "recal:a", ""] { #expect(!MetricKey(id).isListed, "\(id)") }
  }

  @Test("The metrics of the schema of results are those of the list, with meaning and unit")
  func schema() throws {
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(ResultsDocument.schemaText.utf8)) as? [String: Any])
    let outcome = try #require((root["$defs"] as? [String: Any])?["outcome"] as? [String: Any])
    let metrics = try #require((outcome["properties"] as? [String: Any])?["metrics"] as? [String: Any])
    let properties = try #require(metrics["properties"] as? [String: [String: String]])
    #expect(Set(properties.keys) == Set(MetricKey.all.map(\.id)))
    for key in MetricKey.all {
      let description = "\(key.meaning)." + (key.unit.isEmpty ? "" : " Unit: \(key.unit).")
      #expect(properties[key.id] == ["description": description, "$ref": "#/$defs/number"], "\(key)")
    }
  }

  @Test("The page of metrics is what the list makes")
  func page() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appending(path: "Labs/guide/metrics.md")
    #expect(try String(contentsOf: path, encoding: .utf8) == MetricKey.page)
  }

  @Test("The dosage case measures nothing that is not in the list")
  func dosage() throws {
    var study = DosageStudy(cohort: try DosageCohort.named("warfarin-synthetic", dataDirectory: nil))
    (study.seeds, study.trainingRows, study.rates) = ([1], 30, [0.1])
    (study.attacks, study.defences) = (["random"], ["none", "trim"])
    let keys = try study.run {}.outcomes.flatMap(\.metrics.keys).distinct { $0 }
    #expect(keys.count > 20 && keys.allSatisfy(\.isListed))
  }

  /// A statement whose number does not exist must never look sound: it has a fault, and it fails.
  @Test(
    "A statement on a metric that does not exist has a fault and fails, and so does one that names none",
    arguments: ["test_msee", "", "mse:a", "TEST_MSE"])
  func unknownMetric(name: String) {
    func statement(_ measure: Measure) -> Statement<Void> {
      Statement(
        row: 1, id: "x", "words", reference: Reference(.ownAim, 1, "aim"), unit: "",
        judging: .by(
          Expectation(1...2, stronger: .higher, noEffect: 0),
          null: .measured("nothing", StatementMeasure.metric("clean_test_mse"))), work: (), measure: measure)
    }
    let outcomes = (1...3).map { seed in
      Outcome(Experiment(seed: UInt64(seed)), metrics: ["test_mse": 1.5, "clean_test_mse": 0])
    }
    let unknown = statement(StatementMeasure.metric(MetricKey(name)))
    #expect(unknown.faults == ["x: there is no metric \(name)"])
    #expect(unknown.claim(outcomes).verdict == .failed)
    let sentences = Headline([unknown.claim(outcomes)]).sentences
    #expect(sentences == ["0 of 1 aims of this project met (1 failed)."])
    #expect(statement(Measure(reading: []) { _ in [1.5] }).faults == ["x: it names no metric that it reads"])
    let known = statement(StatementMeasure.metric("test_mse"))
    #expect(known.faults.isEmpty && known.claim(outcomes).verdict == .met)
    #expect(known.read == ["test_mse", "clean_test_mse"])
  }
}
