import Learning
import LinearAlgebra
import Tabular

/// A pipeline as a graph.
struct ModelGraph {
  let pipeline: Pipeline
  let flavour: ONNXFlavour

  /// The graph and what it does not do as the pipeline does, one sentence each.
  ///
  /// - Throws: ``ModelExchangeError/notExpressible(reason:)``.
  func build() throws(ModelExchangeError) -> (graph: ONNXGraphProto, losses: [String]) {
    let inputs = pipeline.features.features.filter { $0.width > 0 }.map(\.name)
    var builder = GraphBuilder(flavour, reserving: inputs)
    let isTree = !pipeline.model.trees.isEmpty
    let encoding = FeatureGraph(
      features: pipeline.features.features, options: pipeline.features.options,
      // Thresholds of single precision are exact on the numbers as they are, not on scaled ones.
      scales: !(isTree && flavour == .compat))
    let features = encoding.add(to: &builder)
    switch pipeline.model {
    case .linear(let model): regression(model, features, &builder)
    case .linearClassifier(let model): classification(model, features, &builder)
    case .networkRegressor(let model):
      let last = layers(model.network, features, &builder)
      finish(number: last, &builder)
    case .networkClassifier(let model):
      let scores = layers(model.network, features, &builder)
      let probabilities = builder.add("Softmax", [scores], [.integer("axis", 1)], named: "shares")
      finish(scores: scores, probabilities: probabilities, &builder)
    case .treeClassifier(let model):
      try forest([model], features, encoding, &builder)
    case .forest(let model):
      try forest(model.trees, features, encoding, &builder)
    case .treeRegressor(let model): try tree(model, features, encoding, &builder)
    case .treeSumClassifier(let model): try sum(model, features, encoding, &builder)
    case .treeSumRegressor(let model): try sum(model, features, encoding, &builder)
    case .kernelClassifier:
      throw .notExpressible(
        reason: "a kernel-logistic model measures distances to stored rows; train logistic, softmax or mlp")
    }
    return (builder.graph, encoding.losses)
  }

  // MARK: Linear models

  private func regression(_ model: LinearModel, _ features: String, _ builder: inout GraphBuilder) {
    if flavour == .compat {
      let number = builder.add(
        "LinearRegressor", .ml, [features],
        [.numbers("coefficients", model.weights), .numbers("intercepts", [model.intercept])],
        named: "prediction")
      return finish(number: number, &builder)
    }
    let weights = builder.constant(model.weights, [model.weights.count, 1], named: "weights")
    let intercept = builder.constant([model.intercept], [1, 1], named: "intercept")
    let product = builder.add("MatMul", [features, weights], named: "product")
    finish(number: builder.add("Add", [product, intercept], named: "prediction"), &builder)
  }

  private func classification(_ model: LinearClassifier, _ features: String, _ builder: inout GraphBuilder) {
    if flavour == .compat, model.givesProbabilities { return compat(model, features, &builder) }
    let transposed = model.weights.transposed()
    let weights = builder.constant(
      transposed.elements, [transposed.rows, transposed.columns], named: "weights")
    let intercepts = builder.constant(model.intercepts, [1, model.intercepts.count], named: "intercepts")
    let product = builder.add("MatMul", [features, weights], named: "product")
    let scores = builder.add("Add", [product, intercepts], named: "scores")
    switch model.link {
    case .softmax: finish(softmax: scores, &builder)
    case .logistic: finish(logistic: scores, &builder)
    case .oneVsRest:
      finish(scores: scores, probabilities: normalised(scores, &builder), &builder)
    case .decision: finish(decision: scores, count: model.intercepts.count, &builder)
    }
  }

  /// Logistic probabilities divided by their sum; where all of them are tiny, their proportions by a softmax.
  func normalised(_ scores: String, _ builder: inout GraphBuilder) -> String {
    let axis = builder.constant([1] as [Int64], [1], named: "axis")
    let single = builder.add("Sigmoid", [scores], named: "single")
    let sum = builder.add("ReduceSum", [single, axis], [.integer("keepdims", 1)], named: "sum")
    let divided = builder.add("Div", [single, sum], named: "divided")
    let largest = builder.add("ReduceMax", [scores, axis], [.integer("keepdims", 1)], named: "largest")
    let limit = builder.constant([-30.0], [1, 1], named: "limit")
    let isTiny = builder.add("Less", [largest, limit], named: "tiny")
    let proportions = builder.add("Softmax", [scores], [.integer("axis", 1)], named: "proportions")
    return builder.add("Where", [isTiny, proportions, divided], named: "shares")
  }

