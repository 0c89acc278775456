import LinearAlgebra
import Querying
import Tabular

/// Finds out by a few queries what a server takes and what its answers mean.
struct ServerProbe {
  var client: any WireClient
  let exchange: HTTPExchange
  let facts: ModelFacts
  let options: HTTPOracleOptions
  /// Rows that were asked about.
  var rows = 0
  /// Rows of the sample with their answers.
  private(set) var sampled: [(query: [Double], answer: RawAnswer)] = []
  /// Least time that a row took.
  private var secondsPerRow = Double.infinity
  var notes: [String] = []
  var inputs: [InputColumn] = []
  /// Whether the server told the types of its columns.
  private(set) var isTyped = false
  /// Most rows of a request while finding out: as many at every speed of the server, so that a run that goes on after
  /// an interruption sends the same requests, under the same names.
  static let batch = 16

  init(client: any WireClient, exchange: HTTPExchange, facts: ModelFacts, options: HTTPOracleOptions) {
    self.client = client
    self.exchange = exchange
    self.facts = facts
    self.options = options
  }

  /// The oracle.
  ///
  /// - Throws: ``HTTPOracleError``, `QueryError.refused`.
  mutating func oracle() async throws -> HTTPOracle {
    notes.append(speech)
    try await findInputs()
    try checkSize()
    let details = try await findOutputs()
    try await findWholeColumns()
    let (target, found) = try await findAnswers(details)
    return HTTPOracle(
      self, schema: QuerySchema(inputs: inputs, target: target), capabilities: found,
      meaning: AnswerMeaning(target: target, content: found.content, columns: inputs.count))
  }

  /// How the server is asked.
  private var speech: String {
    guard let client = client as? TemplateClient else {
      return "\(client.url) speaks \(client.dialect?.rawValue ?? "")"
    }
    let options = client.template.options
    return options.isEmpty ? "asked at '\(client.url)'" : "asked at '\(client.url)' with \(options)"
  }

  /// A theft solves equations of as many unknowns as there are inputs, whose number is the server's own word.
  func checkSize() throws {
    guard SystemMemory.holds(squareOf: inputs.count + 1, copies: 4) else {
      throw HTTPOracleError.tooWide(
        url: client.url, inputs: inputs.count, limit: SystemMemory.largestSquare(copies: 4))
    }
  }

  /// What is predicted and what answers hold: from an earlier run, or from a sample of answers.
  private mutating func findAnswers(
    _ details: AnswerDetails
  ) async throws -> (QuerySchema.Target, OracleCapabilities) {
    if let earlier = options.earlier, earlier.schema.inputs == inputs,
      facts.classes.isEmpty || facts.classes == earlier.schema.classes
    {
      var capabilities = earlier.capabilities
      capabilities.content = Self.least(capabilities.content, options.content)
      capabilities.details = details
      capabilities.batchLimit = batchLimit
      return (earlier.schema.target, capabilities)
    }
    let answers = try await sample()
    let isLinear = try await isLinear(answers)
    let reading = try AnswerReading(
      answers, facts: facts, described: describedClasses, wanted: options.content, isLinear: isLinear)
    notes += reading.notes
    let acceptsMissing = try await findMissing()
    return (
      reading.target,
      OracleCapabilities(
        content: Self.least(reading.content, options.content), decimals: reading.decimals, details: details,
        acceptsMissing: acceptsMissing, batchLimit: batchLimit)
    )
  }

  /// Rows of one request: as many as the user wants, else as an earlier run sent, but no more than the dialect allows and
  /// than take half of the time for a request.
  private var batchLimit: Int {
    if options.batchLimit == nil, let earlier = options.earlierBatch {
      return max(1, min(earlier, client.batchLimit))
    }
    return max(1, min(options.batchLimit ?? .max, client.batchLimit, batchInTime))
  }

  /// The power of two below the rows that take half of the time for a request. It hangs on a measured time, so it holds
  /// only for what is sent when it is on record.
  private var batchInTime: Int {
    let rows = Int(min(options.timeout / .seconds(2) / secondsPerRow, 1e6))
    return rows < 1 ? 1 : 1 << (Int.bitWidth - 1 - rows.leadingZeroBitCount)
  }

  /// What is given away, but no more than is wanted.
  private static func least(_ found: AnswerContent, _ wanted: AnswerContent?) -> AnswerContent {
    switch (found, wanted) {
    case (.probabilities, .label?), (.confidence, .label?): .label
    default: found
    }
  }

  private var describedClasses: [String] {
    if case .inputs(_, let classes)? = options.inputs { classes } else { [] }
  }

