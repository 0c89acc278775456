/// The operators that are understood in graphs of other programs.
enum ImportedOperator: String, CaseIterable {
  case add = "Add"
  case argMax = "ArgMax"
  case arrayFeatureExtractor = "ArrayFeatureExtractor"
  case cast = "Cast"
  case concat = "Concat"
  case div = "Div"
  case featureVectorizer = "FeatureVectorizer"
  case gather = "Gather"
  case identity = "Identity"
  case imputer = "Imputer"
  case linearClassifier = "LinearClassifier"
  case linearRegressor = "LinearRegressor"
  case matMul = "MatMul"
  case mul = "Mul"
  case normalizer = "Normalizer"
  case oneHotEncoder = "OneHotEncoder"
  case relu = "Relu"
  case reshape = "Reshape"
  case scaler = "Scaler"
  case sigmoid = "Sigmoid"
  case softmax = "Softmax"
  case sub = "Sub"
  case tanh = "Tanh"
  case treeEnsembleClassifier = "TreeEnsembleClassifier"
  case treeEnsembleRegressor = "TreeEnsembleRegressor"
  case zipMap = "ZipMap"

  /// Where the operator is defined.
  var domain: OperatorDomain {
    switch self {
    case .arrayFeatureExtractor, .featureVectorizer, .imputer, .linearClassifier, .linearRegressor,
      .normalizer, .oneHotEncoder,
      .scaler, .treeEnsembleClassifier, .treeEnsembleRegressor, .zipMap:
      .ml
    case .add, .argMax, .cast, .concat, .div, .gather, .identity, .matMul, .mul, .relu, .reshape, .sigmoid,
      .softmax, .sub, .tanh:
      .standard
    }
  }
}
