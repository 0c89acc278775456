import Experiments
import Inversion

extension InversionStatements {
  /// Row 26: what defences leave of attacks on membership, and what they cost.
  @Sendable static func defences(_ seeds: [UInt64]) -> [InversionStatement] {
    let bench = DefenceBench(seeds: Array(seeds.prefix(3)))
    return bench.guards + bench.trainings + bench.privacy
  }
}

/// The statements of row 26 and the experiments that they rest on.
private struct DefenceBench {
  let seeds: [UInt64]

  private static let ratio = MembershipDefence.ratio
  private static let gain = "A negative cost is a gain."

  private func statement(
    _ id: String, _ text: String, unit: String = "AUC", _ expectation: Expectation, note: String? = nil,
    _ trainings: [DefendedTraining], _ value: @escaping @Sendable ([Outcome]) -> Double?
  ) -> InversionStatement {
    InversionStatement(
      row: 26, id: "defence-\(id)", statement: "Adult, \(text)",
      source:
        "question of this project, no published claim; ranges set on its own runs with seeds 1 to 6",
      published: nil,
      unit: unit,
      expectation: expectation, note: note,
      work: trainings.flatMap { training in seeds.map { MembershipDefence(training: training, seed: $0) } },
      measure: StatementMeasure.perSeed(value))
  }

  /// A number of one attack behind one defence.
  private static func value(
    _ metric: String = "auc", of attack: String = ratio, behind defence: String
  ) -> @Sendable ([Outcome]) -> Double? {
    { $0.matching(attack: attack, defence: defence).first?.metrics[metric] }
  }

  /// By how much a defence lowers the area of an attack.
  private static func lost(
    of attack: String = ratio, behind defence: String
  ) -> @Sendable ([Outcome]) -> Double? {
    { outcomes in
      guard let plain = value(of: attack, behind: "none")(outcomes),
        let left = value(of: attack, behind: defence)(outcomes)
      else { return nil }
      return plain - left
    }
  }

  /// The largest area of all attacks on a defended model.
  private static func best(_ defence: String) -> @Sendable ([Outcome]) -> Double? {
    { $0.matching(defence: defence).compactMap { $0.metrics["auc"] }.max() }
  }

  /// What guards of answers change.
  var guards: [InversionStatement] {
    let (tree, network) = (DefendedTraining.tree(leafRows: 1), DefendedTraining.network)
    let labels = [(tree, 0.55...0.65), (network, 0.53...0.62)].map { training, range in
      statement(
        "labels-\(training.model)", "\(training.model): labels only, AUC of who is predicted right",
        Expectation(range, stronger: .higher, noEffect: 0.5), [training],
        Self.value(of: "gap", behind: "label-only"))
    }
    let rounding = [(tree, -0.001...0.001), (network, -0.03...0.04), (.logistic(penalty: 1), 0.0...0.05)].map
    {
      training, range in
      statement(
        "rounding-\(training.model)",
        "\(training.model): AUC that the likelihood ratio loses to answers in steps of 0.1",
        Expectation(range, stronger: .neither),
        note: training == tree ? "The answers of a full tree are 0 or 1 already." : nil, [training],
        Self.lost(behind: "rounding:step=0.1"))
    }
    let memguard = MembershipDefence.guards[4]
    return labels + rounding + [
      statement(
        "top-k-mlp-64", "mlp-64: AUC that the likelihood ratio loses to the largest probability alone",
        Expectation(-0.001...0.001, stronger: .neither),
        note: "Of two classes the largest tells both, but for rounding.",
        [network],
        Self.lost(behind: "top-k")),
      statement(
        "hamp-outputs-tree", "tree: AUC of the likelihood ratio behind HAMP's outputs",
        Expectation(0.6...0.72, stronger: .higher, noEffect: 0.5),
        note:
          "Of two classes these outputs tell the label and nothing more; shadow models know which labels are hard.",
        [tree], Self.value(behind: "hamp")),
      statement(
        "memguard-ratio", "mlp-64: AUC that the likelihood ratio loses to MemGuard",
        Expectation(0.03...0.1, stronger: .higher, noEffect: 0), [network], Self.lost(behind: memguard)),
      statement(
        "memguard-loss", "mlp-64: AUC that one threshold on the loss loses to MemGuard",
        Expectation(-0.03...0.03, stronger: .neither), [network], Self.lost(of: "loss", behind: memguard)),
      statement(
        "memguard-cost", "mlp-64: AUC that the model itself loses to MemGuard",
        Expectation(0.08...0.22, stronger: .higher, noEffect: 0), [network],
        Self.value("classifier_auc_cost", of: "gap", behind: memguard)),
    ]
  }

