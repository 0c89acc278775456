import TestSupport

/// The built program in a process of its own; `Commands` has a type of the same name, which is a call in this process.
typealias Program = TestSupport.BuiltProgram
