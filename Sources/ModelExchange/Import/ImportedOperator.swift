/// The operators that are understood in graphs of other programs.
enum ImportedOperator: String, CaseIterable {
  case abs = "Abs"
  case add = "Add"
  case argMax = "ArgMax"
  case arrayFeatureExtractor = "ArrayFeatureExtractor"
  case cast = "Cast"
  case concat = "Concat"
  case div = "Div"
  case exp = "Exp"
  case featureVectorizer = "FeatureVectorizer"
  case gather = "Gather"
  case identity = "Identity"
  case imputer = "Imputer"
  case labelEncoder = "LabelEncoder"
  case linearClassifier = "LinearClassifier"
  case linearRegressor = "LinearRegressor"
  case matMul = "MatMul"
  case mul = "Mul"
  case neg = "Neg"
  case normalizer = "Normalizer"
  case not = "Not"
  case oneHotEncoder = "OneHotEncoder"
  case reciprocal = "Reciprocal"
  case reduceSum = "ReduceSum"
  case relu = "Relu"
  case reshape = "Reshape"
  case scaler = "Scaler"
  case sigmoid = "Sigmoid"
  case slice = "Slice"
  case softmax = "Softmax"
  case sub = "Sub"
  case tanh = "Tanh"
  case treeEnsembleClassifier = "TreeEnsembleClassifier"
  case treeEnsembleRegressor = "TreeEnsembleRegressor"
  case `where` = "Where"
  case zipMap = "ZipMap"

  /// Where the operator is defined.
  var domain: OperatorDomain {
    switch self {
    case .arrayFeatureExtractor, .featureVectorizer, .imputer, .labelEncoder, .linearClassifier,
      .linearRegressor, .normalizer, .oneHotEncoder, .scaler, .treeEnsembleClassifier,
      .treeEnsembleRegressor, .zipMap:
      .ml
    case .abs, .add, .argMax, .cast, .concat, .div, .exp, .gather, .identity, .matMul, .mul, .neg, .not,
      .reciprocal, .reduceSum, .relu, .reshape, .sigmoid, .slice, .softmax, .sub, .tanh, .where:
      .standard
    }
  }
}
