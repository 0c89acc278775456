import Commands
import Guarding

var methods = MethodRegistry.builtIn
methods.guards.add(Temperature.self)
await Program.run(methods)
