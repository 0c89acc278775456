"""Stand-ins for the tables that people keep in public collections, read by pandas; writes Tests/Fixtures/tables.json.

Run: python3 Tests/Fixtures/make/table_dialects.py
Every case is a made-up file in one of the usual dialects, with the options of pandas.read_csv that a careful user
would give, and what pandas reads: rows, and for every column its name, whether it is of numbers, how many values are
missing, the sum of its numbers or how many different words it has. `options` are those of the reader under test; without
any it has to find out by itself. Where the reader keeps what pandas drops, the case says so:
`None` in a column of words stays a word (keep_default_na off), ids beyond 2^63 are words (dtype), an unnamed column is
called by its place.
"""
import base64
import csv
import io
import json
import os
import random

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

# The words that mean nothing else, in any column.
MISSING = ["", "NA", "N/A", "NaN", "nan", "-NaN", "-nan", "null", "NULL", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>"]
CASES = []


def case(name, text, options=None, names=None, keep_none=True, **pandas):
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    values = MISSING + pandas.pop("na_values", [])
    pandas.setdefault("skipinitialspace", True)
    frame = pd.read_csv(io.BytesIO(data), keep_default_na=False, na_values=values, **pandas)
    if names:
        frame.columns = names(frame) if callable(names) else names
    columns = []
    for column in frame.columns:
        series = frame[column]
        numeric = is_numeric_dtype(series) and not is_bool_dtype(series)
        present = series.dropna()
        columns.append({
            "name": str(column).strip(), "numeric": bool(numeric), "missing": int(series.isna().sum()),
            "sum": float(sum(float(v) for v in present)) if numeric else 0,
            "levels": 0 if numeric else len({str(v).strip() for v in present})})
    stored = {"text": text} if isinstance(text, str) else {"base64": base64.b64encode(data).decode()}
    CASES.append({"name": name, **stored, "options": options or {}, "rows": len(frame), "columns": columns})


def table(header, rows, sep=",", end="\n", quoting=csv.QUOTE_MINIMAL, last=True):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sep, lineterminator=end, quoting=quoting)
    if header:
        writer.writerow(header)
    writer.writerows(rows)
    text = out.getvalue()
    return text if last else text[:-len(end)]


def people(rng, n=24):
    return ["age", "workclass", "hours", "income"], [
        [20 + rng.randrange(50), rng.choice(["Private", "State gov", "Self"]), rng.randrange(20, 60),
         rng.choice(["<=50K", ">50K"])] for _ in range(n)]


def flowers(rng, n=24):
    return ["sepal length", "sepal width", "species"], [
        [round(4 + 3 * rng.random(), 1), round(2 + 2 * rng.random(), 1), rng.choice(["Iris-setosa", "Iris-virginica"])]
        for _ in range(n)]


def houses(rng, n=24):
    return ["id", "zip", "date", "rooms", "price", "note"], [
        [f"H{1000 + i}", f"{rng.randrange(500, 99999):05d}", f"2019-{1 + i % 12:02d}-{1 + i % 28:02d}", rng.randrange(1, 9),
         round(1e5 * (1 + rng.random()), 2), rng.choice(["ok", "with garden, south", 'so-called "loft"', ""])]
        for i in range(n)]


def sensors(rng, n=24):
    return ["time", "t1", "t2", "on"], [
        [f"{i % 24:02d}:{(i * 7) % 60:02d}:00", round(rng.gauss(20, 5), 3), f"{rng.gauss(0, 1e-4):.3e}",
         rng.choice(["True", "False"])] for i in range(n)]


def wide(rng, n=24):
    return ["country"] + [f"x{i}" for i in range(12)], [
        [rng.choice(["Peru", "Côte d'Ivoire", "Österreich"])] + [rng.randrange(1000) for _ in range(12)] for _ in range(n)]


