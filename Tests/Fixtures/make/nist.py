#!/usr/bin/env python3
"""Writes Tests/Fixtures/nist.json: the linear sets of NIST's Statistical Reference Datasets.

    python3 Tests/Fixtures/make/nist.py Tests/Fixtures/nist.json

Data and certified values: National Institute of Standards and Technology, StRD, Linear Least Squares Regression
(Norris, Pontius, NoInt1, NoInt2, Filip, Longley, Wampler1 to Wampler5; public domain). Before anything is written
the least squares solution of the decimal data is computed in exact fractions and compared with the certified
values. Beside them stand the correct digits (log relative error, at most 15, the worst coefficient) that
NumPy's QR reaches on the same double columns, raw and with the columns standardised and the coefficients carried
back.
"""

import json
import sys
from fractions import Fraction

import numpy as np

NORRIS_X = """.2 337.4 118.2 884.6 10.1 226.5 666.3 996.3 448.6 777.0 558.2 .4 .6 775.5 666.9 338.0 447.5 11.6
556.0 228.1 995.8 887.6 120.2 .3 .3 556.8 339.1 887.2 999.0 779.0 11.1 118.3 229.2 669.1 448.9 .5"""
NORRIS_Y = """.1 338.8 118.1 888.0 9.2 228.1 668.5 998.5 449.1 778.9 559.2 .3 .1 778.1 668.8 339.3 448.9 10.8
557.7 228.3 998.0 888.8 119.6 .3 .6 557.6 339.3 888.0 998.5 778.9 10.2 117.6 228.9 668.4 449.2 .2"""
PONTIUS_Y = """.11019 .21956 .32949 .43899 .54803 .65694 .76562 .87487 .98292 1.09146 1.20001 1.30822 1.41599 1.52399
1.63194 1.73947 1.84646 1.95392 2.06128 2.16844 .11052 .22018 .32939 .43886 .54798 .65739 .76596 .87474 .98300
1.09150 1.20004 1.30818 1.41613 1.52408 1.63159 1.73965 1.84696 1.95445 2.06177 2.16829"""
FILIP = """0.8116 -6.860120914 0.9072 -4.324130045 0.9052 -4.358625055 0.9039 -4.358426747 0.8053 -6.955852379
0.8377 -6.661145254 0.8667 -6.355462942 0.8809 -6.118102026 0.7975 -7.115148017 0.8162 -6.815308569
0.8515 -6.519993057 0.8766 -6.204119983 0.8885 -5.853871964 0.8859 -6.109523091 0.8959 -5.79832982
0.8913 -5.482672118 0.8959 -5.171791386 0.8971 -4.851705903 0.9021 -4.517126416 0.909 -4.143573228
0.9139 -3.709075441 0.9199 -3.499489089 0.8692 -6.300769497 0.8872 -5.953504836 0.89 -5.642065153
0.891 -5.031376979 0.8977 -4.680685696 0.9035 -4.329846955 0.9078 -3.928486195 0.7675 -8.56735134
0.7705 -8.363211311 0.7713 -8.107682739 0.7736 -7.823908741 0.7775 -7.522878745 0.7841 -7.218819279
0.7971 -6.920818754 0.8329 -6.628932138 0.8641 -6.323946875 0.8804 -5.991399828 0.7668 -8.781464495
0.7633 -8.663140179 0.7678 -8.473531488 0.7697 -8.247337057 0.77 -7.971428747 0.7749 -7.676129393
0.7796 -7.352812702 0.7897 -7.072065318 0.8131 -6.774174009 0.8498 -6.478861916 0.8741 -6.159517513
0.8061 -6.835647144 0.846 -6.53165267 0.8751 -6.224098421 0.8856 -5.910094889 0.8919 -5.598599459
0.8934 -5.290645224 0.894 -4.974284616 0.8957 -4.64454848 0.9047 -4.290560426 0.9129 -3.885055584
0.9209 -3.408378962 0.9219 -3.13200249 0.7739 -8.726767166 0.7681 -8.66695597 0.7665 -8.511026475
0.7703 -8.165388579 0.7702 -7.886056648 0.7761 -7.588043762 0.7809 -7.283412422 0.7961 -6.995678626
0.8253 -6.691862621 0.8602 -6.392544977 0.8809 -6.067374056 0.8301 -6.684029655 0.8664 -6.378719832
0.8834 -6.065855188 0.8898 -5.752272167 0.8964 -5.132414673 0.8963 -4.811352704 0.9074 -4.098269308
0.9119 -3.66174277 0.9228 -3.2644011"""
LONGLEY = """60323 83.0 234289 2356 1590 107608 1947
61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949
61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951
63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953
63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957
66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959
69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962"""
WAMPLER3_DELTAS = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048, -2048, 1838, -2048, 2048,
                   -2048, 2523, -2048, 2048, -2048, 759]


def numbers(text):
    return text.split()


