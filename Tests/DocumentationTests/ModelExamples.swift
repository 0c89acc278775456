import Foundation
import Learning
import LinearAlgebra
import Methods
import ModelExchange
import Reporting
import Tabular
import Testing

@Suite("Examples of tables, models and pages")
struct ModelExamples {
  @Test("LinearAlgebra: least squares find the weights")
  func linearAlgebra() throws {
    // Example: LinearAlgebra
    var random = RandomStream(seed: 1)
    let elements = (0..<300).map { _ in random.normal() }
    let matrix = Matrix(rows: 100, columns: 3, elements: elements)
    let right = (0..<100).map { 2 * matrix[$0, 0] - matrix[$0, 2] }
    let fit = try LeastSquares(matrix, right)
    print(fit.solution, fit.rank)
    // End
    #expect(fit.rank == 3)
    #expect(zip(fit.solution, [2, 0, -1]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("Methods: a setting is read, and one out of range is refused")
  func methods() throws {
    // Example: Methods
    struct Shift: Method {
      static let card = MethodCard(
        id: "shift", family: .poisoning, title: "Shift", summary: "Adds a constant to the target.",
        citation: "an example", needs: "nothing")
      static let settings: [Setting<Self>] = [.init("by", \.by, "what is added", in: 0...10)]

      /// What is added.
      var by = 1.0
    }

    let shift = try Shift.configured(MethodSettings(["by=2.5"]))
    // End
    #expect(shift.by == 2.5 && Shift.entry.id == "shift")
    #expect(throws: SettingError.self) { try Shift.configured(MethodSettings(["by=11"])) }
  }

  @Test("Tabular: a table becomes a design and comes back")
  func tabular() throws {
    // Example: Tabular
    let text = "age,ward,dose\n34,A,21.5\n51,B,35\n67,A,42\n78,B,30.5\n"
    let table = try TableReader().read(bytes: Array(text.utf8), name: "wards.csv")
    let encoder = try Encoder.fit(table, target: "dose")
    let design = try encoder.design(table)
    let back = encoder.table(fromDesignRows: design.features, target: design.target)
    // End
    #expect(design.space.names == ["age", "ward:A", "ward:B"])
    #expect(back.columns.map(\.name) == table.columns.map(\.name))
  }

  @Test("Learning: hyper-parameters make a model")
  func learning() throws {
    // Example: Learning
    let data = RegressionData(features: Matrix([[0], [1], [2], [3]]), target: [1, 3, 5, 7])
    let model = try Ridge(penalty: 0.001).fit(data)
    print(model.predict(Matrix([[4]])))
    // End
    #expect(abs(model.predict(Matrix([[4]]))[0] - 9) < 0.01)
  }

  @Test("ModelExchange: a model goes to ONNX and back")
  func modelExchange() throws {
    let pipeline = try SmallModel.softmax()
    // Example: ModelExchange
    let file = ModelFile(pipeline: pipeline, provenance: nil)
    let export = try ONNXFile.export(file, flavour: .exact)
    let back = try ONNXFile.read(bytes: export.bytes, name: "model.onnx")
    // End
    #expect(back.file.pipeline == pipeline)
  }

  @Test("Reporting: a table serves terminal and page")
  func reporting() throws {
    // Example: Reporting
    let table = TextTable(
      title: "Errors", columns: [.init("model"), .number("MSE")],
      rows: [["ridge", "0.0031"], ["lasso", "0.0020"]])
    print(table.text())
    let report = Report(
      title: "A study", subtitle: "two models", colophon: "an example", blocks: [.table(table)])
    let page = try report.html()
    // End
    #expect(table.text().contains("0.0031") && page.contains("0.0031"))
  }
}
