import Files
import ArgumentParser
import Reporting
import Workbench

/// Guesses attributes of people, or rebuilds classes, through a model.
struct InvertCommand: AsyncParsableCommand, TakesPrograms {
  static let configuration = CommandConfiguration(
    commandName: "invert",
    abstract:
      "Guess a sensitive column of people through a model, rebuild a class, or rebuild a training row.",
    discussion: """
      With --sensitive: attacks on a column, beside guesses that need no model, on
      people in the training data and on others apart. The model is a file, a
      service, or trained here on part of a data set (--train). With --class: the
      input that the model takes for a class with confidence. With --knows or
      --before: one training row of a linear or logistic model file.

      Examples:
        bezoar invert --train ols --data iwpc-scaled --target dose \\
          --sensitive vkorc1 \\
          --categories race,amiodarone,decr,cyp2c9,vkorc1 --group race
        bezoar invert --model tree.json --data people.csv --sensitive smokes \\
          --members training.csv
        bezoar invert http://127.0.0.1:8080 --data people.csv --target income \\
          --sensitive married
        bezoar invert --model digits.json --class all --width 8
        bezoar invert --model iris.onnx --class all --data iris.csv
        bezoar invert --model ridge.json --knows all-but-one.csv
        bezoar invert --model after.json --before before.json --data public.csv

      'bezoar list map' shows the settings of an attack.
      """)

  @OptionGroup var source: InvertSource
  @OptionGroup var choices: InvertOptions
  @OptionGroup var programs: ProgramOptions
  @OptionGroup var options: GlobalOptions

  func validate() throws { try choices.check(source, options) }

  func run() async throws {
    try AtomicFile.createFolder(choices.output)
    let context = options.context
    let result: any PageResult =
      switch try choices.job(source, seeds: options.seeds(choices.seeds)) {
      case .row(let job): try await job.run(context)
      case .classes(let job): try await job.run(context)
      case .attribute(let job): try await job.run(context)
      }
    let page = try options.publish(result, to: choices.output)
    options.console.note("report: \(page)")
  }
}
