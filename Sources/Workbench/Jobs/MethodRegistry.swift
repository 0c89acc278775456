public import Privacy
import External
public import Inversion
public import Learning
public import Methods
public import Poisoning
public import Guarding
public import Stealing

/// The methods that the command line knows, family by family.
///
/// A program of one's own starts with ``builtIn``, adds its methods and hands the registry to `Program.run`.
public struct MethodRegistry: Sendable {
  /// Attacks on the training of a regression.
  public var poisoningAttacks = PoisoningAttacks.builtIn.takingPrograms
  /// Defences of training.
  public var trainingDefences = TrainingDefences.builtIn.takingPrograms
  /// Attacks that copy a model.
  public var extractionAttacks = ExtractionAttacks.builtIn
  /// Attacks on an attribute of people.
  public var attributeAttacks = AttributeAttacks.builtIn.takingPrograms
  /// Attacks on membership.
  public var membershipAttacks = MembershipAttacks.builtIn.takingPrograms
  /// Attacks that rebuild a training row.
  public var reconstructionAttacks = ReconstructionAttacks.builtIn
  /// Attacks that rebuild a class.
  public var classAttacks = ClassReconstructionAttacks.builtIn
  /// Private trainings of tables.
  public var mechanisms = PrivateMechanisms.builtIn
  /// Guards of answers.
  public var guards = ResponseGuards.builtIn
  /// Detectors of extraction.
  public var detectors = QueryDetectors.builtIn.takingPrograms
  /// Ways of training a model.
  public var learners = Learners.builtIn

  /// The methods that come with the package.
  public static let builtIn = MethodRegistry()

  private init() {}

  /// All methods with their settings, in the order in which they are listed.
  public var entries: [MethodEntry] {
    poisoningAttacks.entries + extractionAttacks.entries + attributeAttacks.entries
      + membershipAttacks.entries + reconstructionAttacks.entries + classAttacks.entries
      + trainingDefences.entries + mechanisms.entries + guards.entries
      + detectors.entries + learners.entries
  }

  /// What stands for methods that are programs, family by family.
  public var openEntries: [MethodEntry] {
    poisoningAttacks.openEntries + attributeAttacks.openEntries + membershipAttacks.openEntries
      + trainingDefences.openEntries + detectors.openEntries
  }
}
