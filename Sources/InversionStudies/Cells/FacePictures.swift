import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Stealing

/// Rebuilt digits as pictures.
enum FacePictures {
  /// Rows of rebuilt digits beside the mean of the training pictures.
  ///
  /// - Throws: errors of the attacks.
  static func grid(_ lab: InversionLab, seed: UInt64) async throws -> PictureGrid {
    let softmax = try FaceWorld(lab, .softmax, seed: seed)
    let network = try FaceWorld(lab, .network, seed: seed)
    func asked(_ step: Double?, difference: Double = MIFace().difference) async throws -> [MIFace.Face] {
      let session = QuerySession(try softmax.oracle(rounding: step), remembers: false)
      return try await softmax.faces(AskedSurface(session, difference: difference))
    }
    var random = RandomStream(seed: seed).child("inversion").child("theft")
    let theft = QuerySession(PipelineOracle(softmax.pipeline, inputs: .encoded))
    let stolen = try await ExtractionAttacks.builtIn.make("log-ratio").steal(theft, using: &random)
    var rows = [PictureGrid.Row("training mean", softmax.means.map { .init($0) })]
    func append(_ name: String, _ faces: [MIFace.Face]) {
      rows.append(.init(name, faces.map { .init($0.point) }))
    }
    append("softmax, asked", try await asked(nil))
    append("rounded to 0.01", try await asked(0.01))
    append("rounded to 0.1", try await asked(0.1))
    append("the same, wide differences", try await asked(0.1, difference: 1))
    if let surface = PipelineSurface(stolen.pipeline) {
      append("softmax, stolen first", try await softmax.faces(surface))
    }
    if let surface = HeldSurface(network.pipeline.model) {
      append("network of 32", try await network.faces(surface))
    }
    return PictureGrid(
      title: "Digits rebuilt from confidences",
      caption:
        "What a model of digits takes for each class with 99 % confidence, beside the mean of its training "
        + "pictures; with rounding the search loses its way, unless its differences are as wide as the range of a pixel. Seed \(seed).",
      width: Digits.side, columns: (0..<10).map(String.init), rows: rows)
  }
}
