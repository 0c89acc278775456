import Experiments
import Inversion

extension InversionStatements {
  /// Row 26: what defences leave of attacks on membership, and what they cost.
  @Sendable static func defences(_ seeds: [UInt64]) -> [InversionStatement] {
    let bench = DefenceBench(seeds: Array(seeds.prefix(5)))
    return bench.guards + bench.trainings + bench.privacy
  }
}

/// The statements of row 26 and the experiments that they rest on.
///
/// Nobody published these numbers. The aims are the weak ends of what this project's own runs with the seeds 1 to 6 gave,
/// and are judged on other seeds.
private struct DefenceBench {
  let seeds: [UInt64]

  private static let ratio = MembershipDefence.ratio
  private static let gain = "A negative cost is a gain."
  private static let guesses = Null.measured(
    "guesses", StatementMeasure.metric("auc_by_chance", attack: ratio, defence: "none"))

  /// What is lost if the defence is as good as none.
  private static func alike(_ model: String, behind defence: String) -> Null {
    .swapped(
      "auc",
      [
        .init(attack: ratio, model: model, defence: "none"),
        .init(attack: ratio, model: model, defence: defence),
      ])
  }

  /// What a model without a defence loses.
  private static func undefended(_ model: String, _ metric: MetricKey) -> Null {
    .measured("no defence", value(model, metric, of: "gap", behind: "none"))
  }

  /// Statements measured on seeds other than those by which the aims were set.
  init(seeds: [UInt64]) { self.seeds = seeds.map { $0 &+ 6 } }

  /// The weak end of an aim, and the number beyond it that means no effect.
  private enum Limit {
    case atLeast(Double, noEffect: Double)
    case atMost(Double, noEffect: Double)
    /// A gain, however small, where a cost is measured.
    case gain

    var expectation: Expectation {
      switch self {
      case .atLeast(let limit, let noEffect): Expectation(limit...1, stronger: .higher, noEffect: noEffect)
      case .atMost(let limit, let noEffect): Expectation(-1...limit, stronger: .lower, noEffect: noEffect)
      case .gain: Expectation(-1...(0.0).nextDown, stronger: .lower, noEffect: 0)
      }
    }

    var number: Double? {
      switch self {
      case .atLeast(let limit, _), .atMost(let limit, _): limit
      case .gain: nil
      }
    }

    var words: String {
      switch self {
      case .atLeast(let limit, _): "at least \(limit)"
      case .atMost(let limit, _): "at most \(limit)"
      case .gain: "less than none"
      }
    }
  }

  private func statement(
    _ id: String, _ text: String, unit: String = "AUC", _ judging: Judging, aim: Double?, note: String? = nil,
    _ trainings: [DefendedTraining], _ measure: Measure
  ) -> InversionStatement {
    InversionStatement(
      row: 26, id: "defence-\(id)", "Adult, \(text)",
      reference: Reference(
        .ownAim, aim, "aim of this project: the weak end of what its runs with seeds 1 to 6 gave"),
      unit: unit, judging: judging, note: note,
      work: trainings.flatMap { training in seeds.map { MembershipDefence(training: training, seed: $0) } },
      measure: measure)
  }

  private func statement(
    _ id: String, _ text: String, unit: String = "AUC", _ limit: Limit, null: Null, note: String? = nil,
    _ trainings: [DefendedTraining], _ measure: Measure
  ) -> InversionStatement {
    statement(
      id, "\(text): \(limit.words)", unit: unit, .by(limit.expectation, null: null), aim: limit.number,
      note: note, trainings, measure)
  }

  /// A number of one attack behind one defence of one kind of model.
  private static func value(
    _ model: String, _ metric: MetricKey = "auc", of attack: String = ratio, behind defence: String
  ) -> Measure {
    StatementMeasure.metric(metric, attack: attack, model: model, defence: defence)
  }

  /// By how much a defence lowers the area of an attack, on the same members.
  private static func lost(_ model: String, of attack: String = ratio, behind defence: String) -> Measure {
    StatementMeasure.difference(
      "auc", .init(attack: attack, model: model, defence: "none"),
      less: .init(attack: attack, model: model, defence: defence))
  }

  /// What a defence would take that leaves no attack.
  private static func everything(_ model: String, of attack: String = ratio) -> Null {
    .measured(
      "a defence that takes everything",
      StatementMeasure.paired("auc", [.init(attack: attack, model: model, defence: "none")]) { $0[0] - 0.5 })
  }

  /// The largest area of all attacks on a defended model.
  private static func best(_ model: String, _ defence: String) -> Measure {
    StatementMeasure.perSeed(["auc"]) { outcomes in
      let areas = outcomes.matching(model: model, defence: defence).map { $0.metrics["auc"] ?? .nan }
      return areas.allSatisfy(\.isFinite) ? areas.max() : nil
    }
  }

