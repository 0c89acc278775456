import Learning
import LinearAlgebra
import Testing

@Suite("Linear learners against scikit-learn")
struct LinearReferenceTests {
  @Test("least squares and ridge have the same weights to 1e-8")
  func directMethods() throws {
    for problem in try LinearFixtures.load().problems {
      let cases: [(LinearLearner, LinearFixtures.Fit)] = [
        (.leastSquares, problem.leastSquares), (.ridge(penalty: problem.ridgePenalty), problem.ridge),
      ]
      for (learner, reference) in cases {
        let model = try learner.fit(problem.data)
        #expect(relativeDistance(model.weights, reference.weights) < 1e-8, "\(problem.name) \(learner)")
        #expect(abs(model.intercept - reference.intercept) < 1e-8 * (1 + abs(reference.intercept)))
      }
    }
  }

  @Test("LASSO and elastic net reach the same objective to 1e-9 with the same support")
  func sparseMethods() throws {
    for problem in try LinearFixtures.load().problems {
      let cases: [(LinearLearner, LinearFixtures.Fit)] = [
        (.lasso(penalty: problem.penalty), problem.lasso),
        (.elasticNet(penalty: problem.penalty, mixing: problem.mixing), problem.elasticNet),
      ]
      for (learner, reference) in cases {
        let fit = try learner.solve(problem.data)
        let penalties = learner.penalties(rows: problem.data.count)
        let reached = objective(
          fit.model, problem.data, absolute: penalties.absolute, square: penalties.square)
        let expected = try #require(reference.objective)
        #expect(abs(reached - expected) < 1e-9 * expected, "\(problem.name) \(learner)")
        #expect(fit.warnings.isEmpty)
        // Of two equal columns LASSO may use either.
        if problem.name == "dependent", penalties.square == 0 { continue }
        #expect(
          fit.model.weights.map { $0 != 0 } == reference.weights.map { $0 != 0 },
          "\(problem.name) \(learner)")
      }
    }
  }

  @Test("dependent features give the solution of smallest norm and a warning")
  func rankDeficient() throws {
    let problems = try LinearFixtures.load().problems
    for (name, rank) in [("wide", 11), ("dependent", 5)] {
      let problem = try #require(problems.first { $0.name == name })
      let features = problem.data.features.columns
      for fit in [
        try OrdinaryLeastSquares().solve(problem.data),
        try OrdinaryLeastSquares().solve(moments: problem.data.moments()),
      ] {
        #expect(fit.rank == rank)
        #expect(fit.warnings.contains(.rankDeficient(rank: rank, features: features)))
        #expect(relativeDistance(fit.model.weights, problem.leastSquares.weights) < 1e-7)
      }
    }
  }
}