  private func compat(_ model: LinearClassifier, _ features: String, _ builder: inout GraphBuilder) {
    var (weights, intercepts) = (model.weights.elements, model.intercepts)
    if model.link == .logistic {
      // As scikit-learn's exporter: one mirrored row for the other class.
      weights = weights.map { -$0 } + weights
      intercepts = intercepts.map { -$0 } + intercepts
    }
    let label = builder.unique("label")
    let probabilities = builder.unique(model.link == .oneVsRest ? "single" : "probabilities")
    builder.add(
      "LinearClassifier", .ml, [features], outputs: [label, probabilities],
      [
        labelAttribute(integers: "classlabels_ints"), .numbers("coefficients", weights),
        .numbers("intercepts", intercepts), .integer("multi_class", model.link == .softmax ? 1 : 0),
        .text("post_transform", model.link == .softmax ? "SOFTMAX" : "LOGISTIC"),
      ])
    var result = probabilities
    if model.link == .oneVsRest {
      result = builder.add(
        "Normalizer", .ml, [probabilities], [.text("norm", "L1")], named: "probabilities")
    }
    declare(label: label, probabilities: result, &builder)
  }

  // MARK: Networks

  /// The layers; what comes out has no activation.
  private func layers(_ network: NeuralNetwork, _ features: String, _ builder: inout GraphBuilder) -> String {
    var last = features
    for (index, layer) in network.layers.enumerated() {
      let transposed = layer.weights.transposed()
      let weights = builder.constant(
        transposed.elements, [transposed.rows, transposed.columns], named: "weights\(index + 1)")
      let biases = builder.constant(layer.biases, [1, layer.biases.count], named: "biases\(index + 1)")
      let product = builder.add("MatMul", [last, weights], named: "product\(index + 1)")
      last = builder.add("Add", [product, biases], named: "sums\(index + 1)")
      let activation: String? =
        switch layer.activation {
        case .identity: nil
        case .relu: "Relu"
        case .tanh: "Tanh"
        case .sigmoid: "Sigmoid"
        }
      if let activation { last = builder.add(activation, [last], named: "layer\(index + 1)") }
    }
    return last
  }

  // MARK: Trees

  private func tree(
    _ model: TreeRegressor, _ features: String, _ encoding: FeatureGraph, _ builder: inout GraphBuilder
  ) throws(ModelExchangeError) {
    let tree = try BranchingTree(model.tree, gaps: encoding.columnsWithGaps)
    let number: String
    if flavour == .exact {
      var ensemble = ExactEnsemble()
      ensemble.append(tree) { model.tree.values[$0, 0] }
      number = builder.add("TreeEnsemble", .ml, [features], ensemble.attributes, named: "prediction")
    } else {
      var ensemble = CompatEnsemble(thresholds: try CompatThreshold.all(encoding.features))
      ensemble.append(tree) { [model.tree.values[$0, 0]] }
      number = builder.add(
        "TreeEnsembleRegressor", .ml, [features], ensemble.attributes, named: "prediction")
    }
    finish(number: number, &builder)
  }

  private func forest(
    _ trees: [TreeClassifier], _ features: String, _ encoding: FeatureGraph, _ builder: inout GraphBuilder
  ) throws(ModelExchangeError) {
    let share = 1 / Double(trees.count)
    if flavour == .exact {
      let probabilities = try gathered(trees, share, features, encoding, &builder)
      return finish(scores: probabilities, probabilities: probabilities, &builder)
    }
    var (ensemble, input) = (
      CompatEnsemble(thresholds: try CompatThreshold.all(encoding.features), addsInDouble: trees.count > 1),
      features
    )
    if ensemble.addsInDouble {
      input = builder.add(
        "Cast", [features], [.integer("to", Int64(TensorElement.double.rawValue))], named: "wide")
    }
    for model in trees {
      ensemble.append(try BranchingTree(model.tree, gaps: encoding.columnsWithGaps)) { node in
        model.probabilities(ofNode: node).map { share * $0 }
      }
    }
    let (label, probabilities) = (builder.unique("label"), builder.unique("probabilities"))
    builder.add(
      "TreeEnsembleClassifier", .ml, [input], outputs: [label, probabilities],
      ensemble.attributes(labels: labelAttribute(integers: "classlabels_int64s")))
    declare(label: label, probabilities: probabilities, &builder)
  }

