public import Tabular

extension Table {
  /// The columns of a warfarin cohort, in this order:
  ///
  /// | name | values |
  /// | --- | --- |
  /// | `race` | white, asian, black, unknown |
  /// | `gender` | female, male, unknown |
  /// | `age` | decade, 1 for 10 to 19 years ... 9 for 90 and over |
  /// | `height` | cm |
  /// | `weight` | kg |
  /// | `vkorc1` | A/A, A/G, G/G, unknown |
  /// | `cyp2c9` | *1/*1, *1/*2, *1/*3, *2/*2, *2/*3, *3/*3, unknown |
  /// | `amiodarone` | no, yes |
  /// | `inducer` | no, yes |
  /// | `dose` | mg per week, the usual target |
  ///
  /// Levels stand in the order given here, without those of no patient, so that two cohorts with the same
  /// levels have the same design matrix. A genotype that is not known is a level of its own.
  public init(warfarin records: [WarfarinRecord]) {
    let patients = records.map(\.patient)
    func numbers(_ name: String, _ values: [Double]) -> Column {
      Column(name: name, values: .numeric(values))
    }
    func flags(_ name: String, _ values: [Bool]) -> Column {
      .ordered(name: name, texts: values.map { $0 ? "yes" : "no" }, levels: ["no", "yes"])
    }
    func levels<Value: RawRepresentable<String> & CaseIterable>(
      _ name: String, _ values: [Value?]
    ) -> Column {
      let known = Value.allCases.map(\.rawValue)
      return .ordered(
        name: name, texts: values.map { $0?.rawValue ?? "unknown" },
        levels: known.contains("unknown") ? known : known + ["unknown"])
    }
    self.init(columns: [
      levels("race", patients.map { $0.race }),
      levels("gender", patients.map(\.gender)),
      numbers("age", patients.map { Double($0.ageDecade) }),
      numbers("height", patients.map(\.height)),
      numbers("weight", patients.map(\.weight)),
      levels("vkorc1", patients.map(\.vkorc1)),
      levels("cyp2c9", patients.map(\.cyp2c9)),
      flags("amiodarone", patients.map(\.takesAmiodarone)),
      flags("inducer", patients.map(\.takesInducer)),
      numbers("dose", records.map(\.weeklyDose)),
    ])
  }
}

extension Table.Column {
  /// A categorical column with its levels in the given order, less those that do not occur; every text is one
  /// of the levels.
  static func ordered(name: String, texts: [String], levels: [String]) -> Self {
    let present = Set(texts)
    let used = levels.filter { present.contains($0) }
    let codes = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    return Self(
      name: name, values: .categorical(codes: texts.map { codes[$0] ?? -1 }, levels: used))
  }
}
