"""Damages files of every kind at random and has the program read them: fuzz_loaders.py PROGRAM [MINUTES [SEED]]

Tables, model files, ONNX files, descriptions of inputs and records of queries are damaged by bytes, words, lines and
numbers. Every run must end within 20 seconds with code 0, 1 or 2, use at most 1.5 GB, say one sentence when it fails,
and answer with finite numbers when it does not. What breaks a rule is kept in a folder `fuzz-found` beside the caller.
Needs no packages. Prints the count of runs for every kind, and exits 1 if a rule was broken.
"""
import collections, math, os, pathlib, random, re, resource, shutil, signal, subprocess, sys, tempfile, time

program = os.path.abspath(sys.argv[1])
minutes = float(sys.argv[2]) if len(sys.argv) > 2 else 60
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
chance = random.Random(seed)
fixtures = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
folder = pathlib.Path(tempfile.mkdtemp())
found = pathlib.Path("fuzz-found")
WORDS = [b"NaN", b"inf", b"-inf", b"1e308", b"-1e308", b"1e999", b"0", b"-0", b"-1", b"9007199254740993",
         b"9223372036854775807", b"-9223372036854775808", b"18446744073709551616", b"4294967296", b"65536", b"null",
         b"true", b"[]", b"{}", b'""', b'"', b",", b";", b"\n", b"\r", b"\r\n", b"\t", b"\0", b"\xff\xfe", b"\xef\xbb\xbf",
         b"\xf0\x9f\xa7\xaa", b"\x80", b"\xff" * 9, b"A" * 70_000, b"[" * 5_000, b"1," * 5_000, b"?", b"NA", b"1,5", b"5e-324"]


def damaged(content):
    """The content after one to four damages."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        if not data:
            break
        kind, place = chance.randrange(10), chance.randrange(len(data))
        if kind == 0:
            data[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[place] = chance.randrange(256)
        elif kind == 2:
            del data[place:place + chance.choice([1, 2, 8, 100, 1000])]
        elif kind == 3:
            data[place:place] = chance.choice(WORDS)
        elif kind == 4:
            del data[place:]
        elif kind == 5:
            size = chance.choice([1, 10, 100, 1000])
            data[place:place] = data[place:place + size] * chance.choice([1, 2, 50])
        elif kind == 6:
            numbers = [one.span() for one in re.finditer(rb"-?\d+(\.\d+)?(e-?\d+)?", bytes(data))]
            if numbers:
                low, high = chance.choice(numbers)
                data[low:high] = chance.choice(WORDS[:15])
        elif kind == 7:
            lines = bytes(data).split(b"\n")
            one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            data = bytearray(b"\n".join(lines))
        elif kind == 8:
            words = [one.span() for one in re.finditer(rb'"[^"\n]*"', bytes(data))]
            if words:
                low, high = chance.choice(words)
                data[low:high] = chance.choice(WORDS)
        else:
            data[place:place + 8] = chance.randbytes(8)
    return bytes(data)


def run(arguments, limit=20):
    """Code, seconds, peak megabytes, output and error of one run; the code is None if it did not end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.monotonic()
        process = subprocess.Popen([program, *arguments], cwd=folder, stdout=out, stderr=err, start_new_session=True)
        code = usage = None
        while time.monotonic() - begun < limit:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                break
            time.sleep(0.005)
        else:
            os.killpg(process.pid, signal.SIGKILL)
            _, _, usage = os.wait4(process.pid, 0)
        process.returncode = code if code is not None else -9
        seconds = time.monotonic() - begun
        out.seek(0), err.seek(0)
        return code, seconds, usage.ru_maxrss / 1024, out.read(4_000_000), err.read(4_000_000)


def made(*arguments):
    code, _, _, _, error = run(arguments, 120)
    if code:
        sys.exit(f"{arguments}: {error.decode(errors='replace')}")


plain = random.Random(1)
with open(folder / "plain.csv", "w") as file:
    file.write("age,income,ward,smokes,y,dose\n")
    for row in range(120):
        age, ward = plain.randrange(18, 90), plain.choice("ABC")
        dose = age / 10 + plain.random()
        file.write(f"{age},{plain.random() * 5e4:.2f},{ward},{plain.choice(['yes', 'no'])},"
                   f"{'ill' if age + plain.random() * 40 > 70 else 'well'},{dose:.3f}\n")
with open(folder / "plain.svm", "w") as file:
    for row in range(60):
        file.write(f"{plain.choice([-1, 1])} " + " ".join(f"{c}:{plain.random():.3f}" for c in (1, 3, 7)) + "\n")
(folder / "ranges.json").write_text(
    '{"inputs":[{"name":"age","kind":"number","minimum":18,"maximum":90,"isWhole":true}]}')
models = {"logistic": "y", "tree": "y", "forest": "y", "mlp": "y", "ridge": "dose", "tree-regressor": "dose",
          "ovr": "y", "kernel-logistic": "y"}
