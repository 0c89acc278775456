"""Exports the small real tables that come with scikit-learn into Datasets/, each with its card.

Run: python3 Tests/Fixtures/make/bundled_tables.py
Writes NAME.csv.gz (no time stamp, so that the bytes repeat) and NAME.yaml. Numbers have as many digits as bring the same
double back. The Croissant files are made from the cards: `bezoar data describe NAME --croissant`.
"""
import csv
import gzip
import hashlib
import io
import os

import sklearn
from sklearn import datasets

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "Datasets")
CC = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
CARDS = {
    "breast-cancer-diagnostic": dict(
        load=datasets.load_breast_cancer, title="Breast Cancer Wisconsin (Diagnostic)", target="diagnosis", licence=CC,
        text="569 biopsies of breast tumours with 30 measures of the cell nuclei, benign or malignant.",
        cite="Wolberg, Street, Mangasarian. Breast Cancer Wisconsin (Diagnostic). UCI Machine Learning Repository, 1995, "
             "doi:10.24432/C5DW2B.",
        creators=["William H. Wolberg", "W. Nick Street", "Olvi L. Mangasarian"], published="1995-11-01",
        url="https://archive.ics.uci.edu/dataset/17", sensitive=["diagnosis"], meaning="measure of the cell nuclei",
        label="malignant or benign", kind="categorical"),
    "diabetes": dict(
        load=lambda: datasets.load_diabetes(scaled=False), title="Diabetes (Efron et al.)", target="progression",
        licence=("none stated", None),
        text="442 patients with ten baseline measures and the progression of diabetes one year later.",
        cite="Efron, Hastie, Johnstone, Tibshirani. Least angle regression. Annals of Statistics 32(2):407-499, 2004.",
        creators=["Bradley Efron", "Trevor Hastie", "Iain Johnstone", "Robert Tibshirani"], published="2004-04-01",
        url="https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html", sensitive=["age", "sex", "progression"],
        meaning="baseline measure", label="disease progression after a year", kind="numeric"),
    "digits": dict(
        load=datasets.load_digits, title="Optical recognition of handwritten digits", target="digit", licence=CC,
        text="1,797 handwritten digits of 8 x 8 pixels with 17 grey levels: the test part of the UCI data set.",
        cite="Alpaydin, Kaynak. Optical Recognition of Handwritten Digits. UCI Machine Learning Repository, 1998, "
             "doi:10.24432/C50P49.",
        creators=["Ethem Alpaydin", "Cenk Kaynak"], published="1998-07-01",
        url="https://archive.ics.uci.edu/dataset/80", sensitive=[], meaning="grey level, 0 to 16",
        label="0 to 9", kind="categorical"),
    "iris-fisher": dict(
        load=datasets.load_iris, title="Iris (Fisher's table)", target="species", licence=CC,
        text="Three species of iris, fifty flowers of each, as printed by Fisher; the copy at UCI, which the card iris "
             "describes, differs in two rows.",
        cite="Fisher. The use of multiple measurements in taxonomic problems. Annals of Eugenics 7:179-188, 1936.",
        creators=["Ronald A. Fisher"], published="1936-09-01", url="https://archive.ics.uci.edu/dataset/53",
        sensitive=[], meaning="cm", label="species", kind="categorical"),
    "wine": dict(
        load=datasets.load_wine, title="Wine", target="cultivar", licence=CC,
        text="178 wines of one region with 13 chemical measures, from three cultivars.",
        cite="Aeberhard, Forina. Wine. UCI Machine Learning Repository, 1992, doi:10.24432/C5PC7J.",
        creators=["Stefan Aeberhard", "M. Forina"], published="1991-07-01",
        url="https://archive.ics.uci.edu/dataset/109", sensitive=[], meaning="chemical measure",
        label="class_0 to class_2", kind="categorical"),
}


def quoted(text):
    return '"' + text.replace('"', '\\"') + '"'


def number(value):
    return repr(int(value)) if float(value).is_integer() else repr(float(value))


def exported(bunch, target):
    names = [str(name).removesuffix(" (cm)") for name in bunch.feature_names]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names + [target])
    labels = getattr(bunch, "target_names", None)
    for row, label in zip(bunch.data, bunch.target):
        answer = number(label) if labels is None else str(labels[label])
        writer.writerow([number(value) for value in row] + [answer])
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, compresslevel=9, filename="") as file:
        file.write(text.getvalue().encode())
    return names, packed.getvalue()


def card(name, about, names, data, rows):
    licence, licence_url = about["licence"]
    lines = [f"id: {name}", f"title: {quoted(about['title'])}", "description: >-", f"  {about['text']}",
             "citation: >-", f"  {about['cite']}", "licence:", f"  name: {quoted(licence)}"]
    lines += [f"  url: {licence_url}"] if licence_url else []
    lines += ["creators:"] + [f"  - {quoted(person)}" for person in about["creators"]]
    lines += [f"published: \"{about['published']}\"", f"url: {about['url']}", "files:", f"  - path: {name}.csv.gz",
              f"    sha256: {hashlib.sha256(data).hexdigest()}", f"    bytes: {len(data)}", "    format: csv",
              '    separator: ","', "    header: true", "    urls: []", f"rows: {rows}", f"columns: {len(names) + 1}",
              f"target: {quoted(about['target'])}",
              "sensitive: [" + ", ".join(quoted(column) for column in about["sensitive"]) + "]", "schema:"]
    lines += [f"  - {{name: {quoted(column)}, kind: numeric, meaning: {quoted(about['meaning'])}}}" for column in names]
    lines += [f"  - {{name: {quoted(about['target'])}, kind: {about['kind']}, meaning: {quoted(about['label'])}}}",
              "traps:", f"  - \"Exported from scikit-learn {sklearn.__version__}, which bundles it; built into the program.\""]
    return "\n".join(lines) + "\n"


def main():
    for name, about in CARDS.items():
        bunch = about["load"]()
        names, data = exported(bunch, about["target"])
        with open(os.path.join(FOLDER, f"{name}.csv.gz"), "wb") as file:
            file.write(data)
        with open(os.path.join(FOLDER, f"{name}.yaml"), "w") as file:
            file.write(card(name, about, names, data, len(bunch.target)))
        print(name, len(data), "bytes")


main()
