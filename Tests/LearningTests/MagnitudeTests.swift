import Methods
import Foundation
import LinearAlgebra
import Tabular
import Testing

@testable import Learning

/// Numbers so large or small that their squares are no numbers: results stay as they are, or there is an error.
@Suite("Numbers at the edge")
struct MagnitudeTests {
  static let exponents = [
    -1000, -900, -700, -540, -500, -450, -300, -60, -1, 1, 60, 300, 450, 480, 511, 512, 700, 900, 990,
  ]

  private static func scaled(_ value: Double, _ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: value)
  }

  /// 60 rows of three numbers, a number and two classes that follow from them.
  private static func table(features: Int = 0, target: Int = 0) -> Table {
    var random = RandomStream(seed: 77)
    var (columns, numbers, codes) = ([[Double]](repeating: [], count: 3), [Double](), [Int]())
    for _ in 0..<60 {
      let row = (0..<3).map { _ in random.normal() }
      for (column, value) in row.enumerated() { columns[column].append(scaled(value, features)) }
      let number = row[0] - 2 * row[1] + 0.5 * random.normal()
      numbers.append(scaled(number, target))
      codes.append(number > 0 ? 1 : 0)
    }
    return Table(
      columns: columns.enumerated().map { .init(name: "x\($0)", values: .numeric($1)) } + [
        .init(name: "y", values: .numeric(numbers)),
        .init(name: "k", values: .categorical(codes: codes, levels: ["a", "b"])),
      ])
  }

  /// What a model that is trained on the table says of the table: numbers, or probabilities.
  private static func answers(
    _ id: String, _ table: Table, _ numeric: EncodingOptions.NumericScaling
  ) throws -> (numbers: [Double], rSquared: Double) {
    var random = RandomStream(seed: 1)
    switch try Learners.builtIn.make(id) {
    case .regressor(let recipe):
      let encoder = try Encoder.fit(
        table, target: "y", options: EncodingOptions(numeric: numeric, ignored: ["k"]))
      let data = try encoder.design(table)
      // The target as it stands in the table, not as the encoder scales it.
      let target = try table.columns[3].numbers()
      let trained = try recipe.train(
        RegressionData(features: data.features, target: target),
        columns: EncodedColumns(encoder.features), workers: 1, using: &random)
      let pipeline = try Pipeline(
        features: encoder.features, target: .number(name: "y"), model: trained.model)
      let numbers = try pipeline.predict(table).numbers
      return (numbers, try RegressionMetrics(predictions: numbers, truth: target).rSquared)
    case .classifier(let recipe):
      let encoder = try ClassEncoder.fit(
        table, target: "k", options: EncodingOptions(numeric: numeric, ignored: ["y"]))
      let data = try encoder.design(table)
      let trained = try recipe.train(
        ClassificationData(features: data.features, labels: data.labels, classCount: 2),
        columns: EncodedColumns(encoder.features), workers: 1, using: &random)
      let pipeline = try Pipeline(
        features: encoder.features, target: .classes(name: "k", labels: encoder.classes), model: trained.model
      )
      return (try pipeline.predict(table).probabilities.elements, 0)
    }
  }

  private static func expectSame(_ one: [Double], _ other: [Double], _ note: String) {
    let size = other.reduce(0) { max($0, abs($1)) }
    #expect(one.count == other.count)
    #expect(zip(one, other).allSatisfy { abs($0 - $1) <= 1e-9 * size }, "\(note)")
  }

  @Test(
    "features times a power of two change nothing once they are scaled",
    arguments: ["ols", "ridge", "lasso", "elastic-net", "mlp-regressor", "logistic", "softmax", "ovr", "mlp"])
  func scaledFeatures(id: String) throws {
    let plain = try Self.answers(id, Self.table(), .standard)
    for exponent in Self.exponents {
      let found = try Self.answers(id, Self.table(features: exponent), .standard)
      Self.expectSame(found.numbers, plain.numbers, "\(id) at 2^\(exponent)")
      #expect(abs(found.rSquared - plain.rSquared) < 1e-9)
    }
  }

  @Test("features times a power of two change no tree", arguments: ["tree", "tree-regressor", "forest"])
  func treeFeatures(id: String) throws {
    let plain = try Self.answers(id, Self.table(), .none)
    for exponent in Self.exponents {
      let found = try Self.answers(id, Self.table(features: exponent), .none)
      Self.expectSame(found.numbers, plain.numbers, "\(id) at 2^\(exponent)")
      #expect(abs(found.rSquared - plain.rSquared) < 1e-9)
    }
  }

  @Test(
    "raw features at the edge are an error or learned like others, never lost in silence",
    arguments: ["ols", "logistic", "softmax", "ovr", "ridge", "lasso", "elastic-net", "mlp-regressor", "mlp"])
  func rawFeatures(id: String) throws {
    let plain = try Self.answers(id, Self.table(), .none)
    for exponent in Self.exponents where abs(exponent) > 400 {
      do {
        let found = try Self.answers(id, Self.table(features: exponent), .none)
        // Penalties and steps see the unit of the features, least squares does not.
        if id == "ols" { Self.expectSame(found.numbers, plain.numbers, "\(id) at 2^\(exponent)") }
        let areFinite = found.numbers.allSatisfy(\.isFinite)
        #expect(areFinite)
        #expect(abs(exponent) < 500)
      } catch let error as LearningError {
        #expect(!error.description.isEmpty)
        #expect(abs(exponent) >= 440, "\(id) at 2^\(exponent): \(error)")
      }
    }
  }

  @Test(
    "a target times a power of two keeps its R², or is an error",
    // Not the elastic net: as in scikit-learn, its penalty on squares does not follow the unit of the target.
    arguments: ["ols", "ridge", "lasso", "mlp-regressor", "tree-regressor"])
  func targets(id: String) throws {
    let plain = try Self.answers(id, Self.table(), .standard)
    for exponent in Self.exponents where exponent < 900 {
      do {
        let found = try Self.answers(id, Self.table(target: exponent), .standard)
        Self.expectSame(
          found.numbers.map { Self.scaled($0, -exponent) }, plain.numbers, "\(id) at 2^\(exponent)")
        #expect(abs(found.rSquared - plain.rSquared) < 1e-9)
      } catch let error as LearningError {
        #expect(error == .valuesTooLarge || error == .valuesTooSmall)
        #expect(abs(exponent) >= 440, "\(id) at 2^\(exponent): \(error)")
      }
    }
  }

  @Test("R² and mean errors of numbers of any size, in closed form")
  func metrics() throws {
    let (predictions, truth) = ([1.0, 2, 3, 5], [1.0, 2, 4, 4])
    let plain = try RegressionMetrics(predictions: predictions, truth: truth)
    #expect(plain.meanSquaredError == 0.5 && plain.meanAbsoluteError == 0.5)
    #expect(abs(plain.rSquared - (1 - 2 / 6.75)) < 1e-15)
    for exponent in stride(from: -1040, through: 1020, by: 20) {
      func scale(_ values: [Double]) -> [Double] { values.map { Self.scaled($0, exponent) } }
      do {
        let found = try RegressionMetrics(predictions: scale(predictions), truth: scale(truth))
        #expect(found.rSquared == plain.rSquared)
        #expect(found.meanAbsoluteError == Self.scaled(0.5, exponent))
        #expect(found.meanSquaredError == Self.scaled(0.5, 2 * exponent))
      } catch { #expect(error == .valuesTooLarge && exponent >= 512) }
    }
    #expect(throws: LearningError.valuesTooLarge) {
      try RegressionMetrics(predictions: [-1.5e308, 1e308], truth: [1e308, -1.5e308])
    }
  }

  @Test("deviations of numbers of any size")
  func deviations() {
    let values = [1.0, 2, 4, 7]
    let plain = rootMeanSquare(values, about: 3)
    // (4 + 1 + 1 + 16) / 4
    #expect(plain == 5.5.squareRoot())
    for exponent in -1060...1020 {
      let scaled = values.map { Self.scaled($0, exponent) }
      #expect(rootMeanSquare(scaled, about: Self.scaled(3, exponent)) == Self.scaled(plain, exponent))
    }
    #expect(rootMeanSquare([]) == 0 && rootMeanSquare([2, 2], about: 2) == 0)
    #expect(
      rootMeanSquare([.greatestFiniteMagnitude, -.greatestFiniteMagnitude]) == .greatestFiniteMagnitude)
  }
}
