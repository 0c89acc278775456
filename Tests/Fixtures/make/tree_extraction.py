"""Algorithm 1 and the top-down algorithm of Tramèr et al. (USENIX Security 2016) on one small tree, as a reference.

Written from the paper's pseudo-code, query by query and with integer division in the line search. Reads nothing and
writes Tests/Fixtures/tree-extraction.json: a tree, and for both algorithms the number of different queries that
they ask and the leaves that they find. The paper's top-down algorithm notes only the upper end of a piece between two
thresholds and finds the lower one later; here both ends are noted at once.

Run: python3 Tests/Fixtures/make/tree_extraction.py
"""
import json
import os
import random

EPSILON = 1e-3
INVERSE = 1000
# Columns: bounds of a number, or the number of levels of a category.
COLUMNS = [(0.0, 10.0), 4, (-5.0, 5.0), 3, (0.0, 100.0)]


def grow(rng, box, depth, nodes, answers):
    """A random tree in depth-first order; answers are (label, confidence), some of them equal."""
    index = len(nodes)
    nodes.append(None)
    answers.append([rng.randrange(3), round(0.35 + 0.6 * rng.random(), 5)])
    choices = [c for c, side in enumerate(box) if not isinstance(side, list) or len(side) > 1]
    if depth == 0 or (depth < 4 and rng.random() < 0.15):
        nodes[index] = [-1, 0, 0.0, 0, 0]
        return index
    column = rng.choice(choices)
    left, right = list(box), list(box)
    if isinstance(box[column], list):
        code = rng.choice(box[column])
        left[column], right[column] = [code], [v for v in box[column] if v != code]
        test, operand = 2, float(code)
    else:
        low, high = box[column]
        operand = round(low + (high - low) * (0.2 + 0.6 * rng.random()), 2)
        left[column], right[column] = (low, operand), (operand, high)
        test = 1
    left_index = grow(rng, left, depth - 1, nodes, answers)
    right_index = grow(rng, right, depth - 1, nodes, answers)
    nodes[index] = [column, test, operand, left_index, right_index]
    return index


class Oracle:
    def __init__(self, nodes, answers):
        self.nodes, self.answers, self.cache = nodes, answers, {}

    def ask(self, query):
        """Answer of the node where a query (column -> value) stops, and the columns given, passed and next."""
        key = tuple(sorted(query.items()))
        if key not in self.cache:
            index, fields = 0, set(query)
            while self.nodes[index][1]:
                column, test, operand, left, right = self.nodes[index]
                fields.add(column)
                if column not in query:
                    break
                value = query[column]
                index = left if (value <= operand if test == 1 else value == operand) else right
            self.cache[key] = (tuple(self.answers[index]), fields)
        return self.cache[key]

    def name(self, query):
        return self.ask(query)[0]


def whole():
    return [(None, None) if isinstance(c, tuple) else list(range(c)) for c in COLUMNS]


def holds(box, query):
    for column, value in query.items():
        side = box[column]
        if isinstance(side, list):
            if value not in side:
                return False
        elif (side[0] is not None and value <= side[0]) or (side[1] is not None and value > side[1]):
            return False
    return True


def narrowed(box, column, side):
    result = list(box)
    if isinstance(side, list):
        result[column] = [v for v in box[column] if v in side]
    else:
        low, high = box[column]
        lows = [v for v in (low, side[0]) if v is not None]
        highs = [v for v in (high, side[1]) if v is not None]
        result[column] = (max(lows) if lows else None, min(highs) if highs else None)
    return result


def pieces(oracle, query, column, box):
    """Pieces ((low, high], first and last grid value, answer) of a number, or None if it can hold one value only."""
    low, high = COLUMNS[column]
    least, most = round(low * INVERSE), round(high * INVERSE)
    if box[column][0] is not None:
        least = max(least, round(box[column][0] * INVERSE) + 1)
    if box[column][1] is not None:
        most = min(most, round(box[column][1] * INVERSE))
    if least >= most:
        return []

    def name(multiple):
        return oracle.name({**query, column: multiple / INVERSE})

    def search(left, right, left_name, right_name):
        if left_name == right_name:
            return []
        if right - left <= 1:
            return [left]
        middle = (left + right) // 2
        middle_name = name(middle)
        return search(left, middle, left_name, middle_name) + search(middle, right, middle_name, right_name)

    cuts = search(least, most, name(least), name(most))
    result, first, end = [], least, None
    for cut in cuts:
        result.append(((end, cut / INVERSE), first / INVERSE, cut / INVERSE, name(cut)))
        first, end = cut + 1, cut / INVERSE
    result.append(((end, None), first / INVERSE, most / INVERSE, name(first)))
    return result


