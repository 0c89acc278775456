import Workbench

/// The methods that the command line knows; see the library `Workbench`.
public typealias MethodRegistry = Workbench.MethodRegistry

extension Workbench.MethodRegistry {
  /// The methods of the command that runs.
  @TaskLocal static var current = MethodRegistry.builtIn
}
