import Foundation
import Learning
import TestSupport
import Testing

@Suite("Conversion of models from the command line")
struct ConvertCommandTests {
  @Test("mistakes in the names of files end with code 2")
  func usage() throws {
    let folder = try Folder()
    for arguments in [
      ["a.json", "b.json"], ["a.onnx", "b.onnx"], ["a.onnx", "a.onnx"],
      ["a.json", "b.onnx", "--target", "y"],
      ["a.json", "b.onnx", "--flavour", "loose"],
    ] {
      let run = try BuiltProgram.run(["model", "convert"] + arguments, in: folder.path)
      #expect(run.status == 2, "\(arguments): \(run.errors)")
    }
    let help = try BuiltProgram.run(["model", "convert", "--help"], in: folder.path)
    #expect(help.status == 0 && help.output.contains("bezoar model convert model.json model.onnx"))
  }

  #if ONNX
    @Test("a model goes to ONNX and back, and predicts from there", arguments: ["exact", "compat"])
    func conversion(flavour: String) throws {
      let folder = try Folder()
      let data = ["--data", "iris-fisher"]
      let train = try BuiltProgram.run(
        ["train", "--target", "species", "--model", "tree", "-o", "m.json"] + data, in: folder.path)
      #expect(train.status == 0, "\(train.errors)")
      let out = try BuiltProgram.run(
        ["model", "convert", "m.json", "m.onnx", "--flavour", flavour], in: folder.path)
      #expect(out.status == 0 && out.errors.contains("tree for 3 classes of 'species'"), "\(out.errors)")
      #expect(out.errors.contains("single precision") == (flavour == "compat"))
      let back = try BuiltProgram.run(["model", "convert", "m.onnx", "back.json"], in: folder.path)
      #expect(back.status == 0, "\(back.errors)")
      #expect(try folder.data("back.json") == folder.data("m.json"))
      for command in [["predict"] + data, ["evaluate"] + data, ["explain"]] {
        let one = try BuiltProgram.run(command + ["--model", "m.json", "--quiet"], in: folder.path)
        let other = try BuiltProgram.run(command + ["--model", "m.onnx", "--quiet"], in: folder.path)
        #expect(other.status == 0, "\(other.errors)")
        #expect(
          other.output.replacingOccurrences(of: "m.onnx", with: "m.json") == one.output, "\(command[0])")
      }
    }

    @Test("a file that is no ONNX model fails with one sentence and writes nothing")
    func damaged() throws {
      let folder = try Folder()
      _ = try folder.write("cut.onnx", "no model")
      for input in ["cut.onnx", "absent.onnx"] {
        let run = try BuiltProgram.run(["model", "convert", input, "m.json"], in: folder.path)
        #expect(run.status == 1 && run.errors.contains(input), "\(run.errors)")
        #expect(!folder.exists("m.json"))
      }
    }
  #else
    @Test("a program without ONNX says how to get it")
    func absent() throws {
      let folder = try Folder()
      for arguments in [["model", "convert", "m.json", "m.onnx"], ["explain", "--model", "m.onnx"]] {
        let run = try BuiltProgram.run(arguments, in: folder.path)
        #expect(run.status == 1 && run.errors.contains("--traits ONNX"), "\(run.errors)")
      }
    }
  #endif
}
