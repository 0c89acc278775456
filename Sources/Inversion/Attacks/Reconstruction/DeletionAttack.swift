public import Learning
public import LinearAlgebra
public import Methods

/// The row that was deleted from (or added to) the data of a least-squares model, from the parameters before and after.
///
/// Deleting a row moves the parameters by a multiple of `G⁻¹ (x, 1)`, where `G` is the matrix of second moments, so
/// `(x, 1)` is `C · (θ_with − θ_without)` up to a factor, with `C` the second moments of public data of the same kind. The
/// factor is what makes the last entry one.
///
/// - Source: Bertran, Tang, Kearns, Morgenstern, Roth, Wu, "Reconstruction Attacks on Machine Unlearning: Simple Models are
///   Vulnerable", NeurIPS 2024, section 3.
public struct DeletionAttack: ReconstructionAttack, Hashable {
  /// Identity and source.
  public static let card = MethodCard(
    id: "deletion", family: .reconstruction, title: "Reconstruction of a deleted row",
    summary: "The change of a least-squares model times public second moments gives the deleted row.",
    citation:
      "Bertran et al., Reconstruction Attacks on Machine Unlearning: Simple Models are Vulnerable, NeurIPS 2024",
    needs: "a least-squares model before and after the deletion, and public rows of the same kind",
    taxonomy: .attributeInference)

  public static let knowledge = ReconstructionKnowledge.earlierModel

  public init() {}

  public func check(_ model: FittedModel) throws {
    guard case .linear = model else { throw Self.otherModels }
  }

  private static var otherModels: InversionError {
    .missing(method: card.id, need: "two linear model files")
  }

  public func row(_ task: ReconstructionTask) throws -> ReconstructedRow {
    guard case .linear(let after) = task.model,
      case .earlier(.linear(let before), let publicRows) = task.evidence
    else { throw Self.otherModels }
    let row = try Self.row(with: before, without: after, moments: PublicMoments(of: publicRows))
    return ReconstructedRow(features: row, target: nil)
  }

  /// The row that is in the data of one model and not of the other.
  ///
  /// - Throws: ``InversionError/unsolvable(_:)`` if the models are the same or of other features than the public rows.
  public static func row(
    with: LinearModel, without: LinearModel, moments: PublicMoments
  ) throws -> [Double] {
    let moments = moments.matrix
    guard with.weights.count + 1 == moments.columns, without.weights.count == with.weights.count else {
      throw InversionError.unsolvable(
        "the models have \(with.weights.count) and \(without.weights.count) features, the public rows "
          + "\(moments.columns - 1)")
    }
    let change =
      zip(with.weights, without.weights).map { $0 - $1 } + [with.intercept - without.intercept]
    let direction = moments.times(change)
    guard let last = direction.last, abs(last) > 1e-300 else {
      throw InversionError.unsolvable("the two models are the same")
    }
    return direction.dropLast().map { $0 / last }
  }
}

/// Second moments of public rows, with a one appended to each.
public struct PublicMoments: Sendable, Hashable {
  /// One row and column per feature, and one for the one.
  let matrix: Matrix

  /// The moments of rows of features.
  ///
  /// - Throws: ``InversionError/tooFewRows(_:needed:found:)`` without rows.
  public init(of publicRows: Matrix) throws {
    guard publicRows.rows > 0 else { throw InversionError.tooFewRows("public rows", needed: 1, found: 0) }
    var moments = publicRows.gramWithOnes()
    let scale = 1 / Double(publicRows.rows)
    moments.withMutableElements { values in for index in values.indices { values[index] *= scale } }
    matrix = moments
  }
}
