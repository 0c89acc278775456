public import Experiments

/// A published statement on attacks on privacy; its work are the experiments that test it.
public typealias InversionStatement = PublishedStatement<[any InversionExperiment]>
