import Commands
import Poisoning

var methods = MethodRegistry.builtIn
methods.poisoningAttacks.add(Subpopulation.self)
await Program.run(methods)