  /// What guards of answers change.
  var guards: [InversionStatement] {
    let (tree, network) = (DefendedTraining.tree(leafRows: 1), DefendedTraining.network)
    let labels = [(tree, 0.55), (network, 0.53)].map { training, least in
      statement(
        "labels-\(training.model)", "\(training.model): labels only, AUC of the attack gap",
        .atLeast(least, noEffect: 0.5), null: Self.guesses, [training],
        Self.value(training.model, of: "gap", behind: "label-only"))
    }
    return labels + rounding + [
      statement(
        "top-k-mlp-64", "mlp-64: AUC that the likelihood ratio loses to the largest probability alone",
        .byConstruction, aim: 0, note: "Of two classes the largest tells both.", [network],
        Self.lost(network.model, behind: "top-k")),
      statement(
        "hamp-outputs-tree", "tree: AUC of the likelihood ratio behind HAMP's outputs",
        .atLeast(0.6, noEffect: 0.5), null: Self.guesses,
        note:
          "Of two classes these outputs tell the label and nothing more; shadow models know which labels are hard.",
        [tree], Self.value(tree.model, behind: "hamp")),
    ] + memguard
  }

  /// Answers in steps of a tenth.
  private var rounding: [InversionStatement] {
    func words(_ training: DefendedTraining) -> String {
      "\(training.model): AUC that the likelihood ratio loses to answers in steps of 0.1"
    }
    let defence = "rounding:step=0.1"
    let (tree, network, logistic) = (
      DefendedTraining.tree(leafRows: 1), DefendedTraining.network, DefendedTraining.logistic(penalty: 1)
    )
    return [
      statement(
        "rounding-\(tree.model)", words(tree), .byConstruction, aim: 0,
        note: "The answers of a full tree are 0 or 1 already.", [tree], Self.lost(tree.model, behind: defence)
      ),
      statement(
        "rounding-\(network.model)", words(network), .atMost(0.04, noEffect: 0.1),
        null: Self.everything(network.model), [network], Self.lost(network.model, behind: defence)),
      statement(
        "rounding-\(logistic.model)", words(logistic),
        .atMost(0.03, noEffect: 0.035), null: Self.everything(logistic.model),
        note:
          "The runs gave 0 to .05, which would hold all that the attack knows of this model; so the aim is that of the "
          + "penalties.", [logistic], Self.lost(logistic.model, behind: defence)),
    ]
  }

  private var memguard: [InversionStatement] {
    let network = DefendedTraining.network
    let defence = MembershipDefence.guards[4]
    return [
      statement(
        "memguard-ratio", "mlp-64: AUC that the likelihood ratio loses to MemGuard",
        .atLeast(0.03, noEffect: 0), null: Self.alike(network.model, behind: defence), [network],
        Self.lost(network.model, behind: defence)),
      statement(
        "memguard-loss", "mlp-64: AUC that one threshold on the loss loses to MemGuard",
        .atMost(0.03, noEffect: 0.04), null: Self.everything(network.model, of: "loss"),
        [network],
        Self.lost(network.model, of: "loss", behind: defence)),
      statement(
        "memguard-cost", "mlp-64: AUC that the model itself loses to MemGuard",
        .atLeast(0.08, noEffect: 0), null: Self.undefended(network.model, "classifier_auc_cost"), [network],
        Self.value(network.model, "classifier_auc_cost", of: "gap", behind: defence)),
    ]
  }

  /// What regularised trainings change.
  var trainings: [InversionStatement] {
    let plain = DefendedTraining.network
    let hamp = DefendedTraining.highEntropy
    let both = "\(hamp.name), hamp outputs"
    return [
      statement(
        "hamp-training", "mlp-64: AUC that the likelihood ratio loses to HAMP's training",
        .atMost(0.01, noEffect: 0.1), null: Self.everything(plain.model),
        note: "The network learns soft labels of its members by heart as it learns hard ones.",
        [plain, hamp], Self.lost(plain.model, behind: hamp.name)),
      statement(
        "hamp-both", "mlp-64: AUC that the likelihood ratio loses to HAMP's training and outputs",
        .atLeast(0.01, noEffect: 0), null: Self.alike(plain.model, behind: both), [plain, hamp],
        Self.lost(plain.model, behind: both)),
      statement(
        "hamp-cost", "mlp-64: AUC that the model itself loses to HAMP's training and outputs",
        .atLeast(0.05, noEffect: 0), null: Self.undefended(plain.model, "classifier_auc_cost"),
        [plain, hamp],
        Self.value(plain.model, "classifier_auc_cost", of: "gap", behind: both)),
    ] + leaves + penalties
  }