def dialects():
    """Every base table in every separator, line end and manner of quoting."""
    for make in (people, flowers, houses, sensors, wide):
        header, rows = make(random.Random(make.__name__))
        for sep, word in ((",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")):
            for end, ending in (("\n", "LF"), ("\r\n", "CRLF")):
                quoting = csv.QUOTE_ALL if (sep, end) in ((",", "\r\n"), (";", "\n")) else csv.QUOTE_MINIMAL
                case(f"{make.__name__}, {word}, {ending}", table(header, rows, sep, end, quoting), sep=sep)
        case(f"{make.__name__}, no last line end", table(header, rows, last=False))
        case(f"{make.__name__}, CR", table(header, rows, end="\r"), lineterminator="\r")
        case(f"{make.__name__}, byte order mark", "\ufeff" + table(header, rows), encoding="utf-8-sig")
        case(f"{make.__name__}, UTF-16", table(header, rows).encode("utf-16"), encoding="utf-16")
        case(f"{make.__name__}, UTF-16 big", b"\xfe\xff" + table(header, rows).encode("utf-16-be"), encoding="utf-16")
        case(f"{make.__name__}, blanks after commas", table(header, rows).replace(",", ", "), skipinitialspace=True)
        case(f"{make.__name__}, blank lines", "\n" + table(header, rows).replace("\n", "\n\n"))
        case(f"{make.__name__}, pandas index", table([""] + header, [[i] + row for i, row in enumerate(rows)]),
             names=lambda f: ["column1"] + list(f.columns[1:]))
        case(f"{make.__name__}, write.csv of R",
             table([""] + header, [[str(i + 1)] + row for i, row in enumerate(rows)], quoting=csv.QUOTE_NONNUMERIC),
             names=lambda f: ["column1"] + list(f.columns[1:]))
        case(f"{make.__name__}, rows end with a comma", table(header, [row + [""] for row in rows]), index_col=False)
        case(f"{make.__name__}, all lines end with a comma", table(header + [""], [row + [""] for row in rows]),
             usecols=range(len(header)))
        case(f"{make.__name__}, remarks", "# made up\n# unit: none\n" + table(header, rows), comment="#")
        case(f"{make.__name__}, sep=;", "sep=;\n" + table(header, rows, ";"), sep=";", skiprows=1)


def headless():
    numbers = lambda f: [f"column{i + 1}" for i in range(f.shape[1])]
    for make in (people, flowers):
        header, rows = make(random.Random(make.__name__))
        case(f"{make.__name__}, no names", table(None, rows), header=None, names=numbers)
        case(f"{make.__name__}, no names, tab", table(None, rows, "\t"), header=None, names=numbers, sep="\t")
    rng = random.Random(1)
    rows = [[rng.randrange(12), rng.randrange(60, 200), round(20 + 20 * rng.random(), 1), rng.randrange(2)] for _ in range(24)]
    case("numbers alone, no names (pima)", table(None, rows), header=None, names=numbers)
    case("letters alone, no names (mushrooms)", table(None, [[rng.choice("pe"), rng.choice("xbf"), rng.choice("sy"),
         rng.choice("nyw?")] for _ in range(40)]), header=None, names=numbers)
    case("words alone, no names (cars)", table(None, [[rng.choice(["vhigh", "high", "low"]), rng.choice(["2", "3", "5more"]),
         rng.choice(["small", "big"]), rng.choice(["unacc", "acc"])] for _ in range(40)]), header=None, names=numbers)
    case("ids and letters, no names (wdbc)", table(None, [[842300 + 17 * i, rng.choice("MB"), round(rng.gauss(15, 3), 2)]
         for i in range(24)]), header=None, names=numbers)
    case("question marks, no names (hepatitis)", table(None, [[rng.choice([1, 2]), rng.choice(["?", "1", "2"]),
         rng.choice(["?", "0.7", "1.3"])] for _ in range(24)]), header=None, names=numbers, na_values=["?"])
    case("dates, no names", table(None, [[f"2020-03-{1 + i:02d}", round(rng.random(), 3)] for i in range(24)]), header=None,
         names=numbers)
    case("blanks, no names (housing)", "".join(
        f" {rng.random():.5f}  {rng.randrange(100):3d}.00   {rng.random() * 9:.3f}  {rng.randrange(2)}\n" for _ in range(24)),
        header=None, names=numbers, sep=r"\s+")
    case("blanks and a quoted last column, no names (auto-mpg)", "".join(
        f"{18 + i % 9}.0   8   {300 + i}.0      {'?' if i == 5 else '130.0'}      35{i:02d}.      12.0   70  1\t\"car {i % 5}\"\n"
        for i in range(24)), header=None, names=numbers, sep=r"\s+", na_values=["?"])