  /// What regularised trainings change.
  var trainings: [InversionStatement] {
    let plain = DefendedTraining.network
    let hamp = DefendedTraining.highEntropy
    return [
      statement(
        "hamp-training", "mlp-64: AUC that the likelihood ratio loses to HAMP's training",
        Expectation(-0.06...0.01, stronger: .neither),
        note: "The network learns soft labels of its members by heart as it learns hard ones.",
        [plain, hamp],
        Self.lost(behind: hamp.name)),
      statement(
        "hamp-both", "mlp-64: AUC that the likelihood ratio loses to HAMP's training and outputs",
        Expectation(0.01...0.09, stronger: .higher, noEffect: 0), [plain, hamp],
        Self.lost(behind: "\(hamp.name), hamp outputs")),
      statement(
        "hamp-cost", "mlp-64: AUC that the model itself loses to HAMP's training and outputs",
        Expectation(0.05...0.18, stronger: .higher, noEffect: 0), [hamp],
        Self.value("classifier_auc_cost", of: "gap", behind: "\(hamp.name), hamp outputs")),
    ] + leaves + penalties
  }

  /// Trees with so many members in every leaf.
  private var leaves: [InversionStatement] {
    let ranges = [(5, 0.54...0.62), (20, 0.48...0.55), (50, 0.46...0.54)]
    let costly = DefendedTraining.tree(leafRows: 20)
    return ranges.map { rows, range in
      let training = DefendedTraining.tree(leafRows: rows)
      return statement(
        "leaves-\(rows)", "tree: AUC of the likelihood ratio with at least \(rows) members in a leaf",
        Expectation(range, stronger: .lower, noEffect: 0.65), note: "0.66 without a limit.", [training],
        Self.value(behind: training.name))
    } + [
      statement(
        "leaves-20-cost", "tree: accuracy lost to at least 20 members in a leaf", unit: "share",
        Expectation(-0.04...0, stronger: .lower), note: Self.gain, [costly],
        Self.value("accuracy_cost", of: "gap", behind: costly.name))
    ]
  }

  /// Logistic models with weaker and stronger penalties.
  private var penalties: [InversionStatement] {
    let strong = DefendedTraining.logistic(penalty: 100)
    return [DefendedTraining.logistic(penalty: 0.01), strong].map { training in
      statement(
        "\(training.name.replacing(" ", with: "-"))",
        "logistic: AUC that the likelihood ratio loses to a \(training.name) in place of 1",
        Expectation(-0.03...0.03, stronger: .neither), [.logistic(penalty: 1), training],
        Self.lost(behind: training.name))
    } + [
      statement(
        "penalty-100-cost", "logistic: accuracy lost to a penalty of 100", unit: "share",
        Expectation(0.03...0.12, stronger: .higher, noEffect: 0), [strong],
        Self.value("accuracy_cost", of: "gap", behind: strong.name))
    ]
  }

  /// What privacy changes.
  var privacy: [InversionStatement] {
    let trainings: [(id: String, training: DefendedTraining, area: Double, cost: ClosedRange<Double>)] = [
      ("objective-1", .objective(epsilon: 1), 0.53, 0.08...0.22),
      ("objective-10", .objective(epsilon: 10), 0.53, 0...0.06),
      ("trees-1", .privateTrees(epsilon: 1), 0.53, 0...0.12),
      ("trees-10", .privateTrees(epsilon: 10), 0.56, 0...0.12),
      ("dp-sgd-1", .privateDescent(epsilon: 1), 0.53, -0.04...0.02),
      ("dp-sgd-8", .privateDescent(epsilon: 8), 0.56, -0.05...0.03),
    ]
    return trainings.flatMap { one in
      [
        statement(
          one.id, "\(one.training.name): AUC of the best attack",
          Expectation(0.47...one.area, stronger: .lower), note: "The best of four on each seed.",
          [one.training], Self.best(one.training.name)),
        statement(
          "\(one.id)-cost", "\(one.training.name): accuracy lost", unit: "share",
          Expectation(one.cost, stronger: .neither), note: Self.gain, [one.training],
          Self.value("accuracy_cost", of: "gap", behind: one.training.name)),
      ]
    }
  }
}
