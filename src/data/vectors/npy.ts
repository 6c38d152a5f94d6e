import { readFile } from "node:fs/promises"
import { basename } from "node:path"
import { Corrupt, InvalidArgument, type Matrix } from "../../core/index.ts"

/** Element types that are read, by numpy's name, with their bytes. */
const types: Readonly<Record<string, readonly [bytes: number, read: (view: DataView, at: number) => number]>> = {
  "<f4": [4, (view, at) => view.getFloat32(at, true)],
  "<f8": [8, (view, at) => view.getFloat64(at, true)],
  "|u1": [1, (view, at) => view.getUint8(at)],
  "|i1": [1, (view, at) => view.getInt8(at)],
  "<i4": [4, (view, at) => view.getInt32(at, true)],
}

/**
 * A two-dimensional array of a numpy file, in rows.
 *
 * @throws {@link InvalidArgument} on another shape, order or element type, {@link Corrupt} when bytes are missing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export async function readNpy(path: string): Promise<Matrix> {
  const bytes = await readFile(path)
  const name = basename(path)
  const isFirst = bytes[6] === 1
  const begin = isFirst ? 10 : 12
  const length = isFirst ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8)
  const header = bytes.toString("latin1", begin, begin + length)
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? ""
  const shape = /'shape':\s*\((\d+),\s*(\d+)\)/.exec(header)
  const type = types[descr]
  if (type === undefined || shape === null || !/'fortran_order':\s*False/.test(header)) {
    const remedy = "Save it with numpy.ascontiguousarray(x, dtype='float32')."
    throw new InvalidArgument(name, `rows of ${Object.keys(types).join(", ")}`, header.trim().slice(0, 80), remedy)
  }
  const [rows, cols] = [Number(shape[1]), Number(shape[2])]
  const [size, read] = type
  const values = bytes.subarray(begin + length)
  if (values.length < rows * cols * size) {
    throw new Corrupt(name, `${rows * cols * size} bytes of numbers`, String(values.length), "Write the file again.")
  }
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength)
  const data = new Float32Array(rows * cols)
  for (let i = 0; i < data.length; i++) data[i] = read(view, i * size)
  return { data, rows, cols }
}