def gaps():
    rng = random.Random(2)
    for marker in ("?", "-", ".", "..", "None", "NULL", "n/a", "#N/A", "NaN", "*", "--", "\\N", "unknown", "missing", "none",
                   "<NA>", "#DIV/0!", "N.A.", "nd"):
        rows = [[i, marker if i % 7 == 3 else round(rng.gauss(50, 9), 1), rng.choice("ab")] for i in range(28)]
        case(f"'{marker}' among numbers", table(["day", "x", "k"], rows), na_values=[marker])
        rows = [[i, marker if i % 7 == 0 else rng.randrange(9), rng.choice("ab")] for i in range(28)]
        case(f"'{marker}' in the first row", table(["day", "x", "k"], rows), na_values=[marker])
    for marker in ("?", "-", "None", "unknown", "none"):
        rows = [[i, marker if i % 5 == 3 else rng.choice(["red", "blue"])] for i in range(30)]
        case(f"'{marker}' among words", table(["day", "colour"], rows))
    for marker in ("NULL", "n/a", "#N/A", ""):
        rows = [[i, marker if i % 5 == 3 else rng.choice(["red", "blue"])] for i in range(30)]
        case(f"'{marker}' among words", table(["day", "colour"], rows))
    rows = [[-9 if i % 6 == 1 else round(rng.random() * 9, 1), rng.choice("ab")] for i in range(30)]
    case("-9 by option", table(["x", "k"], rows), {"na": ["-9"]}, na_values=["-9"])
    case("-9.0 by option", table(["x", "k"], [[f"{a}.0" if a == -9 else a, b] for a, b in rows]), {"na": ["-9"]},
         na_values=["-9", "-9.0"])
    rows = [["twelve" if i == 17 else round(rng.gauss(40, 9), 2), rng.choice(["Yes", "No"])] for i in range(60)]
    case("one word among numbers", table(["charges", "churn"], rows), na_values=["twelve"])
    rows = [[5 if i % 3 else "many", rng.choice("ab")] for i in range(30)]
    case("words among few numbers", table(["x", "k"], rows))
    case("a column without values", table(["x", "empty", "k"], [[i * i, "", "a"] for i in range(10)]))


def names():
    rng = random.Random(3)
    values = lambda n: [[round(rng.random() * 90, 1) for _ in range(n)] for _ in range(20)]
    case("years as names", table(["region", 1990, 2000, 2010], [[f"R{i}"] + v for i, v in enumerate(values(3))]))
    case("years as names alone", table([1990, 2000, 2010], values(3)))
    case("years and a word as names", table(["region", "2019", "total"], [[f"R{i}"] + v for i, v in enumerate(values(2))]))
    case("numbered names", table([0, 1, 2, 3], values(4)))
    case("numbered names behind an index", table(["", 0, 1], [[i] + v for i, v in enumerate(values(2))]),
         names=["column1", "0", "1"])
    case("wavelengths as names", table([400, 410, 420, 430, "class"], [v + [rng.choice("ab")] for v in values(4)]))
    case("a name twice", table(["age", "score", "score", "y"], values(4)))
    case("a name three times", table(["a", "a", "a"], values(3)))
    case("a name twice beside its number", table(["a", "a.1", "a"], values(3)))
    case("names with commas, quotes and blanks", table(["x 1", "x,2", 'the "third"', "Happiness of  marriage"], values(4)))
    case("names of write.table of R", '"x" "k"\n' + "".join(f'"{i + 1}" {v[0]} "a b"\n' for i, v in enumerate(values(1))),
         names=["row_names", "x", "k"], sep=r"\s+", header=None, skiprows=1)
    case("names behind # (savetxt)", "# a b y\n" + "".join(" ".join(map(str, v)) + "\n" for v in values(3)), sep=r"\s+",
         header=None, skiprows=1, names=["a", "b", "y"])
    case("one column", table(["x"], values(1)))
    case("one row", table(["a", "b"], [[1, "x"]]))
    case("all words, with names", table(["first", "second"], [[rng.choice("ab"), rng.choice("cd")] for _ in range(30)]))


