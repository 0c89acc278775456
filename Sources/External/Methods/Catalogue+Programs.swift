public import Inversion
public import Methods
public import Poisoning
public import Guarding

extension Catalogue where Element == any PoisoningAttack {
  /// The catalogue, in which `exec:PROGRAM` names an attack in any language.
  public var takingPrograms: Catalogue { taking(ExternalPoisoning.self) { $0 } }
}

extension Catalogue where Element == any PoisoningDefence {
  /// The catalogue, in which `exec:PROGRAM` names a defence in any language.
  public var takingPrograms: Catalogue { taking(ExternalDefence.self) { $0 } }
}

extension Catalogue where Element == any MembershipAttack {
  /// The catalogue, in which `exec:PROGRAM` names an attack in any language.
  public var takingPrograms: Catalogue { taking(ExternalMembership.self) { $0 } }
}

extension Catalogue where Element == any InversionAttack {
  /// The catalogue, in which `exec:PROGRAM` names an attack in any language.
  public var takingPrograms: Catalogue { taking(ExternalAttribute.self) { $0 } }
}

extension Catalogue where Element == any QueryDetector {
  /// The catalogue, in which `exec:PROGRAM` names a detector in any language.
  public var takingPrograms: Catalogue { taking(ExternalDetector.self) { $0 } }
}
