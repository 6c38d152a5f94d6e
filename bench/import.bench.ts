// What `import "trommel"` costs: milliseconds and resident memory over an empty Node process, medians of several runs.
// usage: npm run bench -- import [RUNS]
import { spawnSync } from "node:child_process"

const RUNS = Number(process.argv[2] ?? 9)

const measure = (imported: string) => {
  const code = `const t = performance.now(); ${imported}; console.log(JSON.stringify([performance.now() - t, process.memoryUsage().rss / 1e6]))`
  const runs = Array.from({ length: RUNS }, () => {
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" })
    return JSON.parse(stdout) as [number, number]
  })
  return [0, 1].map((column) => runs.map((run) => run[column]!).sort((a, b) => a - b)[RUNS >> 1]!) as [number, number]
}

const [, empty] = measure("")
for (const name of ["trommel", "trommel/metrics"]) {
  const [ms, mb] = measure(`await import(${JSON.stringify(name)})`)
  console.log(`${name.padEnd(16)} ${ms.toFixed(0)} ms, ${mb.toFixed(0)} MB resident, of which an empty Node is ${empty.toFixed(0)} MB`)
}
