import Commands
import Stealing

var methods = MethodRegistry.builtIn
methods.extractionAttacks.add(CoreSet.self)
await Program.run(methods)
