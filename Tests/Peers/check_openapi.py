"""Checks the server's description of itself with schemathesis: check_openapi.py PROGRAM SCHEMATHESIS [EXAMPLES]

Serves a model of numbers and one with a category in every dialect, with and without keys, lets schemathesis (4.x) ask
whatever /openapi.json allows and much that it does not, and prints what it found. Ends with 1 if there is a failure.
"""
import os, random, subprocess, sys, tempfile

program, schemathesis = sys.argv[1], sys.argv[2]
examples = sys.argv[3] if len(sys.argv) > 3 else "30"
folder = tempfile.mkdtemp()
random.seed(1)
with open(os.path.join(folder, "rows.csv"), "w") as file:
    file.write("age,dose,ward,ill\n")
    for _ in range(300):
        age, dose, ward = random.uniform(18, 90), random.uniform(0, 5), random.choice("ABC")
        ill = "yes" if random.random() < 1 / (1 + 2.718 ** -(age / 20 - dose + (ward == "B") - 2)) else "no"
        file.write(f"{age:.3f},{dose:.3f},{ward},{ill}\n")
with open(os.path.join(folder, "keys.txt"), "w") as file:
    file.write("alice k3y\n")
for name, ignored in (("mixed", ""), ("numbers", "ward")):
    command = [program, "train", "--data", "rows.csv", "--target", "ill", "--model", "logistic", "-o", name + ".json", "-q"]
    subprocess.run(command + (["--ignore", ignored] if ignored else []), cwd=folder, check=True)

bad = 0
for model in ("mixed", "numbers"):
    for dialects in (["v2", "mlflow"], ["kserve-v1"], ["tfserving"], ["bigml"], ["amazon"]):
        for keys in (False, True):
            command = [program, "serve", "--model", "m=" + os.path.join(folder, model + ".json"), "--port", "0"]
            for dialect in dialects:
                command += ["--dialect", dialect]
            if keys:
                command += ["--api-key-file", os.path.join(folder, "keys.txt")]
            server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            url = server.stdout.readline().strip()
            check = [schemathesis, "run", url + "/openapi.json", "--checks", "all", "--max-examples", examples, "--seed", "1",
                     "--no-color"]
            # That every tensor has another name is more than JSON Schema can say.
            check += ["--exclude-checks", "positive_data_acceptance"] if (model, dialects[0]) == ("mixed", "v2") else []
            check += ["--header", "X-API-Key: k3y"] if keys else []
            result = subprocess.run(check, capture_output=True, text=True, cwd=folder)
            server.terminate()
            server.wait()
            print(f"{model:8} {'+'.join(dialects):10} {'keys' if keys else 'open':5} exit {result.returncode}", flush=True)
            if result.returncode:
                bad += 1
                print(result.stdout[-6000:])
sys.exit(1 if bad else 0)
