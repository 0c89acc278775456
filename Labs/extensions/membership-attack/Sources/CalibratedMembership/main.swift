import Commands
import Inversion

var methods = MethodRegistry.builtIn
methods.membershipAttacks.add(CalibratedScore.self)
await Program.run(methods)
