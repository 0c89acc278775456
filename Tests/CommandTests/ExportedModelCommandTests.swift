#if ONNX
  import Foundation
  import TestSupport
  import Testing

  @Suite("Exported models of other programs from the command line")
  struct ExportedModelCommandTests {
    private static func path(_ name: String) -> String { FixtureFile.path("exports/\(name).onnx") }

    private static let flowers = """
      length,width,depth,height,kind
      5.1,3.5,1.4,0.2,setosa
      7.0,3.2,4.7,1.4,versicolor
      6.3,3.3,6.0,2.5,virginica
      """

    @Test("other names of columns: the message names --columns, which helps, and --target")
    func names() throws {
      let folder = try Folder()
      let data = try folder.write("flowers.csv", Self.flowers)
      let model = Self.path("zipmap-columns")
      for command in ["predict", "evaluate"] {
        let run = try BuiltProgram.run([command, "--model", model, "--data", data], in: folder.path)
        #expect(run.status == 1 && run.errors.contains("has no column 'X0'"), "\(run.errors)")
        #expect(run.errors.contains("bezoar model convert model.onnx model.json --columns"), "\(run.errors)")
      }
      let columns = ["--columns", "length,width,depth,height"]
      let named = try BuiltProgram.run(["model", "convert", model, "m.json"] + columns, in: folder.path)
      #expect(named.status == 0, "\(named.errors)")
      let predicted = try BuiltProgram.run(
        ["predict", "--model", "m.json", "--data", data, "--quiet"], in: folder.path)
      #expect(predicted.status == 0, "\(predicted.errors)")
      #expect(predicted.output.hasPrefix("row,output_label,probability:setosa,"))
      let evaluated = try BuiltProgram.run(
        ["evaluate", "--model", "m.json", "--data", data], in: folder.path)
      #expect(evaluated.status == 1 && evaluated.errors.contains("--target NAME"), "\(evaluated.errors)")
      let both = try BuiltProgram.run(
        ["model", "convert", model, "n.json", "--target", "kind"] + columns, in: folder.path)
      #expect(both.status == 0, "\(both.errors)")
      let run = try BuiltProgram.run(["evaluate", "--model", "n.json", "--data", data], in: folder.path)
      #expect(run.status == 0 && run.output.contains("log_loss"), "\(run.errors)")
    }

    @Test("a model of scores gives score columns, and no measure that needs probabilities")
    func scores() throws {
      let folder = try Folder()
      let data = try folder.write("flowers.csv", Self.flowers)
      let converted = try BuiltProgram.run(
        [
          "model", "convert", Self.path("linear-svc"), "m.json", "--target", "kind", "--columns",
          "length,width,depth,height",
        ], in: folder.path)
      #expect(converted.status == 0 && converted.errors.contains("no probabilities"), "\(converted.errors)")
      let predicted = try BuiltProgram.run(
        ["predict", "--model", "m.json", "--data", data, "--quiet"], in: folder.path)
      #expect(
        predicted.output.hasPrefix("row,kind,score:setosa,score:versicolor,score:virginica\n1,setosa,"),
        "\(predicted.output) \(predicted.errors)")
      let run = try BuiltProgram.run(["evaluate", "--model", "m.json", "--data", data], in: folder.path)
      #expect(run.status == 0 && run.output.contains("accuracy"), "\(run.errors)")
      #expect(!run.output.contains("log_loss") && !run.output.contains("calibration_error"))
    }

    @Test(
      "boosted trees predict, explain themselves and are stolen",
      arguments: ["lightgbm", "xgboost-binary", "lightgbm-regressor", "linear-svc-binary"])
    func boosted(name: String) throws {
      let folder = try Folder()
      let model = Self.path(name)
      let explained = try BuiltProgram.run(["explain", "--model", model], in: folder.path)
      #expect(explained.status == 0, "\(explained.errors)")
      if name != "linear-svc-binary" {
        #expect(explained.output.contains("Sum of trees") && explained.output.contains("base of"))
      }
      let stolen = try BuiltProgram.run(
        ["steal", "--model", model, "--budget", "300", "-o", "copy.json"], in: folder.path)
      #expect(stolen.status == 0, "\(stolen.errors)")
      #expect(folder.exists("copy.json"))
    }
  }
#endif
