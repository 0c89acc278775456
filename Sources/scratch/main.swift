import Experiments
import Foundation
import Inversion
import InversionStudies
import Learning
import LinearAlgebra
BLASRuntime.setThreads(1)
let path = DataSearchPath(dataDirectory: nil)
let cohort = try PrivateDosageCohort(searchPath: path)
let attack: GenotypeAttack = { model, rows in
  let s2 = 0.715 * 0.715
  let n = Double(rows.genotype.count)
  let prior = (0..<3).map { g in log(Double(rows.genotype.count { $0 == g }) / n) }
  let preds = (0..<3).map { model.predict(rows.features(withGenotype: $0)) }
  var right = 0
  for i in rows.genotype.indices {
    let y = rows.rows.target[i]
    var best = 0; var bs = -Double.infinity
    for g in 0..<3 { let e = y - preds[g][i]; let s = -e * e / (2 * s2) + prior[g]; if s > bs { bs = s; best = g } }
    if best == rows.genotype[i] { right += 1 }
  }
  return Double(right) / n
}
let study = PrivateDosageStudy(cohort: cohort, attack: attack)
let args = CommandLine.arguments
let seeds = Int(args[2])!
func show(_ m: PrivateDosageCell.Method, _ e: Double?, _ lim: Double?) throws {
  let out = try concurrentMap(seeds, workers: 2) { try study.outcome(.init(m, epsilon: e, doseLimit: lim, seed: UInt64($0))) }
  func mean(_ k: String) -> String { out.summary(of: k)?.text { String(format: "%.3f", $0) } ?? "-" }
  print(m.id, e ?? 0, lim ?? 0, "mem", mean("genotype_members"), "oth", mean("genotype_others"), "R2", mean("r_squared"), "in20", mean("within_20_percent"), "over", mean("overdosed"), "under", mean("underdosed"), "mae", mean("mean_absolute_error_mg"))
}
if args[1] == "dose" {
  try show(.plain, nil, nil); try show(.fixed, nil, nil)
  for m: PrivateDosageCell.Method in [.functional(.published), .functional(.tight), .unequal(share: 0.1), .adaptive(.exact), .adaptive(.reference), .output, .histogram] {
    for lim in [nil, 3.5] as [Double?] { for e in [0.25, 1, 5, 20, 100] { try show(m, e, lim) } }
  }
}
if args[1] == "adult" {
  let income = try PrivateIncomeStudy(searchPath: path)
  for (m, es) in [(PrivateIncomeStudy.Method.plain, [1.0]), (.objective, [0.1, 0.5, 1, 5]), (.output, [0.1, 0.5, 1, 5])] {
    for e in es {
      let out = try concurrentMap(seeds, workers: 2) { try income.outcome(m, epsilon: e, seed: UInt64($0)) }
      print(m, e, out.summary(of: "accuracy")!.text { String(format: "%.4f", $0) }, out.summary(of: "baseline_accuracy")!.mean, income.rows.features.columns, income.rows.count)
    }
  }
}
if args[1] == "mem" {
  for seed in 1...UInt64(seeds) {
    var st = MemGuardStudy(); if args.count > 3 { st.spread = Double(args[3])! }; if args.count > 4 { st.rows = Int(args[4])! }
    for o in try st.outcomes(budgets: [0, 0.1, 0.3, 0.5, 0.7, 1], seed: seed) { print(seed, o.metrics.names.map { "\($0)=\(String(format: "%.3f", o.metrics[$0] ?? -1))" }.joined(separator: " ")) }
  }
}
if args[1] == "rep" {
  var r = PrivacyReproduction(searchPath: path, attack: attack)
  r.workers = 2
  r.models = seeds
  if args.count > 3 { r.rows = Set(args[3].split(separator: ",").map { Int($0)! }) }
  let t = Date()
  let run = try r.run { d, t in }
  for (row, c) in zip(run.rows, run.claims) { print(row, c.id, c.published ?? .nan, c.measured ?? .nan, c.spread ?? .nan, c.seeds, c.verdict.rawValue) }
  print(Date().timeIntervalSince(t), run.outcomes.count)
}
