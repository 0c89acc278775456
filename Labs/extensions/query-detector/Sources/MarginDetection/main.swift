import Commands
import Stealing

var methods = MethodRegistry.builtIn
methods.detectors.add(NarrowMargins.self)
await Program.run(methods)