  mutating func ask(_ queries: Matrix, _ inputs: [InputColumn]) async throws -> AskResult {
    rows += queries.rows
    let started = ContinuousClock.now
    let result = try await client.ask(queries, inputs, over: exchange)
    if case .answers = result {
      secondsPerRow = min(secondsPerRow, (.now - started) / .seconds(1) / Double(queries.rows))
    }
    return result
  }

  // MARK: Columns

  /// The columns: from the user, from the metadata, or by trying; with what the server says of their types.
  private mutating func findInputs() async throws {
    let signature = try await signature()
    isTyped = signature != nil || !facts.datatypes.isEmpty || facts.areTyped && !facts.inputs.isEmpty
    if case .inputs(let described, _)? = options.inputs {
      let typed = signature?.columns ?? facts.inputs
      let whole = Set(typed.filter { $0.isNumber && $0.isWhole }.map(\.name))
      inputs = described.map { column in
        guard column.isNumber, facts.areWhole || whole.contains(column.name) else { return column }
        return InputColumn(name: column.name, kind: column.kind, isWhole: true, group: column.group)
      }
      noteWhole(inputs.indices.filter { inputs[$0].isWhole && !described[$0].isWhole })
      if var v2 = client as? V2Client, !described.allSatisfy(\.isNumber) {
        v2.tensor = nil
        client = v2
      }
      try await findForm()
      return
    }
    let ranges = ColumnRanges(description: options.inputs, examples: options.examples)
    var columns = signature?.columns ?? facts.inputs
    for name in signature?.categories ?? facts.unlistedCategories {
      guard let levels = ranges.levels(of: name) else {
        throw HTTPOracleError.categoriesUnknown(column: name)
      }
      for place in columns.indices where columns[place].name == name {
        columns[place].kind = .category(levels: levels)
      }
      notes.append("the categories of '\(name)' are those of the given rows")
    }
    if columns.isEmpty {
      let width: Int
      if let known = facts.width ?? options.earlier?.schema.inputs.count {
        width = known
      } else {
        width = try await findWidth()
      }
      columns = (0..<width).map {
        DescribedColumn(name: "x\($0)", kind: .number(nil), isWhole: facts.areWhole)
      }
      notes.append("it has \(width) inputs and tells no bounds")
    }
    let found = try ranges.columns(columns)
    inputs = found.inputs
    notes += found.notes
    if signature != nil || !facts.datatypes.isEmpty {
      noteWhole(inputs.indices.filter { inputs[$0].isWhole })
    }
    try await findForm(isNamed: signature != nil)
  }

  /// Says which columns take whole numbers only.
  private mutating func noteWhole(_ places: [Int]) {
    if places.isEmpty { return }
    let names = places.prefix(8).map { "'\(inputs[$0].name)'" } + (places.count > 8 ? ["…"] : [])
    notes.append("whole numbers only: \(names.joined(separator: ", "))")
  }

  /// What an MLflow server says of its columns where a request does not fit; nil for another server or one without a
  /// signature.
  private mutating func signature() async throws -> MLflowSignature? {
    guard var mlflow = client as? MLflowClient, facts.inputs.isEmpty else { return nil }
    (mlflow.form, mlflow.isNamed) = (.split, true)
    let strange = [InputColumn(name: "no column has this name", kind: .number(lower: 0, upper: 0))]
    rows += 1
    guard
      case .refused(_, _, let text) = try await mlflow.ask(
        Matrix(rows: 1, columns: 1), strange, over: exchange)
    else { return nil }
    return MLflowSignature(complaint: text)
  }

  private func numbers(_ width: Int) -> [InputColumn] {
    (0..<width).map { InputColumn(name: "x\($0)", kind: .number(lower: -1, upper: 1)) }
  }

  /// The number of columns that the server takes: numbers in its complaint about one column are tried first.
  private mutating func findWidth() async throws -> Int {
    var (message, complaint) = ("", "")
    for form in MLflowClient.Form.allCases.dropLast() {
      if var mlflow = client as? MLflowClient {
        mlflow.form = form
        client = mlflow
      } else if form != .inputs {
        break
      }
      switch try await ask(Matrix(rows: 1, columns: 1), numbers(1)) {
      case .answers: return 1
      case .refused(let short, let mayBeTheWidth, let text):
        // A key that is missing or a wrong path has nothing to do with the number of columns.
        guard mayBeTheWidth else { throw QueryError.refused(short) }
        message = short
        complaint = text
      }
      for width in Self.widths(in: complaint) {
        if case .answers = try await ask(Matrix(rows: 1, columns: width), numbers(width)) { return width }
      }
    }
    for width in 2...256 {
      if case .answers = try await ask(Matrix(rows: 1, columns: width), numbers(width)) { return width }
    }
    throw HTTPOracleError.widthUnknown(url: client.url, message: message)
  }

