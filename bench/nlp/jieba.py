"""Cuts texts with jieba. Reads {"texts": [...], "rounds": n} from standard input and
prints, for each mode, the CPU seconds of every round, without loading."""

import json
import sys
import time

import jieba

jieba.setLogLevel(60)
given = json.load(sys.stdin)
start = time.process_time()
jieba.initialize()
out = {"version": jieba.__version__, "load": time.process_time() - start, "modes": {}}
for name, hmm in (("no HMM", False), ("HMM", True)):
    seconds = []
    for _ in range(given["rounds"]):
        start = time.process_time()
        words = sum(len(jieba.lcut(text, HMM=hmm)) for text in given["texts"])
        seconds.append(time.process_time() - start)
    out["modes"][name] = {"seconds": seconds, "words": words}
json.dump(out, sys.stdout)
