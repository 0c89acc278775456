"""Reference values for LinearAlgebraTests: python3 Tests/Fixtures/make/linear_algebra.py

Writes Tests/Fixtures/linear-algebra.json from NumPy and SciPy. Words are strings, since JSON numbers lose bits.
"""
import json
import pathlib

import numpy as np
import scipy
from scipy.stats import norm

PATH = 0xCBF29CE484222325  # FNV-1a offset: the path of a root stream


def philox(seed, path):
    return np.random.Philox(key=np.array([seed, path], dtype=np.uint64))


def child(path, name):
    for byte in list(name.encode()) + [0xFF]:
        path = ((path ^ byte) * 0x100000001B3) % 2**64
    return path


streams = []
for seed, path in [(7, PATH), (0, 1), (2**64 - 1, child(PATH, "shadow"))]:
    words = [int(w) for w in philox(seed, path).random_raw(12)]
    uniforms = np.random.Generator(philox(seed, path)).random(12)
    midpoints = np.array([((w >> 12) + 0.5) * 2.0**-52 for w in words])
    streams.append({"seed": str(seed), "path": str(path), "words": [str(w) for w in words],
                    "uniforms": uniforms.tolist(), "normals": norm.ppf(midpoints).tolist()})

random = np.random.default_rng(20240601)
probabilities = [1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 0.01, 0.075, 0.3, 0.5, 0.7, 0.925, 0.99, 1 - 1e-10]

full = random.normal(size=(9, 4))
deficient = np.column_stack([full[:, 0], full[:, 1], full[:, 0] + full[:, 1], full[:, 3]])
wide = random.normal(size=(3, 6))
problems = []
for name, a in [("full", full), ("deficient", deficient), ("wide", wide), ("zero", np.zeros((4, 2)))]:
    b = random.normal(size=len(a))
    x, _, rank, s = np.linalg.lstsq(a, b, rcond=None)
    problems.append({"name": name, "rows": a.shape[0], "columns": a.shape[1], "matrix": a.ravel().tolist(),
                     "right": b.tolist(), "solution": x.tolist(), "rank": int(rank),
                     "singularValues": s.tolist(), "residualNorm": float(np.linalg.norm(a @ x - b))})

spd = full.T @ full
sign, logdet = np.linalg.slogdet(spd)
symmetric = {"order": 4, "matrix": spd.ravel().tolist(), "eigenvalues": np.linalg.eigvalsh(spd).tolist(),
             "cholesky": np.linalg.cholesky(spd).ravel().tolist(), "logDeterminant": float(logdet),
             "reciprocalCondition": float(1 / np.linalg.cond(spd, 1))}

document = {"source": f"numpy {np.__version__}, scipy {scipy.__version__}, "
                      "script Tests/Fixtures/make/linear_algebra.py",
            "streams": streams, "probabilities": probabilities, "quantiles": norm.ppf(probabilities).tolist(),
            "problems": problems, "symmetric": symmetric}
target = pathlib.Path(__file__).parent.parent / "linear-algebra.json"
target.write_text(json.dumps(document, indent=1) + "\n")
