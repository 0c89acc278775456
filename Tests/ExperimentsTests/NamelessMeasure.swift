@testable import Experiments

extension Statement {
  /// A statement of a test whose measure makes its numbers up, whatever metric it names.
  init(
    row: Int, id: String, _ words: String, reference: Reference, unit: String, judging: Judging,
    setting: String? = nil, isOurMethod: Bool = false, note: String? = nil, work: Work,
    measure: @escaping @Sendable ([Outcome]) -> [Double]
  ) {
    self.init(
      row: row, id: id, words, reference: reference, unit: unit, judging: judging, setting: setting,
      isOurMethod: isOurMethod, note: note, work: work, measure: Measure(reading: ["mse"], measure))
  }
}
