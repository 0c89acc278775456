"""Gives every setting of every method numbers that no one expects: fuzz_settings.py PROGRAM [NAME]

The methods and their settings are those that `bezoar list --json` shows. Every run on a small table must end with code
0, 1 or 2 and a sentence, or, after 12 seconds, within two seconds of SIGTERM with code 75; it may use at most 1.5 GB.
Prints what breaks a rule, and exits 1 if anything does. NAME limits the run to methods whose name contains it.
"""
import json, os, random, re, signal, subprocess, sys, tempfile, time

program = os.path.abspath(sys.argv[1])
folder = tempfile.mkdtemp()
chance = random.Random(1)
NUMBERS = ["0", "-1", "1", "1000000000", "9223372036854775807", "1e308", "5e-324", "nan"]
with open(os.path.join(folder, "t.csv"), "w") as file:
    file.write("a,b,ward,y,dose\n")
    for _ in range(150):
        a, b, ward = chance.random(), chance.random(), chance.choice("ABC")
        file.write(f"{a:.4f},{b:.4f},{ward},{'ill' if a + b * chance.random() > .8 else 'well'},{a * 3 + b:.4f}\n")


def run(arguments, limit=12):
    """Code, peak megabytes, seconds from SIGTERM to the end (0 without) and the error."""
    with tempfile.TemporaryFile() as err:
        process = subprocess.Popen([program, *arguments], cwd=folder, stdout=subprocess.DEVNULL, stderr=err)
        begun, told, took = time.monotonic(), None, 0.0
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            now = time.monotonic()
            if told is None and now - begun > limit:
                process.send_signal(signal.SIGTERM)
                told = now
            if told is not None and now - told > 20:
                process.kill()
            time.sleep(0.01)
        if told is not None:
            took = time.monotonic() - told
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        return process.returncode, usage.ru_maxrss / 1024, took, err.read().decode(errors="replace")


for name, target in (("logistic", "y"), ("tree", "y"), ("ridge", "dose"), ("kernel-logistic", "y")):
    code, _, _, error = run(["train", "--data", "t.csv", "--target", target, "--model", name, "-o", f"{name}.json"], 60)
    if code:
        sys.exit(error)
listing = json.loads(subprocess.run([program, "list", "--json"], capture_output=True, check=True).stdout)
names = {}
for method in listing["methods"]:
    names.setdefault(method["kind"], set()).add(method["id"])
STEAL = ["steal", "--budget", "60", "-o", "s.json", "--data", "t.csv"]


def commands(method):
    """Commands that use a method; SETTING stands for the setting."""
    kind, name = method["kind"], method["id"]
    if kind == "learner":
        target = "dose" if name in ("ols", "ridge", "lasso", "elastic-net", "tree-regressor", "mlp-regressor") else "y"
        yield ["train", "--data", "t.csv", "--target", target, "--model", name, "-o", "m.json", "--set", "SETTING"]
    elif kind == "defence":
        yield ["defend", "--data", "t.csv", "--target", "dose", "--defence", name, "--rate", ".1", "-o", "c.csv", "--set", "SETTING"]
    elif kind == "guard":
        yield STEAL + ["--model", "logistic.json", "--attack", "retrain-uniform", "--guard", f"{name}:SETTING"]
    elif kind == "detector":
        yield ["serve", "--model", "logistic.json", "--port", "0", "--detector", f"{name}:SETTING"]
    else:
        yield ["poison", "--data", "t.csv", "--target", "dose", "--model", "ridge", "--attack", name, "--rate", ".1", "-o", "p.csv",
               "--set", "SETTING"]
        for model in ("logistic", "tree", "kernel-logistic"):
            yield STEAL + ["--model", f"{model}.json", "--attack", name, "--set", "SETTING"]
        yield ["invert", "--model", "tree.json", "--data", "t.csv", "--sensitive", "ward", "--target", "y", "--attack", name, "-o", "i",
               "--set", "SETTING"]
        yield ["invert", "--model", "logistic.json", "--class", "all", "--attack", name, "-o", "i", "--set", "SETTING"]
        yield ["membership", "--train", "tree", "--data", "t.csv", "--target", "y", "--shadows", "4", "--attack", name, "-o", "w",
               "--set", "SETTING"]


runs = broken = stopped = 0
largest = slowest = 0.0
for method in listing["methods"]:
    if len(sys.argv) > 2 and sys.argv[2] not in method["id"]:
        continue
    settings = [one["name"] for one in method["parameters"]]
    for command in commands(method):
        # A command that does not know the method says so once.
        code, _, _, error = run([word.replace("SETTING", "nonsense=1") for word in command])
        if "nonsense" not in error:
            continue
        for setting in settings:
            for number in NUMBERS:
                for leftover in os.listdir(folder):
                    if leftover.startswith("s."):
                        os.system(f"rm -rf '{os.path.join(folder, leftover)}'")
                arguments = [word.replace("SETTING", f"{setting}={number}") for word in command]
                code, megabytes, took, error = run(arguments)
                runs += 1
                reasons = []
                if took:
                    stopped += 1
                    if code not in (0, 1, 2, 75):
                        reasons.append(f"code {code} after SIGTERM")
                    if took > 2.5:
                        reasons.append(f"{took:.1f} s after SIGTERM")
                elif code not in (0, 1, 2):
                    reasons.append(f"code {code}")
                if megabytes > 1500:
                    reasons.append(f"{megabytes:.0f} MB")
                if code in (1, 2) and not re.search(r"^bezoar: .+", error, re.M):
                    reasons.append("no sentence")
                largest, slowest = max(largest, megabytes), max(slowest, took)
                if reasons:
                    broken += 1
                    print(" ".join(arguments), "->", ", ".join(reasons), error.strip().splitlines()[-1:], flush=True)
print(f"{runs} runs, {stopped} ended by SIGTERM, the slowest in {slowest:.1f} s; at most {largest:.0f} MB; {broken} broke a rule")
sys.exit(broken > 0)
