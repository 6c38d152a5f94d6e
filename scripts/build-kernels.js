// Compiles kernels/*.ts (AssemblyScript) to dist/kernels/*.wasm. A module is skipped when it is newer than all kernel sources and this script.
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import asc from "assemblyscript/asc"

const root = fileURLToPath(new URL("..", import.meta.url))
const from = join(root, "kernels")
const to = join(root, "dist", "kernels")
const options = ["-O3", "--converge", "--noAssert", "--enable", "simd", "--importMemory", "--runtime", "stub", "--use", "abort="]
/** Kernels whose jobs several threads may run on one memory. */
const shared = new Set(["factors-shared", "scores-shared", "trees"])
const sharing = ["--enable", "threads", "--sharedMemory", "--maximumMemory", "65536"]

const entries = readdirSync(from, { recursive: true, withFileTypes: true })
const sources = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
const newest = Math.max(
  ...sources.map((entry) => statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs),
  statSync(fileURLToPath(import.meta.url)).mtimeMs,
)
mkdirSync(to, { recursive: true })
// Files directly in kernels/ are modules; those in its folders are parts that modules import.
const modules = readdirSync(from)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.slice(0, -3))
for (const name of modules) {
  const target = join(to, `${name}.wasm`)
  if (modified(target) > newest) continue
  const made = join("dist", "kernels", `${name}.${process.pid}.tmp.wasm`)
  const { error, stderr } = await asc.main([
    `kernels/${name}.ts`,
    ...options,
    ...(shared.has(name) ? sharing : []),
    "--baseDir",
    root,
    "--outFile",
    made,
  ])
  if (error) {
    console.error(`${stderr}\nbuild-kernels: ${name} did not compile`)
    process.exit(1)
  }
  if (hasData(readFileSync(join(root, made)))) {
    console.error(
      `build-kernels: ${name} has static data, which the arena would overwrite. Leave out tables, strings and Math functions that use them.`,
    )
    process.exit(1)
  }
  // A process that reads the kernel meanwhile sees the old file or the new one, never half of it.
  renameSync(join(root, made), target)
}

/** Whether a module has a data section (id 11) with anything in it. */
function hasData(bytes) {
  const number = (at) => {
    let [value, shift, next] = [0, 0, at]
    for (let more = true; more; shift += 7) {
      more = (bytes[next] & 128) !== 0
      value |= (bytes[next++] & 127) << shift
    }
    return { value, next }
  }
  for (let at = 8; at < bytes.length; ) {
    const size = number(at + 1)
    if (bytes[at] === 11 && number(size.next).value > 0) return true
    at = size.next + size.value
  }
  return false
}

function modified(path) {
  try {
    return statSync(path).mtimeMs
  } catch {
    return 0
  }
}
