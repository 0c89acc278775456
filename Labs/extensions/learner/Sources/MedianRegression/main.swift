import Commands
import Learning

var methods = MethodRegistry.builtIn
methods.learners.add(LeastAbsoluteDeviations.self)
await Program.run(methods)
