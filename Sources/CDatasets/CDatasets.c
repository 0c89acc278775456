#include "CDatasets.h"

// Embedding is part of C since 2023; this compiler has had it before as an extension.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char adult_yaml[] = {
#embed "Files/adult.yaml"
};

static const unsigned char breast_cancer_diagnostic_yaml[] = {
#embed "Files/breast-cancer-diagnostic.yaml"
};

static const unsigned char breast_cancer_wisconsin_yaml[] = {
#embed "Files/breast-cancer-wisconsin.yaml"
};

static const unsigned char diabetes_yaml[] = {
#embed "Files/diabetes.yaml"
};

static const unsigned char digits_yaml[] = {
#embed "Files/digits.yaml"
};

static const unsigned char german_credit_yaml[] = {
#embed "Files/german-credit.yaml"
};

static const unsigned char gss_happiness_yaml[] = {
#embed "Files/gss-happiness.yaml"
};

static const unsigned char iris_yaml[] = {
#embed "Files/iris.yaml"
};

static const unsigned char iris_fisher_yaml[] = {
#embed "Files/iris-fisher.yaml"
};

static const unsigned char iwpc_yaml[] = {
#embed "Files/iwpc.yaml"
};

static const unsigned char iwpc_onehot_yaml[] = {
#embed "Files/iwpc-onehot.yaml"
};

static const unsigned char iwpc_scaled_yaml[] = {
#embed "Files/iwpc-scaled.yaml"
};

static const unsigned char mushrooms_yaml[] = {
#embed "Files/mushrooms.yaml"
};

static const unsigned char pima_diabetes_yaml[] = {
#embed "Files/pima-diabetes.yaml"
};

static const unsigned char sever_enron_yaml[] = {
#embed "Files/sever-enron.yaml"
};

static const unsigned char sever_qsar_yaml[] = {
#embed "Files/sever-qsar.yaml"
};

static const unsigned char steak_yaml[] = {
#embed "Files/steak.yaml"
};

static const unsigned char warfarin_synthetic_yaml[] = {
#embed "Files/warfarin-synthetic.yaml"
};

static const unsigned char wine_yaml[] = {
#embed "Files/wine.yaml"
};

static const unsigned char breast_cancer_diagnostic_csv_gz[] = {
#embed "Files/breast-cancer-diagnostic.csv.gz"
};

static const unsigned char diabetes_csv_gz[] = {
#embed "Files/diabetes.csv.gz"
};

static const unsigned char digits_csv_gz[] = {
#embed "Files/digits.csv.gz"
};

static const unsigned char iris_fisher_csv_gz[] = {
#embed "Files/iris-fisher.csv.gz"
};

static const unsigned char wine_csv_gz[] = {
#embed "Files/wine.csv.gz"
};

#define FILE_OF(name, bytes) { name, bytes, sizeof bytes }

static const struct bezoar_file files[] = {
  FILE_OF("adult.yaml", adult_yaml),
  FILE_OF("breast-cancer-diagnostic.yaml", breast_cancer_diagnostic_yaml),
  FILE_OF("breast-cancer-wisconsin.yaml", breast_cancer_wisconsin_yaml),
  FILE_OF("diabetes.yaml", diabetes_yaml),
  FILE_OF("digits.yaml", digits_yaml),
  FILE_OF("german-credit.yaml", german_credit_yaml),
  FILE_OF("gss-happiness.yaml", gss_happiness_yaml),
  FILE_OF("iris.yaml", iris_yaml),
  FILE_OF("iris-fisher.yaml", iris_fisher_yaml),
  FILE_OF("iwpc.yaml", iwpc_yaml),
  FILE_OF("iwpc-onehot.yaml", iwpc_onehot_yaml),
  FILE_OF("iwpc-scaled.yaml", iwpc_scaled_yaml),
  FILE_OF("mushrooms.yaml", mushrooms_yaml),
  FILE_OF("pima-diabetes.yaml", pima_diabetes_yaml),
  FILE_OF("sever-enron.yaml", sever_enron_yaml),
  FILE_OF("sever-qsar.yaml", sever_qsar_yaml),
  FILE_OF("steak.yaml", steak_yaml),
  FILE_OF("warfarin-synthetic.yaml", warfarin_synthetic_yaml),
  FILE_OF("wine.yaml", wine_yaml),
  FILE_OF("breast-cancer-diagnostic.csv.gz", breast_cancer_diagnostic_csv_gz),
  FILE_OF("diabetes.csv.gz", diabetes_csv_gz),
  FILE_OF("digits.csv.gz", digits_csv_gz),
  FILE_OF("iris-fisher.csv.gz", iris_fisher_csv_gz),
  FILE_OF("wine.csv.gz", wine_csv_gz),
};

const size_t bezoar_file_count = sizeof files / sizeof files[0];

const struct bezoar_file *bezoar_file_at(size_t index) {
  return index < bezoar_file_count ? &files[index] : NULL;
}
