import Learning
import LinearAlgebra
public import Methods
import Poisoning

/// The dosage case as an experiment: every attack at every rate beside every defence, over several seeds.
///
/// A seed splits the patients into a training set, a validation set of the same size, on which the attacker
/// measures its success, and test patients that nobody has seen. Two dosage models are attacked: a ridge with
/// penalty 0.1 and a LASSO whose penalty is chosen by cross-validation on the clean training set and then kept.
/// The poisoned rows are mixed among the clean ones before a defence sees them.
///
/// - Source: Jagielski et al., "Manipulating Machine Learning", IEEE S&P 2018, sections VI and VII.
public struct DosageStudy: Sendable {
  /// Name of the attack with substitute data; the attack itself is `OptP`.
  public static let blackBox = "optp-black-box"
  /// Name of the model that is trained on other clean patients: the null of every change of doses.
  static let anotherSample = "another-sample"
  /// Name of `StatP` with the empty one-hot groups of the authors' released code.
  static let releasedStatP = "statp-released"
  /// Name of `PlainTrim` with fifty random starts.
  static let restartedTrim = "trim-restarts"

  /// The patients.
  public let cohort: DosageCohort
  /// Rows of the training set, and of the validation set.
  public var trainingRows = 467
  /// The seeds; one repetition each.
  public var seeds: [UInt64] = [1, 2, 3, 4, 5]
  /// Poisoning rates as a share of the final training set.
  public var rates = [0.04, 0.08, 0.12, 0.16, 0.20]
  /// Ids of the attacks.
  public var attacks = DosageStudy.attackIDs
  /// Ids of the defences.
  public var defences = DosageStudy.defenceIDs
  /// The rate that a defender assumes where there is no poison.
  public var assumedRate = 0.08
  /// Names of the statements that are tested; nil for all.
  public private(set) var only: Set<String>?
  /// Threads.
  public var workers = 1

  /// Tests these statements alone, with the attacks and defences that they need. Random numbers hang on no other attack, so
  /// the numbers are those of the whole study.
  public mutating func choose(_ names: Set<String>) {
    only = names
    let needs = DosageStatements(cohort: cohort).all.filter { names.contains($0.id) }.map(\.work)
    let (wanted, defended) = (Set(needs.flatMap(\.attacks)), Set(needs.flatMap(\.defences) + ["none"]))
    attacks = Self.attackIDs.filter(wanted.contains)
    if attacks.isEmpty { attacks = [RandomRows.card.id] }
    defences = Self.defenceIDs.filter(defended.contains)
  }

  /// Ids of all attacks that the study knows.
  public static let attackIDs = PoisoningAttacks.builtIn.ids + [blackBox]
  /// Ids of all defences that the study knows.
  public static let defenceIDs = TrainingDefences.builtIn.ids

  /// The study of a cohort with the settings of the paper.
  public init(cohort: DosageCohort) { self.cohort = cohort }

  /// What a run yields: the outcomes in a fixed order, and how long methods took.
  public struct Run: Sendable {
    /// One entry per model, attack, rate, defence and seed.
    public let outcomes: [Outcome]
    /// Seconds of work of attacks and defences, summed over experiments; not part of the results.
    public let seconds: [String: Double]
  }

  /// How many steps ``run(_:)`` reports.
  public var steps: Int { experiments.count }

  /// Runs everything. `step` is called after each experiment and may throw to stop the run.
  ///
  /// - Throws: `PoisoningError` when the cohort is too small, or what `step` throws.
  public func run(_ step: @Sendable () throws -> Void) throws -> Run {
    guard cohort.patients.count >= 3 * 20 else {
      throw PoisoningError.tooFewRows(method: "the dosage case", needed: 60, found: cohort.patients.count)
    }
    BLASRuntime.setThreads(1)
    let splits = try concurrentMap(seeds.count * 2, workers: workers) { index in
      try DosageSplit(self, seed: seeds[index / 2], model: DosageModel.allCases[index % 2])
    }
    let experiments = experiments
    let parts = try concurrentMap(experiments.count, workers: workers) { index in
      let (split, experiment) = experiments[index]
      let part = try experiment.run(at: .init(study: self, split: splits[split]))
      try step()
      return part
    }
    var seconds: [String: Double] = [:]
    for part in parts { seconds.merge(part.seconds) { $0 + $1 } }
    return Run(outcomes: parts.flatMap(\.outcomes), seconds: seconds)
  }

  /// The experiments, each with the number of its split: the clean data, every attack at the rates of the table, and the
  /// single rates that published statements need.
  var experiments: [(split: Int, experiment: DosageExperiment)] {
    (0..<seeds.count * 2).flatMap { split in
      func one(_ attack: String, _ rates: [Double], _ defences: [String]) -> (Int, DosageExperiment) {
        (
          split,
          DosageExperiment(
            dataset: cohort.name, model: DosageModel.allCases[split % 2], seed: seeds[split / 2],
            attack: attack, rates: rates, defences: defences)
        )
      }
      return [one("none", [0], defences)] + attacks.map { one($0, rates, defences) }
        + Self.singles.filter { attacks.contains($0.needs ?? $0.attack) }.map {
          one($0.attack, [$0.rate], [$0.defence])
        }
    }
  }

  /// An experiment outside the table that a published statement needs.
  private struct Single {
    let attack: String
    let rate: Double
    var defence = "none"
    /// The attack that must be wanted; nil for ``attack``.
    var needs: String?
  }

  /// Müller et al. insert 2 % of the clean rows; Xiao et al. speak of less than 5 %; the released code of StatP
  /// was measured at 20 %; restarts are too slow to run everywhere.
  private static let singles = [
    Single(attack: FarthestFlip.card.id, rate: 0.02 / 1.02), Single(attack: OptP.card.id, rate: 0.05),
    Single(attack: BGD.card.id, rate: 0.05), Single(attack: StatP.card.id, rate: 0.05),
    Single(attack: RandomRows.card.id, rate: 0.05),
    Single(attack: releasedStatP, rate: 0.2, needs: StatP.card.id),
    Single(attack: PointwiseOptP.card.id, rate: 0.08, defence: restartedTrim),
    Single(attack: PointwiseOptP.card.id, rate: 0.2, defence: restartedTrim),
  ]

  /// Everything that the study uses.
  public var methods: [MethodEntry] {
    PoisoningAttacks.builtIn.entries.filter { attacks.contains($0.id) }
      + TrainingDefences.builtIn.entries.filter { defences.contains($0.id) }
      + Learners.builtIn.entries.filter { ["ridge", "lasso"].contains($0.id) }
  }
}

/// The two dosage models of the paper.
enum DosageModel: String, CaseIterable {
  case ridge, lasso
}
