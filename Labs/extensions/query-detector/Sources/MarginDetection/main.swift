import Commands
import Guarding

var methods = MethodRegistry.builtIn
methods.detectors.add(NarrowMargins.self)
await Program.run(methods)
