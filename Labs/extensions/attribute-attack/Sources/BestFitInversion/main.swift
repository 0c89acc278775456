import Commands
import Inversion

var methods = MethodRegistry.builtIn
methods.attributeAttacks.add(BestFit.self)
await Program.run(methods)
