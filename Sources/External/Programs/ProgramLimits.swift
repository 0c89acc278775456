/// What an external method may use, and who is told what it says.
public struct ProgramLimits: Sendable {
  /// Longest time of one run; of a detector, longest time until it is ready.
  public var time: Duration = .seconds(600)
  /// Largest address space of a process, in bytes; systems without such a limit (macOS) do not keep it.
  public var memory = 4 << 30
  /// Largest file that it may write, in bytes.
  public var fileSize = 256 << 20
  /// Longest time that a detector may take for a query.
  public var queryTime: Duration = .seconds(10)
  /// Told the lines that a program writes to its standard output and standard error; nil for nobody.
  public var tell: (@Sendable (String) -> Void)?

  /// The standard limits.
  public init() {}

  /// The limits of the command that runs; they are taken over when a method is made.
  @TaskLocal public static var current = ProgramLimits()
}