  /// The double-precision operator gives one number per tree: the leaf's row in a table of probabilities.
  private func gathered(
    _ trees: [TreeClassifier], _ share: Double, _ features: String, _ encoding: FeatureGraph,
    _ builder: inout GraphBuilder
  ) throws(ModelExchangeError) -> String {
    var ensemble = ExactEnsemble()
    var table: [Double] = []
    let classes = pipeline.labels.count
    for model in trees {
      ensemble.append(try BranchingTree(model.tree, gaps: encoding.columnsWithGaps)) { node in
        table += model.probabilities(ofNode: node).map { share * $0 }
        return Double(table.count / classes - 1)
      }
    }
    let leaf = builder.add("TreeEnsemble", .ml, [features], ensemble.attributes, named: "leaf")
    let index = builder.add(
      "Cast", [leaf], [.integer("to", Int64(TensorElement.int64.rawValue))], named: "leaf_number")
    let rows = builder.constant(table, [table.count / classes, classes], named: "leaf_probabilities")
    let parts = builder.add("Gather", [rows, index], [.integer("axis", 0)], named: "votes")
    let axis = builder.constant([1] as [Int64], [1], named: "axis")
    return builder.add("ReduceSum", [parts, axis], [.integer("keepdims", 0)], named: "shares")
  }

  // MARK: Results

  /// The labels as whole numbers, if all of them are.
  private var numericLabels: [Int64]? {
    let numbers = pipeline.labels.compactMap { label in
      Int64(label).flatMap { String($0) == label ? $0 : nil }
    }
    return numbers.count == pipeline.labels.count ? numbers : nil
  }

  private func labelAttribute(integers name: String) -> ONNXAttributeProto {
    numericLabels.map { .integers(name, $0) } ?? .texts("classlabels_strings", pipeline.labels)
  }

  func finish(number: String, _ builder: inout GraphBuilder) {
    let output = builder.unique("variable")
    builder.add("Identity", .standard, [number], outputs: [output], [])
    builder.output(output, flavour.elementType, columns: 1)
  }

  func finish(softmax scores: String, _ builder: inout GraphBuilder) {
    let probabilities = builder.add("Softmax", [scores], [.integer("axis", 1)], named: "shares")
    finish(scores: scores, probabilities: probabilities, &builder)
  }

  /// Both columns are computed, so that small probabilities keep their digits.
  func finish(logistic score: String, _ builder: inout GraphBuilder) {
    let opposite = builder.add("Neg", [score], named: "opposite")
    let scores = builder.concatenated([opposite, score], named: "both_scores")
    finish(scores: scores, probabilities: builder.add("Sigmoid", [scores], named: "shares"), &builder)
  }

  /// Labels and scores without probabilities; a single score decides by its sign.
  func finish(decision scores: String, count: Int, _ builder: inout GraphBuilder) {
    var all = scores
    if count == 1 {
      all = builder.concatenated(
        [builder.add("Neg", [scores], named: "opposite"), scores], named: "both_scores")
    }
    let label = chosen(all, &builder)
    let output = builder.unique("scores")
    builder.add("Identity", .standard, [scores], outputs: [output], [])
    builder.output(label, numericLabels == nil ? .string : .int64, columns: nil)
    builder.output(output, flavour.elementType, columns: count)
  }

  /// The label of the largest score.
  private func chosen(_ scores: String, _ builder: inout GraphBuilder) -> String {
    let index = builder.add(
      "ArgMax", [scores], [.integer("axis", 1), .integer("keepdims", 0)], named: "best")
    let labels =
      numericLabels.map { builder.constant($0, [$0.count], named: "labels") }
      ?? builder.constant(pipeline.labels, named: "labels")
    return builder.add("Gather", [labels, index], [.integer("axis", 0)], named: "label")
  }

  func finish(scores: String, probabilities: String, _ builder: inout GraphBuilder) {
    let label = chosen(scores, &builder)
    let output = builder.unique("probabilities")
    builder.add("Identity", .standard, [probabilities], outputs: [output], [])
    declare(label: label, probabilities: output, &builder)
  }

  private func declare(label: String, probabilities: String, _ builder: inout GraphBuilder) {
    builder.output(label, numericLabels == nil ? .string : .int64, columns: nil)
    builder.output(probabilities, flavour.elementType, columns: pipeline.labels.count)
  }
}