  /// Numbers of columns that a complaint may speak of: those before the word features, as in "is expecting 64
  /// features", and then the last of all others.
  static func widths(in text: String) -> [Int] {
    let words = text.split { !$0.isLetter && !$0.isNumber }
    let numbers = words.enumerated().compactMap { place, word -> (Int, isLikely: Bool)? in
      guard let number = Int(word), (2...ModelFacts.widthLimit).contains(number) else { return nil }
      return (number, place + 1 < words.count && words[place + 1] == "features")
    }
    let others = numbers.filter { !$0.isLikely }.map(\.0).reversed().prefix(16)
    var seen = Set<Int>()
    return (numbers.filter(\.isLikely).map(\.0) + others).filter { seen.insert($0).inserted }
  }

  /// The middle of the columns' bounds, and the first category; of the 0/1 columns of a category none is 1, or as many
  /// as always are.
  var middle: Matrix {
    var row = Matrix(
      rows: 1, columns: inputs.count,
      elements: inputs.map { input in
        guard input.group == nil, case .number(let lower, let upper) = input.kind else { return 0 }
        return input.feasible(lower / 2 + upper / 2)
      })
    for group in QuerySchema(inputs: inputs, target: .number).indicatorGroups {
      for column in group.columns.prefix(group.group.least) { row[0, column] = 1 }
    }
    return row
  }

  /// For MLflow, which takes rows in several forms of which a model may refuse some.
  private mutating func findForm(isNamed: Bool = false) async throws {
    guard var mlflow = client as? MLflowClient else { return }
    let isDescribed = if case .inputs? = options.inputs { true } else { false }
    let isNamed = isNamed || isDescribed
    var message = ""
    let forms: [(MLflowClient.Form, Bool)] =
      inputs.allSatisfy(\.isNumber) && !isNamed
      ? [(.inputs, false), (.split, false)] : [(.split, true), (.inputs, false)]
    for (form, isNamed) in forms {
      mlflow.form = form
      mlflow.isNamed = isNamed
      client = mlflow
      switch try await ask(middle, inputs) {
      case .answers: return
      case .refused(let text, _, _): message = text
      }
    }
    throw QueryError.refused(message)
  }

  // MARK: Outputs

  /// For the Open Inference Protocol, whose clients choose outputs: the most that the server gives.
  ///
  /// - Returns: details that can be asked for.
  private mutating func findOutputs() async throws -> AnswerDetails {
    guard var v2 = client as? V2Client else { return [] }
    let choices = [["predict", "predict_proba"], ["predict_proba"], ["predict", "confidence"], []]
    for outputs in choices where options.content != .label || outputs.isEmpty {
      if !facts.outputs.isEmpty, !outputs.allSatisfy(facts.outputs.contains) { continue }
      v2.outputs = outputs
      client = v2
      guard case .answers(let answers) = try await ask(middle, inputs) else { continue }
      if outputs.contains("predict_proba") {
        guard let answer = answers.first, answer.scores.count > 1 else { continue }
        notes.append("it gives probabilities to any client that asks for predict_proba")
      }
      break
    }
    var details: AnswerDetails = []
    for detail in [AnswerDetails.nodes, .gradients, .counterfactuals]
    where V2Client.outputs(for: detail).allSatisfy(facts.outputs.contains) {
      details.insert(detail)
    }
    if facts.takesRegions, details.contains(.counterfactuals) { details.insert(.boundedCounterfactuals) }
    return details
  }

  /// Answers to the middle of the columns and to rows drawn uniformly.
  private mutating func sample() async throws -> [RawAnswer] {
    var random = RandomStream(seed: 0).child("probe")
    let schema = QuerySchema(inputs: inputs, target: .number)
    let drawn = schema.uniformRows(max(options.probes, 1), using: &random)
    let answers = try await answers(drawn)
    sampled = answers.enumerated().map { (drawn.row($0), $1) }
    return answers
  }

  /// The answers to all rows: some in a request, or one after another if the server does not take that.
  mutating func answers(_ drawn: Matrix) async throws -> [RawAnswer] {
    var answers = [RawAnswer]()
    var size = max(1, min(options.batchLimit ?? Self.batch, Self.batch, client.batchLimit))
    while answers.count < drawn.rows {
      let end = min(answers.count + size, drawn.rows)
      do {
        switch try await ask(drawn.rows(at: Array(answers.count..<end)), inputs) {
        case .answers(let some): answers += some
        case .refused(let message, _, _):
          guard size > 1 else { throw QueryError.refused(message) }
          size = 1
        }
      } catch HTTPOracleError.tooSlow where size > 1 {
        size = 1
      }
    }
    return answers
  }
}
