"""Kills programs with SIGKILL at random moments and goes on: kill_rounds.py PROGRAM [ROUNDS [SEED [NAME...]]]

Serving with a ledger under load, thefts from a file and over HTTP, training, an attack with a report and a reproduction: per
round each is killed up to three times and then let finish. Nothing that was answered may be lost or charged twice (the
ledger of a killed theft has as many rows as that of one that was left in peace, and both steal the same model), nothing may
block the next run, no file may be half-written, and nothing of the user in a folder of results may go. After a kill a file
or folder holds what it held before, or all of what the same command writes into a clean folder. Prints a line for each;
exit 1 if anything is wrong. Names choose the parts that hold one of them. Python's standard library only.
"""
import http.client, json, os, random, re, shutil, signal, socket, sqlite3, subprocess, sys, tempfile, threading, time

program, rounds = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20
random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
chosen = sys.argv[4:]
root = tempfile.mkdtemp()
with open(os.path.join(root, "t.csv"), "w") as file:
    file.write("a,b,c,d,y\n")
    for _ in range(2000):
        row = [round(random.random(), 4) for _ in range(4)]
        file.write(",".join(map(str, row)) + f",class {int(3 * row[0] + row[1] + .3 * random.random())}\n")


def run(*arguments, folder=root, right=(0,)):
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode not in right:
        raise SystemExit(f"{' '.join(arguments)} ends with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done


run("train", "--data", "t.csv", "--target", "y", "--model", "softmax", "-o", "m.json", "-q")
faults = []


def wanted(name):
    return not chosen or any(word in name for word in chosen)


def fault(text):
    faults.append(text)
    print(f"  WRONG: {text}", flush=True)


def serve(folder, ledger, port=0, *options):
    process = subprocess.Popen(
        [program, "serve", "--model", os.path.join(root, "m.json"), "--port", str(port), "--ledger", ledger, *options],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = process.stdout.readline().strip()
    if not line:
        raise SystemExit(f"the server does not start: {process.stderr.read()[-300:]}")
    return process, int(line.rsplit(":", 1)[1])


def charged(path):
    with sqlite3.connect(path) as base:
        return base.execute("SELECT COALESCE(SUM(rows), 0) FROM usage").fetchone()[0]


def stop(server):
    server.send_signal(signal.SIGTERM)
    if server.wait(30) != 0:
        fault(f"a server ends with {server.returncode}")


def killed(arguments, folder, longest):
    """Starts a program and kills it after a random time; whether it was over before."""
    process = subprocess.Popen([program, *arguments], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(random.uniform(0, longest))
        return True
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


def duration(arguments, folder):
    start = time.monotonic()
    run(*arguments, folder=folder)
    return time.monotonic() - start


def left(folder):
    """Temporary files and folders that stand there."""
    return [os.path.join(place, name) for place, folders, files in os.walk(folder) for name in folders + files
            if name.endswith((".partial", ".swap"))]


# --- a server under load
folder = os.path.join(root, "serve")
os.mkdir(folder)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
ledger, over, answered = os.path.join(folder, "l.sqlite"), threading.Event(), [0] * 4


def client(number):
    """Asks until it is over; every request is sent until it is answered, under one name."""
    choose, count, connection = random.Random(number), 0, None
    while not over.is_set():
        count += 1
        rows = choose.randint(1, 3)
        body = json.dumps({"inputs": [{"name": "x", "shape": [rows, 4], "datatype": "FP64", "data": [choose.random() for _ in range(4 * rows)]}]})
        while True:
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("POST", "/v2/models/m/infer", body, {"content-type": "application/json", "idempotency-key": f"{number}-{count}"})
                reply = connection.getresponse()
                reply.read()
                if reply.status == 200:
                    break
                fault(f"a client got {reply.status}")
            except (OSError, http.client.HTTPException):
                connection = None
                time.sleep(.02)
        answered[number] += rows


threads = [threading.Thread(target=client, args=(number,)) for number in range(4)]
server, _ = serve(folder, ledger, port)
for thread in threads:
    thread.start()
for _ in range(rounds if wanted("serve") else 0):
    time.sleep(random.uniform(.2, 1.5))
    server.kill()
    server.wait()
    server, _ = serve(folder, ledger, port)
time.sleep(.5)
over.set()
for thread in threads:
    thread.join()
stop(server)
total = charged(ledger)
if total != sum(answered):
    fault(f"serve: {total} rows in the ledger, {sum(answered)} answered")
print(f"serve: {rounds if wanted('serve') else 0} kills, {sum(answered)} rows answered, {total} in the ledger", flush=True)

# --- thefts
# Options, the time that a row takes over HTTP, and options of which every run has others: as many rows as fit into half of
# the time for a request are 50 or 25, as if the service were twice as fast in one run as in the next.
STEAL = {
    "steal from a file": (["--model", os.path.join(root, "m.json"), "--attack", "retrain-adaptive", "--budget", "4000"], None, [[]]),
    "steal over HTTP": (["--attack", "retrain-uniform", "--budget", "900", "--batch", "50", "--check", "100"], "1ms", [[]]),
    "steal over HTTP, one row a request": (["--budget", "400", "--batch", "1", "--check", "60", "--data", os.path.join(root, "q.csv")], "1ms", [[]]),
    "steal over HTTP, as many rows as fit": (["--attack", "retrain-uniform", "--budget", "120", "--check", "20"], "20ms", [["--timeout", "1s"], ["--timeout", "2s"]]),
}
with open(os.path.join(root, "t.csv")) as source, open(os.path.join(root, "q.csv"), "w") as file:
    for line in list(source)[:60]:
        file.write(line.rsplit(",", 1)[0] + "\n")
for name, (options, latency, others) in STEAL.items():
    if not wanted(name):
        continue
    isRemote = latency is not None
    folder = os.path.join(root, name.replace(" ", "-").replace(",", ""))
    os.mkdir(folder)

    def theft(ledger, *, peace):
        """One theft, killed or not: what it cost, the model, and the rows on record."""
        place = os.path.join(folder, ledger)
        os.mkdir(place)
        server, url = None, []
        if isRemote:
            server, port = serve(place, "l.sqlite", 0, "--latency", latency)
            url = [f"http://127.0.0.1:{port}"]
        arguments = ["steal", *url, *options, "-o", "s.json"]
        kills = 0
        if not peace:
            for _ in range(random.randint(1, 3)):
                kills += not killed([*arguments, *random.choice(others)], place, longest)
        start = time.monotonic()
        run(*arguments, *random.choice(others), folder=place)
        took = time.monotonic() - start
        rows = 0
        if server:
            stop(server)
            rows = charged(os.path.join(place, "l.sqlite"))
        with open(os.path.join(place, "s.queries.jsonl")) as file:
            lines = file.read().splitlines()
        try:
            record = sum("query" in json.loads(line) for line in lines)
            with open(os.path.join(place, "s.json")) as file:
                # The address stands in the file, and with it the port.
                model = re.sub(r"127\.0\.0\.1:\d+", "", file.read())
                json.loads(model)
        except ValueError as error:
            return fault(f"{name}: a damaged file: {error}") or (rows, 0, "", kills, took)
        if left(place) and peace:
            fault(f"{name}: {left(place)}")
        return rows, record, model, kills, took

    peaceful = theft("peace", peace=True)
    longest, kills = peaceful[4] * 1.1, 0
    for number in range(rounds):
        rows, record, model, count, _ = theft(f"round{number}", peace=False)
        kills += count
        # Some rows of finding out how to ask are not worth a place on record; one that goes on saves those that are.
        if rows > peaceful[0]:
            fault(f"{name}: {rows} rows in the ledger, {peaceful[0]} without a kill")
        if isRemote and rows - record != peaceful[0] - peaceful[1]:
            fault(f"{name}: {rows} rows in the ledger and {record} on record, {peaceful[0]} and {peaceful[1]} without a kill")
        if not isRemote and record != peaceful[1]:
            fault(f"{name}: {record} rows on record, {peaceful[1]} without a kill")
        if model != peaceful[2]:
            fault(f"{name}: another model than without a kill")
    print(f"{name}: {kills} kills in {rounds} rounds; at most {peaceful[0]} rows charged and {peaceful[1]} on record, no row twice", flush=True)

# --- files and folders of results
WORK = {
    "train": (["train", "--data", "../t.csv", "--target", "y", "--model", "forest", "--set", "treeCount=60", "-o", "out.json"], "out.json"),
    "membership": (["membership", "--train", "tree", "--data", "../t.csv", "--target", "y", "-o", "out"], "out"),
    "invert": (["invert", "--model", "../m.json", "--class", "all", "-o", "out"], "out"),
    "reproduce dosage": (["reproduce", "dosage", "--data", "warfarin-synthetic", "--seeds", "1", "--training-rows", "60", "-o", "out"], "out"),
}
for name, (arguments, output) in WORK.items():
    if not wanted(name):
        continue
    folder, clean = (os.path.join(root, name.replace(" ", "-") + end) for end in ("", "-clean"))
    os.mkdir(folder)
    path, longest, kills = os.path.join(folder, output), 1.1 * duration([*arguments, "--seed", "0"], folder), 0
    isFolder = os.path.isdir(path)
    if isFolder:
        os.mkdir(os.path.join(path, "mine"))
        for file in ("mine/notes.txt", "own.csv"):
            with open(os.path.join(path, file), "w") as opened:
                opened.write("mine")

    def content(path=path, users=True):
        """What the files hold that is the same in every run, and when each of the command's own was written."""
        files, dates = {}, {}
        if not isFolder:
            with open(path, "rb") as file:
                files[output] = file.read()
            json.loads(files[output])
            return files, {output: os.stat(path).st_mtime_ns}
        for place, _, names in os.walk(path):
            for file in names:
                with open(os.path.join(place, file), "rb") as opened:
                    files[os.path.relpath(os.path.join(place, file), path)] = opened.read()
                    dates[os.path.relpath(os.path.join(place, file), path)] = os.fstat(opened.fileno()).st_mtime_ns
        json.loads(files["results.json"])
        if b"</html>" not in files["report.html"]:
            fault(f"{name}: half a page")
        for file in ("mine/notes.txt", "own.csv") if users else ():
            if files.pop(file, None) != b"mine":
                fault(f"{name}: {file} is gone")
            dates.pop(file, None)
        for file in ("timings.json", "report.html"):
            # Times differ from run to run.
            files.pop(file, None)
        return files, dates

    old, dates = content()
    for number in range(1, rounds + 1):
        seed = ["--seed", str(number)]
        # What it must write, from a folder in which nothing was.
        shutil.rmtree(clean, ignore_errors=True)
        os.mkdir(clean)
        run(*arguments, *seed, folder=clean)
        new, _ = content(os.path.join(clean, output), users=False)
        if new == old:
            fault(f"{name}: another seed writes the same, so a mixture cannot be seen")
        for isKilled in [True] * random.randint(1, 3) + [False]:
            if isKilled:
                isOver = killed([*arguments, *seed], folder, longest)
                kills += not isOver
            else:
                isOver = bool(run(*arguments, *seed, folder=folder))
            try:
                now, written = content()
            except (OSError, ValueError, KeyError) as error:
                fault(f"{name}: {error!r}")
                continue
            if now != new and (isOver or now != old):
                wrong = sorted(file for file in now.keys() | new.keys() if now.get(file) != new.get(file))
                fault(f"{name}: seed {number} {'leaves' if isOver else 'is killed and leaves'} neither what was there nor all that is new: {wrong}")
            renewed = {file for file in written if written[file] != dates.get(file)}
            if renewed and renewed != written.keys():
                fault(f"{name}: only {sorted(renewed)} are new")
            old, dates = now, written
    rest = left(folder)
    for file in rest:
        # As if they were old: the next run takes them away.
        os.utime(file, (0, 0), follow_symlinks=False)
    run(*arguments, "--seed", "0", folder=folder)
    if left(folder):
        fault(f"{name}: {left(folder)} stays")
    print(f"{name}: {kills} kills in {rounds} rounds, {len(rest)} temporary files left by them and taken away by the next run", flush=True)
print(f"{len(faults)} faults")
shutil.rmtree(root, ignore_errors=True)
sys.exit(bool(faults))
