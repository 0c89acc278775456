import Foundation
import Learning
import Tabular
import TestSupport
import Testing

@Suite("Models without an intercept from the command line")
struct NoInterceptCommandTests {
  /// NIST StRD, NoInt1: `y = 2.07438016528926 x`.
  private static let table =
    "x,y\n" + (60...70).map { "\($0),\($0 + 70)\n" }.joined()
  private static let certified = 2.074_380_165_289_26

  @Test("NIST NoInt1 from training to predictions, by flag or by setting, and on to ONNX")
  func certifiedSet() throws {
    let folder = try Folder()
    _ = try folder.write("a.csv", Self.table)
    for (name, options) in [("flag", ["--no-intercept"]), ("set", ["--set", "intercept=false"])] {
      let train = try BuiltProgram.run(
        ["train", "--data", "a.csv", "--target", "y", "--model", "ols", "--test", "0", "-o", "\(name).json"]
          + options, in: folder.path)
      #expect(train.status == 0, "\(train.errors)")
      let file = try ModelFile(bytes: [UInt8](folder.data("\(name).json")), name: name)
      guard case .linear(let model) = file.pipeline.model else {
        return #expect(Bool(false), "\(file.pipeline.model)")
      }
      #expect(model.intercept == 0)
      #expect(abs(model.weights[0] - Self.certified) < 1e-14 * Self.certified)
      #expect(file.provenance?.settings == ["intercept=false"])
      let answers = try BuiltProgram.run(
        ["predict", "--model", "\(name).json", "--data", "a.csv", "--quiet"], in: folder.path)
      let first = answers.output.split(separator: "\n").dropFirst().first?.split(separator: ",").last
      let predicted = try #require(first.flatMap { Double($0) })
      #expect(abs(predicted - 60 * Self.certified) < 1e-11)
      let evaluation = try BuiltProgram.run(
        ["evaluate", "--model", "\(name).json", "--data", "a.csv", "--quiet"], in: folder.path)
      #expect(evaluation.status == 0, "\(evaluation.errors)")
      #if ONNX
        let out = try BuiltProgram.run(["model", "convert", "\(name).json", "m.onnx"], in: folder.path)
        #expect(out.status == 0, "\(out.errors)")
        let again = try BuiltProgram.run(
          ["predict", "--model", "m.onnx", "--data", "a.csv", "--quiet"], in: folder.path)
        #expect(again.output == answers.output)
      #endif
    }
  }

  @Test("a column of ones is the intercept of a model without one")
  func columnOfOnes() throws {
    let folder = try Folder()
    _ = try folder.write("a.csv", "one,x,y\n" + (0..<30).map { "1,\($0),\(5 + 2 * $0)\n" }.joined())
    let train = try BuiltProgram.run(
      [
        "train", "--data", "a.csv", "--target", "y", "--model", "ols", "--test", "0", "--no-intercept", "-o",
        "m.json",
      ], in: folder.path)
    #expect(train.status == 0 && !train.errors.contains("left out"), "\(train.errors)")
    let file = try ModelFile(bytes: [UInt8](folder.data("m.json")), name: "m.json")
    guard case .linear(let model) = file.pipeline.model else {
      return #expect(Bool(false), "\(file.pipeline.model)")
    }
    #expect(model.intercept == 0 && model.weights.count == 2)
    #expect(abs(model.weights[0] - 5) < 1e-12 && abs(model.weights[1] - 2) < 1e-12)
  }

  @Test(
    "a scaling that moves zero is refused, in training and before poison",
    arguments: ["standard", "unit", "symmetric", "none"])
  func scaling(scale: String) throws {
    let folder = try Folder()
    _ = try folder.write("a.csv", Self.table)
    for choice in [["--no-intercept"], ["--set", "intercept=false"]] {
      let train = try BuiltProgram.run(
        [
          "train", "--data", "a.csv", "--target", "y", "--model", "ridge", "--set", "penalty=0.1", "--test",
          "0", "--scale", scale, "-o", "m.json",
        ] + choice, in: folder.path)
      #expect(train.status == (scale == "none" ? 0 : 2), "\(train.errors)")
      #expect(train.errors.contains("moves the zero") == (scale != "none"))
    }
    let defend = try BuiltProgram.run(
      ["defend", "--data", "a.csv", "--target", "y", "--no-intercept", "--scale", scale], in: folder.path)
    #expect((defend.status == 2) == (scale != "none"), "\(defend.errors)")
  }

  @Test(
    "the last word on the intercept counts, however it is spelled",
    arguments: [
      (["intercept=false", "intercept=true"], true), (["intercept=true", "intercept=false"], false),
      (["intercept= false"], false), (["intercept=no"], false),
    ])
  func spelled(settings: [String], hasIntercept: Bool) throws {
    let folder = try Folder()
    // A constant column, which only a model without an intercept keeps.
    _ = try folder.write("a.csv", "one,x,y\n" + (0..<30).map { "1,\($0),\(5 + 2 * $0)\n" }.joined())
    let train = try BuiltProgram.run(
      ["train", "--data", "a.csv", "--target", "y", "--model", "ols", "--test", "0", "-o", "m.json"]
        + settings.flatMap { ["--set", $0] }, in: folder.path)
    guard train.status == 0 else {
      // A word that is none is refused, never half understood.
      return #expect(train.status == 2 && train.errors.contains("intercept"), "\(train.errors)")
    }
    let file = try ModelFile(bytes: [UInt8](folder.data("m.json")), name: "m.json")
    #expect(file.pipeline.features.inputColumns.count == (hasIntercept ? 1 : 2), "\(settings)")
    guard case .linear(let model) = file.pipeline.model else {
      return #expect(Bool(false), "\(file.pipeline.model)")
    }
    #expect((model.intercept == 0) == !hasIntercept)
  }

  @Test("models that have none say which have one", arguments: ["tree", "mlp-regressor", "kernel-logistic"])
  func refused(model: String) throws {
    let folder = try Folder()
    _ = try folder.write("a.csv", Self.table)
    let train = try BuiltProgram.run(
      ["train", "--data", "a.csv", "--target", "y", "--model", model, "--no-intercept", "-o", "m.json"],
      in: folder.path)
    #expect(train.status == 2)
    #expect(
      train.errors.contains("--no-intercept is for logistic, softmax, ovr, ols, ridge, lasso, elastic-net"))
    let privately = try BuiltProgram.run(
      [
        "train", "--data", "a.csv", "--target", "y", "--model", "ridge", "--no-intercept", "--privacy",
        "mechanism=adassp,epsilon=1", "-o", "m.json",
      ], in: folder.path)
    #expect(privately.status == 2 && privately.errors.contains("not for private training"))
  }
}
