public import Inversion
public import Learning
import LinearAlgebra
public import Methods
import Querying
public import Guarding

extension MembershipScene {
  /// The same model behind guards, of which the first sees its own answers.
  ///
  /// The guards know the members, as their owner does, and take the others for honest queries. Shadow models are the
  /// attacker's own and stay without guards.
  ///
  /// - Parameters:
  ///   - specifications: guards such as `rounding:decimals=2`.
  ///   - known: the guards that can be named.
  ///   - pipeline: the attacked model, whose encoding made the records.
  ///   - key: what must look random to the attacker.
  /// - Throws: `GuardingError`, and errors of the settings, the guards and the model.
  public func guarded(
    by specifications: [String], of known: Catalogue<any ResponseGuard> = ResponseGuards.builtIn,
    before pipeline: Pipeline, key: KeyedHash
  ) async throws -> MembershipScene {
    let schema = PipelineOracle(pipeline, inputs: .encoded).schema
    var context = ServiceContext(
      schema: schema, pipeline: pipeline, inputs: .encoded,
      benign: records.features.rows(at: places(members: false)),
      keyedHash: key)
    context.members = records.features.rows(at: places(members: true))
    let guards = try known.prepared(specifications, for: context)
    // The same query gets the same answer, so that attacks may share what is dear to compute.
    return try await asked(through: SessionOracle(QuerySession(GuardedOracle(oracle, guards: guards))))
  }
}
