import Experiments
import Inversion
import Learning
import LinearAlgebra
import Tabular

/// The one unknown patient in the data of a model, from the others and the parameters.
struct InformedReconstruction: InversionExperiment {
  /// Whether the model is logistic (high dose or not) in place of ridge.
  let isLogistic: Bool
  /// Training rows.
  let count: Int
  let seed: UInt64

  var experiment: Experiment {
    Experiment(
      dataset: "iwpc-scaled", model: isLogistic ? "logistic-\(count)" : "ridge-\(count)",
      attack: "informed adversary", defence: "none", seed: seed)
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let patients = try DosagePatients(lab)
    var random = RandomStream(seed: seed).child("inversion").child("informed")
    let chosen = random.choice(count, from: patients.records.count)
    let data = try patients.data(chosen)
    let (known, hidden) = (Array(0..<count - 1), count - 1)
    let truth = data.features.row(hidden)
    let row: InformedAdversary.Row
    let target: Double
    if isLogistic {
      let labels = data.target.map { $0 > 0 ? 1 : 0 }
      let classes = ClassificationData(features: data.features, labels: labels, classCount: 2)
      let model = try LogisticRegression(penalty: 1, gradientTolerance: 1e-13).solve(classes).model
      row = try InformedAdversary.row(missingFrom: classes.rows(at: known), model: model, penalty: 1)
      target = Double(labels[hidden])
    } else {
      let model = try LinearLearner.ridge(penalty: 1).fit(data)
      row = try InformedAdversary.row(missingFrom: data.rows(at: known), model: model, penalty: 1)
      target = data.target[hidden]
    }
    func distance(_ guess: [Double]) -> Double { norm2(zip(guess, truth).map { $0 - $1 }) }
    return [
      Outcome(
        experiment,
        metrics: [
          "relative_error": distance(row.features) / norm2(truth),
          // What needs no model: the mean of the known patients.
          "relative_error_of_mean": distance(data.features.rows(at: known).columnMeans()) / norm2(truth),
          "target_error": abs(row.target - target),
          "residual": row.residual,
        ])
    ]
  }
}

/// Patients who had themselves deleted, from a least-squares model before and after, and public patients.
struct DeletionReconstruction: InversionExperiment {
  /// Deleted patients, one at a time.
  static let trials = 20
  let seed: UInt64

  var experiment: Experiment {
    Experiment(dataset: "iwpc-scaled", model: "ols", attack: "deletion", defence: "none", seed: seed)
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let patients = try DosagePatients(lab)
    var random = RandomStream(seed: seed).child("inversion").child("deletion")
    let order = random.permutation(patients.records.count)
    let (open, training) = (Array(order[..<1200]), Array(order[1200...]))
    let data = try patients.data(training)
    let known = try patients.data(open).features
    let moments = try PublicMoments(of: known)
    // What needs no model: the mean of the public patients.
    let mean = known.columnMeans()
    let whole = try LinearLearner.leastSquares.fit(data)
    let group = patients.features.space.groups.first { $0.name == "vkorc1" }?.columns ?? []
    func genotype(_ row: [Double]) -> Int? { group.max { row[$0] < row[$1] } }
    func cosine(_ one: [Double], _ other: [Double]) -> Double {
      dot(one, other) / (norm2(one) * norm2(other))
    }
    var (cosines, cosinesOfMean, right, rightByMode) = ([Double](), [Double](), 0, 0)
    for hidden in random.choice(Self.trials, from: training.count) {
      let rest = try LinearLearner.leastSquares.fit(
        data.rows(at: training.indices.filter { $0 != hidden }))
      let (found, truth) = (
        try DeletionAttack.row(with: whole, without: rest, moments: moments), data.features.row(hidden)
      )
      cosines.append(cosine(found, truth))
      cosinesOfMean.append(cosine(mean, truth))
      if genotype(found) == genotype(truth) { right += 1 }
      if genotype(mean) == genotype(truth) { rightByMode += 1 }
    }
    return [
      Outcome(
        experiment,
        metrics: [
          "median_cosine": Summary(cosines)?.median, "genotype_right": Double(right) / Double(Self.trials),
          "median_cosine_of_mean": Summary(cosinesOfMean)?.median,
          "mode_genotype_right": Double(rightByMode) / Double(Self.trials), "public_rows": 1200,
        ])
    ]
  }
}

/// The digits in a batch by which a softmax model was updated, from the move of its answers.
struct UpdateReconstruction: InversionExperiment {
  /// Rows of a batch.
  static let batch = 40
  let seed: UInt64

  var experiment: Experiment {
    Experiment(dataset: "digits", model: "softmax", attack: "update labels", defence: "none", seed: seed)
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    var random = RandomStream(seed: seed).child("inversion").child("update")
    let digits = try Digits(lab)
    let order = random.permutation(digits.data.count)
    let learner = SoftmaxRegression(penalty: 1, gradientTolerance: 1e-5)
    let old = digits.data.rows(at: Array(order[..<600]))
    let probes = digits.data.features.rows(at: Array(order[600..<900]))
    let (attacker, victim) = (Array(order[900..<1400]), Array(order[1400...]))
    let before = try learner.solve(old).model
    // The batch has few digits, so that there is something to find out.
    func update(_ pool: [Int], using random: inout RandomStream) throws -> (move: [Double], shares: [Double])
    {
      let weights = (0..<10).map { _ in random.gamma(shape: 0.5) }
      let rows = random.weightedChoiceWithReplacement(
        Self.batch, weights: pool.map { weights[digits.data.labels[$0]] + 1e-9 })
      let batch = digits.data.rows(at: rows.map { pool[$0] })
      let after = try learner.solve(old.appending(batch), start: before).model
      let shares = (0..<10).map { label in
        Double(batch.labels.count { $0 == label }) / Double(Self.batch)
      }
      return (
        UpdateLabels.move(before: before.probabilities(probes), after: after.probabilities(probes)), shares
      )
    }
    let known = try (0..<60).map { _ in try update(attacker, using: &random) }
    let attack = try UpdateLabels(moves: Matrix(known.map(\.move)), shares: Matrix(known.map(\.shares)))
    let trials = try (0..<20).map { _ in try update(victim, using: &random) }
    func distance(_ one: [Double], _ other: [Double]) -> Double {
      zip(one, other).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
    let found = trials.map { distance(attack.shares(of: $0.move), $0.shares) }
    let guess = trials.map { distance([Double](repeating: 0.1, count: 10), $0.shares) }
    // The answers of another batch.
    let others = trials.indices.map { place in
      distance(attack.shares(of: trials[(place + 1) % trials.count].move), trials[place].shares)
    }
    return [
      Outcome(
        experiment,
        metrics: [
          "total_variation": Summary(found)?.mean, "guess_total_variation": Summary(guess)?.mean,
          "other_batch_total_variation": Summary(others)?.mean,
        ])
    ]
  }
}
