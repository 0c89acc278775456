import LinearAlgebra
public import Methods
import Querying
public import Guarding

extension Conformance {
  /// What is wrong with a guard of answers.
  ///
  /// It must work on some small service: three classes by softmax or by a tree, two classes, or a number. Its answers
  /// must be as many as the queries; probabilities lie in 0 to 1, are one a class, and their sum exceeds 1 by rounding
  /// at most; the class is a most probable one, and the model's own unless `changesLabels`. The same query gets the same
  /// answer alone, again, among others, from another client and from a guard that is set up anew. What its capabilities
  /// say is what it gives, and a guard that changes answers withholds node ids, gradients and counterfactuals. Answers
  /// with a class alone stay without probabilities. With no or one honest query it works or refuses.
  ///
  /// - Parameter settings: over the defaults, for the answers that are guarded here.
  /// - Throws: `SettingError` if the settings do not fit, and errors of the training of the services.
  public static func problems<M: ResponseGuard>(
    of type: M.Type, settings: MethodSettings = .none
  ) throws -> [String] {
    var findings = Findings()
    findings.checkCard(type, family: .guard)
    let method = try type.configured(settings)
    var (guarded, refusals) = (0, [String]())
    for service in try SmallService.all() {
      let context = service.context()
      do {
        let prepared = try method.prepared(for: context)
        guarded += 1
        try findings.check(prepared, of: method, service, context)
      } catch let error as GuardingError {
        refusals.append("\(service.name): \(error)")
      } catch {
        findings.note("guarding \(service.name) ends in an error: \(error)")
      }
      try findings.checkFewQueries(method, service)
    }
    findings.expect(guarded > 0, "works on no service: \(refusals)")
    return findings.problems
  }
}

extension Findings {
  /// The checks on one service.
  fileprivate mutating func check<M: ResponseGuard>(
    _ prepared: any PreparedGuard, of method: M, _ service: SmallService, _ context: ServiceContext
  ) throws {
    let rows = SmallService.honest(40, seed: 9)
    let truth = try context.oracle.answers(rows)
    let content: AnswerContent = context.classCount == 0 ? .number : .probabilities
    let offer = OracleCapabilities(content: content, details: [.gradients, .nodes, .counterfactuals])
    let left = prepared.capabilities(offer)
    let given = attempt("guarding honest answers of \(service.name)") {
      try prepared.guarded(truth, to: rows, client: "a")
    }
    guard let given else { return }
    guard given.count == truth.count else {
      note("gives \(given.count) answers to \(truth.count) queries")
      return
    }
    for (own, answer) in zip(truth, given) {
      check(answer, own, left, classCount: context.classCount, changesLabels: M.changesLabels)
    }
    checkRepeats(prepared, given, truth, rows, method, context)
    checkDetails(prepared, left, truth, given, rows)
    if context.classCount > 0 {
      let plain = truth.map { Answer(label: $0.label) }
      if let answers = try? prepared.guarded(plain, to: rows, client: "a") {
        expect(
          answers.allSatisfy { $0.probabilities.isEmpty && $0.label != nil },
          "gives probabilities to answers that have a class alone, or takes the class away")
      }
    }
  }

  /// One answer by itself.
  private mutating func check(
    _ answer: Answer, _ own: Answer, _ left: OracleCapabilities, classCount: Int, changesLabels: Bool
  ) {
    if classCount == 0 {
      expect(answer.number?.isFinite == true, "gives no finite number where the model predicts one")
      return
    }
    guard let label = answer.label, (0..<classCount).contains(label) else {
      note("gives an answer without a class")
      return
    }
    expect(changesLabels || label == own.label, "changes the class and does not say so by changesLabels")
    if let confidence = answer.confidence {
      expect(confidence >= 0 && confidence <= 1, "gives a confidence of \(confidence)")
    }
    expect(
      left.content != .label || (answer.probabilities.isEmpty && answer.confidence == nil),
      "says that it gives the class alone and gives more")
    expect(
      (left.content == .probabilities) == !answer.probabilities.isEmpty,
      "does not give what its capabilities say, the probabilities of all classes or none")
    guard !answer.probabilities.isEmpty else { return }
    let values = answer.probabilities
    guard values.count == classCount else {
      note("gives \(values.count) probabilities for \(classCount) classes")
      return
    }
    expect(values.allSatisfy { $0 >= 0 && $0 <= 1 }, "gives probabilities outside of 0 to 1")
    let unit = left.decimals.map { (0..<$0).reduce(1.0) { value, _ in value / 10 } } ?? 0
    let sum = values.reduce(0, +)
    expect(sum <= 1 + Double(classCount) * unit / 2 + 1e-9, "gives probabilities whose sum is \(sum)")
    expect(values[label] == values.max(), "gives a class that is not a most probable one of its answer")
  }

  private mutating func checkRepeats<M: ResponseGuard>(
    _ prepared: any PreparedGuard, _ given: [Answer], _ truth: [Answer], _ rows: Matrix, _ method: M,
    _ context: ServiceContext
  ) {
    let anew = attempt("setting the guard up again") { try method.prepared(for: context) }
    for (row, answer) in given.enumerated() where row.isMultiple(of: 7) {
      let query = rows.rows(at: [row])
      for (client, one) in [("b", prepared), ("c", anew ?? prepared)] {
        let again = attempt("guarding one query again") {
          try one.guarded([truth[row]], to: query, client: client)
        }
        if let again {
          expect(
            again == [answer], "the same query gets another answer when it is asked alone, again or anew")
        }
      }
    }
  }

  private mutating func checkDetails(
    _ prepared: any PreparedGuard, _ left: OracleCapabilities, _ truth: [Answer], _ given: [Answer],
    _ rows: Matrix
  ) {
    var answer = truth[0]
    answer.gradient = [Double](repeating: 1, count: rows.columns)
    answer.node = NodeReport(id: 1, fields: [])
    answer.counterfactual = rows.row(1)
    let some = attempt("guarding an answer with details") {
      try prepared.guarded([answer], to: rows.rows(at: [0]), client: "a")
    }
    guard let one = some?.first else { return }
    let gives: AnswerDetails = [
      one.gradient.isEmpty ? [] : .gradients, one.node == nil ? [] : .nodes,
      one.counterfactual.isEmpty ? [] : .counterfactuals,
    ]
    expect(gives == left.details, "gives other details than its capabilities say")
    expect(
      truth == given || gives.isEmpty,
      "changes answers and gives node ids, gradients or counterfactuals, which give the answer away")
  }

  /// With no and with one honest query a guard works or refuses.
  fileprivate mutating func checkFewQueries<M: ResponseGuard>(
    _ method: M, _ service: SmallService
  ) throws {
    let rows = SmallService.honest(40, seed: 9)
    for count in [0, 1] {
      let context = service.context(honest: count)
      guard let prepared = try? method.prepared(for: context) else { continue }
      let truth = try context.oracle.answers(rows)
      guard let given = try? prepared.guarded(truth, to: rows, client: "a") else { continue }
      expect(
        given.count == 40, "gives \(given.count) answers to 40 queries, set up with \(count) honest ones")
    }
  }
}
