/// What a method does; ids are unique within a family.
public enum MethodFamily: String, Sendable, Hashable, Codable, CaseIterable {
  case poisoning
  case extraction
  case attributeInference = "attribute-inference"
  case membershipInference = "membership-inference"
  case reconstruction
  case classReconstruction = "class-reconstruction"
  case trainingDefence = "training-defence"
  case mechanism
  case `guard`
  case queryDetector = "query-detector"
  case learner

  /// Heading over the methods of the family.
  public var title: String {
    switch self {
    case .poisoning: "Poisoning attacks"
    case .extraction: "Extraction attacks"
    case .attributeInference: "Attribute inference attacks"
    case .membershipInference: "Membership inference attacks"
    case .reconstruction: "Reconstruction attacks"
    case .classReconstruction: "Class reconstruction attacks"
    case .trainingDefence: "Defences of training"
    case .mechanism: "Private training mechanisms"
    case .guard: "Guards of answers"
    case .queryDetector: "Detectors of extraction"
    case .learner: "Learners"
    }
  }

  /// Whether the methods of the family attack.
  public var isAttack: Bool {
    switch self {
    case .poisoning, .extraction, .attributeInference, .membershipInference, .reconstruction,
      .classReconstruction:
      true
    case .trainingDefence, .mechanism, .guard, .queryDetector, .learner: false
    }
  }
}
