public import Experiments

/// A statement on attacks on privacy; its work is the list of experiments that test it.
public typealias InversionStatement = Statement<[any InversionExperiment]>

/// Sources that several statements have in common.
enum InversionSource {
  static let pharmacogenetics =
    "Fredrikson et al., Privacy in Pharmacogenetics, USENIX Security 2014"
  static let confidence =
    "Fredrikson, Jha, Ristenpart, Model Inversion Attacks that Exploit Confidence Information, CCS 2015"
  static let consortium = "IWPC, N. Engl. J. Med. 360:753 (2009)"
  static let equations =
    "\(consortium), table 3 as in PMC2722908, its groups of doses weighted by their sizes"
  static let scikitLearn = "scikit-learn 1.9.1, run by this project"

  /// A published share of the 5,052 patients of the consortium.
  static func patients(_ share: Double, noEffect: Double) -> Expectation {
    .around(share, .people(5052), noEffect: noEffect)
  }

  /// Several splits for each seed, for measures that vary much and cost little.
  static func splits(_ seeds: [UInt64], each count: UInt64) -> [UInt64] {
    seeds.flatMap { seed in (0..<count).map { seed &* 100 &+ $0 } }
  }
}
