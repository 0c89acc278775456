public import LinearAlgebra

/// Rows divided at random into a training, a validation and a test part that share no row.
public struct Split: Sendable, Hashable, Codable {
  /// Rows to learn from.
  public let training: [Int]
  /// Rows to choose settings on, or on which an attacker measures its success.
  public let validation: [Int]
  /// Rows that are held out from training and validation.
  public let test: [Int]

  /// Parts that were chosen elsewhere; they share no row.
  public init(training: [Int], validation: [Int], test: [Int]) {
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// Parts of given sizes; the test part takes what is left if `test` is nil.
  ///
  /// - Throws: ``DesignError/splitImpossible(rows:parts:)`` if the parts do not fit or the training part is
  ///   empty.
  public static func split(
    rows: Int, training: Int, validation: Int, test: Int? = nil, using random: inout RandomStream
  ) throws -> Split {
    let left = rows - training - validation
    let tested = test ?? left
    guard training >= 1, validation >= 0, tested >= 0, tested <= left else {
      throw DesignError.splitImpossible(rows: rows, parts: [training, validation, max(tested, 0)])
    }
    let order = random.permutation(rows)
    return Split(
      training: Array(order[..<training]),
      validation: Array(order[training..<training + validation]),
      test: Array(order[(training + validation)..<(training + validation + tested)]))
  }

  /// Parts by shares, rounded to whole rows; the training part takes what is left.
  ///
  /// - Throws: ``DesignError`` for shares outside `0...1` or a part that would be empty though its share is not.
  public static func split(
    rows: Int, validationShare: Double, testShare: Double, using random: inout RandomStream
  ) throws -> Split {
    let shares = [validationShare, testShare]
    guard shares.allSatisfy({ $0 >= 0 && $0 < 1 }), validationShare + testShare < 1 else {
      throw DesignError.sharesInvalid(shares)
    }
    let sizes = shares.map { Int((Double(rows) * $0).rounded()) }
    let training = rows - sizes[0] - sizes[1]
    guard zip(shares, sizes).allSatisfy({ $0 == 0 || $1 > 0 }) else {
      throw DesignError.splitImpossible(rows: rows, parts: [training] + sizes)
    }
    return try split(rows: rows, training: training, validation: sizes[0], test: sizes[1], using: &random)
  }
}