def numbers():
    rng = random.Random(4)
    plain = [round(rng.random() * 5000, 2) for _ in range(24)]
    comma = lambda v: f"{v:.2f}".replace(".", ",")
    case("decimal comma, semicolon", "x;k\n" + "".join(f"{comma(v)};a\n" for v in plain), sep=";", decimal=",")
    case("decimal comma, tab", "x\tk\n" + "".join(f"{comma(v)}\ta\n" for v in plain), sep="\t", decimal=",")
    case("decimal comma in quotes", "x,k\n" + "".join(f'"{comma(v)}",a\n' for v in plain), decimal=",")
    case("decimal comma beside whole numbers", "x;n;k\n" + "".join(f"{comma(v)};{i};a\n" for i, v in enumerate(plain)),
         sep=";", decimal=",")
    case("decimal comma of three digits beside others", "x;z;k\n" + "".join(
        f"{comma(v)};{1 + i % 3},{100 + i};a\n" for i, v in enumerate(plain)), sep=";", decimal=",")
    case("decimal comma with gaps", "x;k\n" + "".join(f"{'?' if i == 4 else comma(v)};a\n" for i, v in enumerate(plain)),
         sep=";", decimal=",", na_values=["?"])
    case("decimal comma and points between thousands", "x;k\n" + "".join(
        f"{v * 1000:,.2f};a\n".translate(str.maketrans(",.", ".,")) for v in plain), {"decimal": ",", "thousands": "."},
        sep=";", decimal=",", thousands=".")
    case("thousands by option", "x,k\n" + "".join(f'"{int(v * 1000):,}",a\n' for v in plain), {"thousands": ","}, thousands=",")
    case("thousands without option are words", "x,k\n" + "".join(f'"{1000 + int(v * 1000):,}",a\n' for v in plain))
    case("currency without option is a word", "x,k\n" + "".join(f'"${1000 + v:,.2f}",a\n' for v in plain))
    case("zeros in front", "zip,y\n" + "".join(f"{501 + i:05d},{v}\n" for i, v in enumerate(plain)))
    case("exponents", "x,y\n" + "".join(f"{v:.3e},{-v:.2E}\n" for v in plain))
    case("ids beyond 2^63", "account,y\n" + "".join(f"{11898508762506083200 + i},{v}\n" for i, v in enumerate(plain)),
         dtype={"account": str})
    case("signs and points", "x,y\n" + "".join(f"+{v},.{i + 10}\n" for i, v in enumerate(plain)))
    case("whole numbers with gaps", "n,k\n" + "".join(f"{'' if i % 5 == 2 else i},a\n" for i in range(24)))
    case("Latin-1", "größe,k\n".encode("latin-1") + "".join(f"{v},Müller\n" for v in plain).encode("latin-1"), encoding="latin-1")
    case("Windows-1252", "price (€),k\n".encode("cp1252") + "".join(f"{v},“a”\n" for v in plain).encode("cp1252"), encoding="cp1252")
    case("line ends in quotes", 'x,text\n' + "".join(f'{v},"first\nsecond {i % 3}"\n' for i, v in enumerate(plain)))


def main():
    dialects()
    headless()
    gaps()
    names()
    numbers()
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    with open(os.path.join(folder, "tables.json"), "w", encoding="utf-8") as file:
        json.dump({"pandas": pd.__version__, "cases": CASES}, file, ensure_ascii=False, indent=None, separators=(",", ":"))
        file.write("\n")
    print(len(CASES), "cases, pandas", pd.__version__)


if __name__ == "__main__":
    main()
