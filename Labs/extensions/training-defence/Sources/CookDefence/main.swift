import Commands
import Poisoning

var methods = MethodRegistry.builtIn
methods.trainingDefences.add(CookDistance.self)
await Program.run(methods)
