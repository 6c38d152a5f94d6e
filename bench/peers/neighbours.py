"""Nearest neighbours by hnswlib, faiss and annoy, one thread, beside bench/neighbours.bench.ts.

usage: neighbours.py FOLDER DIMENSION K LIBRARY
FOLDER holds rows.f32, queries.f32 and truth.u32 (K ids a query). The built index is kept there, so that a second run only searches.
Prints one line of JSON: version, build CPU seconds, bytes of the index, and for each effort recall and queries a CPU second (one batch call).
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np

folder, dimension, k, library = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
load = lambda name, kind, width: np.fromfile(os.path.join(folder, name), kind).reshape(-1, width)
queries, truth = load("queries.f32", np.float32, dimension), load("truth.u32", np.uint32, k)
kept = os.path.join(folder, library + ".index")
cpu = time.process_time


def faiss_index(description, efforts, set_effort):
    import faiss

    faiss.omp_set_num_threads(1)

    def build(rows):
        index = faiss.index_factory(dimension, description)
        index.train(rows[np.random.RandomState(7).permutation(len(rows))[:131072]])
        index.add(rows)
        faiss.write_index(index, kept)

    def searcher():
        index = faiss.read_index(kept)
        return lambda effort: (set_effort(faiss, index, effort), index.search(queries, k)[1])[1]

    return build, searcher, efforts, faiss.__version__


def probes(faiss, index, effort):
    faiss.extract_index_ivf(index).nprobe = effort


def refine(faiss, index, effort):
    faiss.downcast_index(index).k_factor = effort / k


def spread(faiss, index, effort):
    faiss.downcast_index(index).hnsw.efSearch = effort


def hnswlib_index():
    import hnswlib

    def build(rows):
        index = hnswlib.Index("l2", dimension)
        index.init_index(len(rows), M=16, ef_construction=200, random_seed=7)
        index.set_num_threads(1)
        index.add_items(rows, num_threads=1)
        index.save_index(kept)

    def searcher():
        index = hnswlib.Index("l2", dimension)
        index.load_index(kept)
        return lambda effort: (index.set_ef(effort), index.knn_query(queries, k, num_threads=1)[0])[1]

    return build, searcher, graph_efforts, "0.8.0"


def annoy_index():
    from importlib.metadata import version

    from annoy import AnnoyIndex

    def build(rows):
        index = AnnoyIndex(dimension, "euclidean")
        index.set_seed(7)
        for i, row in enumerate(rows):
            index.add_item(i, row)
        index.build(32, n_jobs=1)
        index.save(kept)

    def searcher():
        index = AnnoyIndex(dimension, "euclidean")
        index.load(kept)
        return lambda effort: [index.get_nns_by_vector(query, k, effort) for query in queries]

    return build, searcher, [500, 1000, 2000, 4000, 8000, 16000, 32000, 64000], version("annoy")


graph_efforts = [10, 16, 24, 32, 40, 48, 64, 80, 96, 128, 192, 256]
list_efforts = [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192]
rescored = [10, 20, 40, 80, 160, 320, 640, 1280]
libraries = {
    "hnswlib": hnswlib_index,
    "annoy": annoy_index,
    "faiss-hnsw": lambda: faiss_index("HNSW16,Flat", graph_efforts, spread),
    "faiss-ivf1024": lambda: faiss_index("IVF1024,Flat", list_efforts, probes),
    "faiss-ivf2048": lambda: faiss_index("IVF2048,Flat", list_efforts, probes),
    "faiss-ivf1024-sq8": lambda: faiss_index("IVF1024,SQ8", list_efforts, probes),
    "faiss-pq64x4fs": lambda: faiss_index("PQ64x4fs,RFlat", rescored, refine),
    "faiss-pq32": lambda: faiss_index("PQ32,RFlat", rescored[:5], refine),
    "faiss-lsh": lambda: faiss_index("LSH1024r,RFlat", [80, 320, 1280, 5120, 20480], refine),
}
build, searcher, efforts, version = libraries[library]()
noted = kept + ".json"
if not os.path.exists(kept):
    rows = load("rows.f32", np.float32, dimension)
    before = cpu()
    build(rows)
    with open(noted, "w") as file:
        json.dump(cpu() - before, file)
    del rows
search = searcher()
points = []
for effort in efforts:
    search(effort)
    before = cpu()
    found = search(effort)
    seconds = cpu() - before
    recall = float(np.mean([len(set(map(int, ids)) & set(map(int, best))) / k for ids, best in zip(found, truth)]))
    points.append({"effort": effort, "recall": recall, "queriesPerSecond": len(queries) / seconds})
    if recall > 0.9975:
        break
with open(noted) as file:
    print(json.dumps({"version": version, "buildSeconds": json.load(file), "bytes": os.path.getsize(kept), "points": points}))