for name, target in models.items():
    small = ["--set", "treeCount=3"] if name == "forest" else []
    made("train", "--data", "plain.csv", "--target", target, "--model", name, "-o", f"{name}.json", "--test", "0", *small)
    if name != "kernel-logistic":
        made("model", "convert", f"{name}.json", f"{name}.onnx")
made("steal", "--model", "logistic.json", "--budget", "60", "--attack", "retrain-uniform", "-o", "stolen.json")

#: Kind, the files that are damaged, and the commands that read one of them as FILE.
cases = []
for table in [folder / "plain.csv", *sorted(fixtures.glob("tables/*"))]:
    if table.is_file() and table.stat().st_size < 300_000:
        cases.append(("table", table, ["train", "--data", "FILE", "--target", "y", "--model", "tree", "-o", "out.json"]))
cases += [("table", folder / "plain.csv",
           ["predict", "--model", "tree.json", "--data", "FILE"]),
          ("table", folder / "plain.csv", ["poison", "--data", "FILE", "--target", "dose", "--model", "ridge",
                                           "--attack", "statp", "-o", "out.csv"]),
          ("svm", folder / "plain.svm", ["train", "--data", "FILE", "--target", "label", "--model", "logistic", "-o", "out.json"])]
for name in models:
    cases.append(("model", folder / f"{name}.json", ["predict", "--model", "FILE", "--data", "plain.csv"]))
    cases.append(("model", folder / f"{name}.json",
                  ["steal", "--model", "FILE", "--attack", "retrain-uniform", "--budget", "20", "-o", "out.json"]))
for path in [*sorted(folder.glob("*.onnx")), *sorted(fixtures.glob("exports/*.onnx")), *sorted(fixtures.glob("onnx/*.onnx"))]:
    if path.stat().st_size < 300_000:
        cases.append(("ONNX", path, ["model", "convert", "FILE", "out.json"]))
        if path.parent == folder:
            cases.append(("ONNX", path, ["predict", "--model", "FILE", "--data", "plain.csv"]))
cases.append(("inputs", folder / "ranges.json",
              ["steal", "--model", "logistic.onnx", "--ranges", "FILE", "--attack", "retrain-uniform", "--budget", "20",
               "-o", "out.json"]))
cases.append(("record", folder / "stolen.queries.jsonl",
              ["steal", "--replay", "FILE", "--attack", "retrain-uniform", "-o", "out.json"]))
kinds = collections.defaultdict(list)
for case in cases:
    kinds[case[0]].append(case)
counts, codes, broken, largest, slowest = collections.Counter(), collections.Counter(), 0, 0.0, 0.0
end = time.monotonic() + 60 * minutes
while time.monotonic() < end:
    kind, source, command = chance.choice(kinds[chance.choice(sorted(kinds))])
    path = folder / f"damaged{source.suffix if source.suffix != '.jsonl' else '.queries.jsonl'}"
    path.write_bytes(damaged(source.read_bytes()))
    code, seconds, megabytes, output, error = run([path.name if word == "FILE" else word for word in command])
    text = error.decode(errors="replace")
    reasons = []
    if code not in (0, 1, 2):
        reasons.append(f"code {code}")
    if megabytes > 1500:
        reasons.append(f"{megabytes:.0f} MB")
    if "Fatal error" in text or "stack dump" in text:
        reasons.append("crash")
    if code and not re.search(r"^bezoar: .+", text, re.M):
        reasons.append("no sentence")
    if code and re.search(r"DecodingError|keyNotFound|typeMismatch|dataCorrupted|NSError|Swift\.", text):
        reasons.append("words of the language")
    if "\x1b" in text:
        reasons.append("escape sequence")
    if code == 0 and command[0] == "predict" and re.search(rb"(?i)(^|,)-?(nan|inf)", output):
        reasons.append("numbers that are none")
    counts[kind] += 1
    codes[code] += 1
    largest, slowest = max(largest, megabytes), max(slowest, seconds)
    if reasons:
        broken += 1
        found.mkdir(exist_ok=True)
        name = f"{broken:03}-{kind}-{source.stem}{path.suffix}"
        shutil.copy(path, found / name)
        (found / f"{name}.txt").write_text(f"{' '.join(command)}\n{', '.join(reasons)}\n{text[-3000:]}")
        print(f"{name}: {', '.join(reasons)}; {text.strip().splitlines()[-1][:200] if text.strip() else ''}", flush=True)
    for extra in folder.glob("out*"):
        shutil.rmtree(extra) if extra.is_dir() else extra.unlink()
print(f"{sum(counts.values())} runs: {dict(counts)}; codes {dict(codes)}; at most {largest:.0f} MB and {slowest:.1f} s; "
      f"{broken} broke a rule")
shutil.rmtree(folder)
sys.exit(broken > 0)