  /// Trees with so many members in every leaf.
  private var leaves: [InversionStatement] {
    let limits = [(5, 0.62), (20, 0.55), (50, 0.54)]
    let plain = DefendedTraining.tree(leafRows: 1)
    let costly = DefendedTraining.tree(leafRows: 20)
    return limits.map { rows, most in
      let training = DefendedTraining.tree(leafRows: rows)
      return statement(
        "leaves-\(rows)", "tree: AUC of the likelihood ratio with at least \(rows) members in a leaf",
        .atMost(most, noEffect: 0.65),
        null: .measured("no limit", Self.value(plain.model, behind: "none")), [plain, training],
        Self.value(plain.model, behind: training.name))
    } + [
      statement(
        "leaves-20-cost", "tree: accuracy lost to at least 20 members in a leaf", unit: "share",
        .gain, null: Self.undefended(plain.model, "accuracy_cost"), note: Self.gain, [plain, costly],
        Self.value(plain.model, "accuracy_cost", of: "gap", behind: costly.name))
    ]
  }

  /// Logistic models with weaker and stronger penalties.
  private var penalties: [InversionStatement] {
    let plain = DefendedTraining.logistic(penalty: 1)
    let strong = DefendedTraining.logistic(penalty: 100)
    return [DefendedTraining.logistic(penalty: 0.01), strong].map { training in
      statement(
        "\(training.name.replacing(" ", with: "-"))",
        "logistic: AUC that the likelihood ratio loses to a \(training.name) in place of 1",
        .atMost(0.03, noEffect: 0.035), null: Self.everything(plain.model), [plain, training],
        Self.lost(plain.model, behind: training.name))
    } + [
      statement(
        "penalty-100-cost", "logistic: accuracy lost to a penalty of 100", unit: "share",
        .atLeast(0.03, noEffect: 0), null: Self.undefended(plain.model, "accuracy_cost"), [plain, strong],
        Self.value(plain.model, "accuracy_cost", of: "gap", behind: strong.name))
    ]
  }

  /// What privacy changes.
  var privacy: [InversionStatement] {
    let trainings: [(id: String, training: DefendedTraining, area: Double, noEffect: Double)] = [
      ("objective-1", .objective(epsilon: 1), 0.53, 0.54),
      ("objective-10", .objective(epsilon: 10), 0.53, 0.54),
      ("trees-1", .privateTrees(epsilon: 1), 0.53, 0.6), ("trees-10", .privateTrees(epsilon: 10), 0.56, 0.6),
      ("dp-sgd-1", .privateDescent(epsilon: 1), 0.53, 0.6),
      ("dp-sgd-8", .privateDescent(epsilon: 8), 0.56, 0.6),
    ]
    return trainings.flatMap { one in
      let training = one.training
      return [
        statement(
          one.id, "\(training.name): AUC of the best attack",
          .atMost(one.area, noEffect: one.noEffect),
          null: .measured("no privacy", Self.best(training.model, "none")),
          note: "The best of four on each seed.", [training.plain, training],
          Self.best(training.model, training.name)),
        cost(one.id, training),
      ]
    }
  }

  /// What privacy costs. The accuracy of a constant answer is near that of the tree without privacy, so trees are judged
  /// by the area under their curve.
  private func cost(_ id: String, _ training: DefendedTraining) -> InversionStatement {
    func measured(_ metric: MetricKey) -> Measure {
      Self.value(training.model, metric, of: "gap", behind: training.name)
    }
    let limits = ["objective-10": 0.06, "dp-sgd-1": 0.02, "dp-sgd-8": 0.03]
    if let most = limits[id] {
      return statement(
        "\(id)-cost", "\(training.name): accuracy lost", unit: "share",
        .atMost(most, noEffect: most + 0.005),
        null: .measured("the most frequent class for everybody", measured("constant_cost")), note: Self.gain,
        [training], measured("accuracy_cost"))
    }
    if training.isCoded {
      return InversionStatement(
        row: 26, id: "defence-\(id)-cost", "Adult, \(training.name): AUC that the model itself loses",
        reference: Reference(.ownAim, 0.12, "aim of this project"), unit: "AUC",
        judging: .by(
          Expectation(-1...0.12, stronger: .lower, noEffect: 0.15),
          null: .measured("a ranking by chance", measured("chance_cost"))),
        note:
          "\(Self.gain) A constant answer is nearly as accurate as a full tree, so accuracy would say little.",
        work: seeds.map { MembershipDefence(training: training, seed: $0) },
        measure: measured("classifier_auc_cost"))
    }
    return statement(
      "\(id)-cost", "\(training.name): accuracy lost", unit: "share",
      .atLeast(0.08, noEffect: 0), null: Self.undefended(training.model, "accuracy_cost"),
      note: "More than a constant answer loses.", [training.plain, training], measured("accuracy_cost"))
  }
}
