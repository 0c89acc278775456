"""Sends SIGTERM or SIGINT to long commands at random moments: interrupt.py PROGRAM [MOMENTS [SEED]]

Every command must end within two seconds of the signal with code 75 (a server: 0, or 75 before it is ready), leave no
half-written file and no file of the result, and say what is kept. Prints a line for every command with the slowest end.
"""
import os, random, signal, socket, subprocess, sys, tempfile, threading, time

program, moments = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20
random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
# Behind a shell's & signals may be ignored, which programs inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)
folder = tempfile.mkdtemp()
table = os.path.join(folder, "table.csv")
with open(table, "w") as file:
    file.write("a,b,c,d,y\n")
    for _ in range(3000):
        row = [random.random() for _ in range(4)]
        file.write(",".join(map(str, row)) + f",class {int((row[0] + .3 * row[1] + .2 * random.random()) * 26)}\n")


def run(*arguments):
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)


run("train", "--data", "table.csv", "--target", "y", "--model", "forest", "--set", "treeCount=5", "-o", "f.json")


def canned(pieces, pause):
    """A server that answers with pieces of bytes, one after another."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer(connection):
        try:
            connection.recv(65536)
            while True:
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(pause)
                if pause == 0:
                    if not connection.recv(65536):
                        return
        except OSError:
            pass

    def serve():
        while True:
            connection, _ = server.accept()
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}"


busy = canned([b"HTTP/1.1 503 Busy\r\nretry-after: 3600\r\ncontent-length: 0\r\n\r\n"], 0)
dripping = canned([b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n"] + [b"x"] * 10, 0.5)
silent = canned([b""], 0.5)
train = ["train", "--data", "table.csv", "--target", "y", "-o", "out.json", "--model"]
commands = {
    "train forest": train + ["forest", "--set", "treeCount=100000"],
    "train mlp": train + ["mlp", "--set", "hidden=[300]", "--set", "epochs=100000", "--set", "patience=100000"],
    "train kernel": train + ["kernel-logistic"],
    "steal in the process": ["steal", "--model", "f.json", "--attack", "retrain-uniform", "--budget", "5000000", "-o", "out.json"],
    "steal, busy server": ["steal", busy, "-o", "out.json"],
    "steal, dripping server": ["steal", dripping, "-o", "out.json"],
    "steal, silent server": ["steal", silent, "-o", "out.json"],
        "reproduce dosage": ["reproduce", "dosage", "--seeds", "1000", "-o", "out"],
    "membership": ["membership", "--train", "tree", "--data", "table.csv", "--target", "y", "--shadows", "4096", "-o", "out"],
    "serve": ["serve", "--model", "f.json", "--port", "0"],
}
bad = 0
for name, arguments in commands.items():
    slowest, ends, words = 0.0, {}, ""
    for moment in range(moments):
        for file in os.listdir(folder):
            if file.startswith("out"):
                os.system(f"rm -rf {os.path.join(folder, file)}")
        process = subprocess.Popen([program, *arguments], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        # Before its first line, while the system loads it, a program ends as the system ends it.
        time.sleep(random.uniform(0.3, 6))
        if process.poll() is not None:
            key = f"over before ({process.returncode})"
            words = process.stderr.read()[-200:]
        else:
            start = time.monotonic()
            process.send_signal(random.choice([signal.SIGTERM, signal.SIGINT]))
            try:
                words = process.communicate(timeout=30)[1].strip().splitlines()[-1]
            except (subprocess.TimeoutExpired, IndexError):
                process.kill()
            took = time.monotonic() - start
            slowest = max(slowest, took)
            key = str(process.returncode)
            partial = [file for _, _, files in os.walk(folder) for file in files
                       if file.endswith(".partial") or file in ("results.json", "report.html")]
            right = (0, 75) if name == "serve" else (75,)
            if process.returncode == 0 and name != "serve":
                # It was done before it heard of the signal.
                ends["done"] = ends.get("done", 0) + 1
                continue
            if took > 2 or process.returncode not in right or partial or os.path.exists(os.path.join(folder, "out.json")):
                bad += 1
                key += " BAD"
        ends[key] = ends.get(key, 0) + 1
    print(f"{name}: {ends}, slowest {slowest:.2f} s; {words}", flush=True)
sys.exit(bad != 0)