def groups(oracle, query, column, box):
    """Levels with the same answer, in the order of their first level."""
    if len(box[column]) < 2:
        return []
    result = {}
    for level in box[column]:
        result.setdefault(oracle.name({**query, column: float(level)}), []).append(level)
    return list(result.items())


def path_finding(oracle, start):
    leaves, pool = {}, [start]
    while pool:
        query = pool.pop()
        name = oracle.name(query)
        if any(holds(box, query) for box in leaves.get(name, [])):
            continue
        box = whole()
        for column, kind in enumerate(COLUMNS):
            if isinstance(kind, tuple):
                found = pieces(oracle, query, column, whole())
                for place, (side, first, last, _) in enumerate(found if len(found) > 1 else []):
                    if holds(narrowed(whole(), column, side), {column: query[column]}):
                        box = narrowed(box, column, side)
                    else:
                        pool.append({**query, column: last if place == 0 else first})
            else:
                found = groups(oracle, query, column, whole())
                for other, levels in found if len(found) > 1 else []:
                    if other == name:
                        box = narrowed(box, column, levels)
                    else:
                        pool.append({**query, column: float(levels[0])})
        leaves.setdefault(name, []).append(box)
    return leaves


def top_down(oracle):
    nodes, leaves, pool = {}, {}, [({}, whole(), set())]
    while pool:
        query, box, narrow = pool.pop(0)
        name, fields = oracle.ask(query)
        if any(holds(known, query) for known in nodes.get(name, [])):
            continue
        start = box
        for column in sorted(narrow):
            for side, value, other in splits(oracle, query, column, start):
                if other == name and (isinstance(side, list) or holds(narrowed(whole(), column, side), query)):
                    box = narrowed(box, column, side)
                elif not holds(narrowed(whole(), column, side), {column: query[column]}):
                    pool.append(({**query, column: value}, narrowed(start, column, side), narrow | {column}))
        candidates = sorted(fields - narrow) or range(len(COLUMNS))
        children = []
        for column in candidates:
            for side, value, other in splits(oracle, query, column, box):
                if other != name:
                    children.append(({**query, column: value}, narrowed(box, column, side), narrow | {column}))
        if not children:
            leaves.setdefault(name, []).append(box)
        nodes.setdefault(name, []).append(box)
        pool += children
    return leaves


def splits(oracle, query, column, box):
    """The values that answer differently along a column: their side, one of them, and the answer."""
    if isinstance(COLUMNS[column], tuple):
        found = pieces(oracle, query, column, box)
        if len(found) < 2:
            return []
        return [(side, first if side[1] is None else last, name) for side, first, last, name in found]
    found = groups(oracle, query, column, box)
    if len(found) < 2:
        return []
    ordered = sorted(found, key=lambda item: len(item[1]))
    return [(levels, float(levels[0]), name) for name, levels in ordered]


def main():
    cases = []
    for seed in (3, 8, 21):
        nodes, answers = [], []
        grow(random.Random(seed), [c if isinstance(c, tuple) else list(range(c)) for c in COLUMNS], 6, nodes, answers)
        start = {0: 4.25, 1: 2.0, 2: -1.5, 3: 0.0, 4: 61.0}
        first, second = Oracle(nodes, answers), Oracle(nodes, answers)
        found, found_down = path_finding(first, start), top_down(second)
        cases.append({
            "nodes": nodes, "answers": answers, "start": [start[c] for c in range(len(COLUMNS))],
            "path_queries": len(first.cache), "path_leaves": sum(map(len, found.values())),
            "down_queries": len(second.cache), "down_leaves": sum(map(len, found_down.values()))})
        print(seed, sum(1 for n in nodes if n[1] == 0), {k: v for k, v in cases[-1].items() if "_" in k})
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tree-extraction.json")
    with open(path, "w") as file:
        json.dump({"source": "Tests/Fixtures/make/tree_extraction.py", "epsilon": EPSILON,
                   "columns": [list(c) if isinstance(c, tuple) else [c] for c in COLUMNS], "cases": cases}, file)
        file.write("\n")


if __name__ == "__main__":
    main()
