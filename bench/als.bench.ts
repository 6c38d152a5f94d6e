// Training implicit ALS beside the library `implicit`: `npm run bench -- als FOLDER FACTORS REPEATS`, in turn, medians, the same pairs, factors and
// iterations, rows solved exactly on both sides; the peer's default solver (three steps of conjugate gradients) stands beside it.
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { sparseRow, topK } from "../src/core/index.ts"
import { type FactorModel, implicitAls } from "../src/models/index.ts"
import { type ImplicitData, movieLens1m } from "./implicit-data.ts"

const [folder = join("..", "shared", "data", "rec-ml-1m-implicit"), factors = "64", repeats = "3"] = process.argv.slice(2)
const ITERATIONS = 15
const script = fileURLToPath(new URL("../../bench/peers/als.py", import.meta.url))

interface Timed {
  readonly cpuSeconds: readonly number[]
  readonly wallSeconds: readonly number[]
  readonly ndcg: number
}

async function ours(
  data: ImplicitData,
  threads: number,
  steps: number,
): Promise<{ readonly model: FactorModel; readonly cpu: number; readonly wall: number }> {
  const [before, start] = [process.cpuUsage(), performance.now()]
  const model = await implicitAls({ factors: Number(factors), iterations: ITERATIONS, regularisation: "plain", threads, steps }).fit(
    data.train,
    {
      seed: 7,
    },
  )
  const { user, system } = process.cpuUsage(before)
  return { model, cpu: (user + system) / 1e6, wall: (performance.now() - start) / 1e3 }
}

function theirs(threads: number, solver: "cholesky" | "cg"): (Timed & { readonly version: string }) | undefined {
  const args = [script, folder, factors, String(ITERATIONS), String(threads), solver, "1"]
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env
  const done = spawnSync(process.env.PEERS_PYTHON ?? "python3", args, { encoding: "utf8", env })
  return done.status === 0 ? JSON.parse(done.stdout.trim().split("\n").at(-1)!) : undefined
}

function ndcg({ train, test }: ImplicitData, model: FactorModel): number {
  const [scores, skip] = [new Float32Array(train.cols), new Uint8Array(train.cols)]
  let [total, people] = [0, 0]
  for (let user = 0; user < test.rows; user++) {
    const wanted = new Set(sparseRow(test, user))
    if (wanted.size === 0) continue
    const history = sparseRow(train, user)
    model.scores(history, scores)
    for (const item of history) skip[item] = 1
    let [gain, ideal] = [0, 0]
    topK(scores, 20, { skip }).forEach((item, place) => {
      if (wanted.has(item)) gain += 1 / Math.log2(place + 2)
      if (place < wanted.size) ideal += 1 / Math.log2(place + 2)
    })
    for (const item of history) skip[item] = 0
    total += gain / ideal
    people++
  }
  return total / people
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!

if (!existsSync(folder)) console.log(`als: no data in ${folder}; name the folder of rec-ml-1m-implicit`)
else {
  const data = movieLens1m(folder)
  console.log(
    `| ${factors} factors, ${ITERATIONS} iterations | threads | CPU s | wall s | NDCG@20 | CPU of trommel over it |\n| --- | --- | --- | --- | --- | --- |`,
  )
  for (const threads of [1, 2]) {
    for (const [solver, steps] of [
      ["cholesky", 0],
      ["cg", 3],
    ] as const) {
      const times = { own: { cpu: [] as number[], wall: [] as number[] }, peer: { cpu: [] as number[], wall: [] as number[] } }
      let [quality, peerQuality, version] = [0, 0, ""]
      for (let turn = 0; turn < Number(repeats); turn++) {
        const { model, cpu, wall } = await ours(data, threads, steps)
        times.own.cpu.push(cpu)
        times.own.wall.push(wall)
        quality = ndcg(data, model)
        const found = theirs(threads, solver)
        if (found === undefined) continue
        version = found.version
        times.peer.cpu.push(...found.cpuSeconds)
        times.peer.wall.push(...found.wallSeconds)
        peerQuality = found.ndcg
      }
      const row = (name: string, { cpu, wall }: typeof times.own, of: number, ratio: string) =>
        console.log(`| ${name} | ${threads} | ${median(cpu).toFixed(2)} | ${median(wall).toFixed(2)} | ${of.toFixed(4)} | ${ratio} |`)
      const ratio = version === "" ? "" : (median(times.own.cpu) / median(times.peer.cpu)).toFixed(2)
      row(`trommel, ${steps === 0 ? "exact" : `${steps} steps of conjugate gradients`}`, times.own, quality, ratio)
      if (version === "")
        console.log("the Python package implicit is missing: install it for the peer's lines (PEERS_PYTHON names the interpreter)")
      else row(`implicit ${version}, ${solver}`, times.peer, peerQuality, "")
    }
  }
}