def sets():
    filip = numbers(FILIP)
    longley = [numbers(line) for line in LONGLEY.splitlines()]
    steps = [str(x) for x in range(21)]
    exact = [sum(x ** power for power in range(6)) for x in range(21)]
    small = [str(sum(Fraction(x, 10) ** power for power in range(6))) for x in range(21)]
    waves = {name: [str(y + factor * delta) for y, delta in zip(exact, WAMPLER3_DELTAS)]
             for name, factor in (("Wampler3", 1), ("Wampler4", 100), ("Wampler5", 10000))}
    pontius = [str(150000 * step) for step in list(range(1, 21)) * 2]
    ones = ["1"] * 6
    yield "Norris", True, 1, [numbers(NORRIS_X)], numbers(NORRIS_Y), ["-0.262323073774029", "1.00211681802045"]
    yield "Pontius", True, 2, [pontius], numbers(PONTIUS_Y), [
        "0.673565789473684E-03", "0.732059160401003E-06", "-0.316081871345029E-14"]
    yield "NoInt1", False, 1, [[str(x) for x in range(60, 71)]], [str(y) for y in range(130, 141)], [
        "2.07438016528926"]
    yield "NoInt2", False, 1, [["4", "5", "6"]], ["3", "4", "4"], ["0.727272727272727"]
    yield "Filip", True, 10, [filip[1::2]], filip[0::2], [
        "-1467.48961422980", "-2772.17959193342", "-2316.37108160893", "-1127.97394098372", "-354.478233703349",
        "-75.1242017393757", "-10.8753180355343", "-1.06221498588947", "-0.670191154593408E-01",
        "-0.246781078275479E-02", "-0.402962525080404E-04"]
    yield "Longley", True, 1, [[row[column] for row in longley] for column in range(1, 7)], [
        row[0] for row in longley], [
        "-3482258.63459582", "15.0618722713733", "-0.358191792925910E-01", "-2.02022980381683", "-1.03322686717359",
        "-0.511041056535807E-01", "1829.15146461355"]
    yield "Wampler1", True, 5, [steps], [str(y) for y in exact], ones
    yield "Wampler2", True, 5, [steps], small, ["1", "0.1", "0.01", "0.001", "0.0001", "0.00001"]
    for name in ("Wampler3", "Wampler4", "Wampler5"):
        yield name, True, 5, [steps], waves[name], ones


def powers(columns, degree, one):
    result = list(columns)
    for _ in range(degree - 1):
        result.append([left * right for left, right in zip(result[-1], columns[0])])
    return result if one is None else [[one] * len(columns[0])] + result


def solved(columns, target):
    """Least squares in fractions, by the normal equations."""
    order = len(columns)
    rows = [[sum(a * b for a, b in zip(left, right)) for right in columns] +
            [sum(a * b for a, b in zip(left, target))] for left in columns]
    for pivot in range(order):
        best = next(row for row in range(pivot, order) if rows[row][pivot] != 0)
        rows[pivot], rows[best] = rows[best], rows[pivot]
        for row in range(order):
            if row != pivot:
                factor = rows[row][pivot] / rows[pivot][pivot]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[pivot])]
    return [rows[index][order] / rows[index][index] for index in range(order)]


def digits(found, certified):
    worst = 15.0
    for value, truth in zip(found, certified):
        error = abs(value - truth) / abs(truth) if truth != 0 else abs(value)
        worst = min(worst, 15.0 if error == 0 else -np.log10(error))
    return round(max(float(worst), 0), 2)


def by_qr(matrix, target):
    q, r = np.linalg.qr(matrix)
    return np.linalg.solve(r, q.T @ target)


def main():
    documents = []
    for name, intercept, degree, columns, target, certified in sets():
        one = Fraction(1) if intercept else None
        exact = solved(
            powers([[Fraction(x) for x in column] for column in columns], degree, one),
            [Fraction(y) for y in target])
        for value, text in zip(exact, certified):
            assert abs(value - Fraction(text)) <= abs(Fraction(text)) * Fraction(1, 10 ** 14), (name, float(value), text)
        data = powers([[float(Fraction(x)) for x in column] for column in columns], degree, None)
        x = np.array(data).T
        y = np.array([float(Fraction(value)) for value in target])
        truth = [float(text) for text in certified]
        ones = np.ones((len(y), 1))
        raw = by_qr(np.hstack([ones, x]) if intercept else x, y)
        if intercept:
            means, deviations = x.mean(axis=0), x.std(axis=0)
            scaled = by_qr(np.hstack([ones, (x - means) / deviations]), y)
            weights = scaled[1:] / deviations
            standard = np.concatenate([[scaled[0] - weights @ means], weights])
        else:
            standard = raw
        documents.append({
            "name": name, "intercept": intercept, "features": x.tolist(), "target": y.tolist(), "certified": truth,
            "numpyDigits": digits(raw, truth), "numpyStandardDigits": digits(standard, truth)})
        print(name, documents[-1]["numpyDigits"], documents[-1]["numpyStandardDigits"])
    source = f"NIST StRD linear sets, checked in exact fractions; NumPy {np.__version__} QR; Tests/Fixtures/make/nist.py"
    with open(sys.argv[1], "w") as file:
        json.dump({"source": source, "sets": documents}, file, indent=0)
        file.write("\n")


if __name__ == "__main__":
    main()
