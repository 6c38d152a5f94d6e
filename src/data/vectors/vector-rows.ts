import { InvalidArgument, type Matrix } from "../../core/index.ts"

/** Rows of one length, collected from a file. */
export class VectorRows {
  readonly #file: string
  #cols = 0
  #rows = 0
  #data = new Float32Array(0)

  constructor(file: string) {
    this.#file = file
  }

  /** A row that should be a list of finite numbers; `line` is where it stands. @throws {@link InvalidArgument} when it is none */
  add(values: unknown, line: number): void {
    const where = `${this.#file}, row ${line}`
    if (!Array.isArray(values) || values.length === 0) {
      throw new InvalidArgument(
        where,
        "a list of numbers",
        JSON.stringify(values)?.slice(0, 40) ?? "nothing",
        "Name the column of the vectors.",
      )
    }
    if (this.#rows === 0) this.#cols = values.length
    if (values.length !== this.#cols) {
      throw new InvalidArgument(where, `${this.#cols} numbers, as in the rows before`, String(values.length), "Leave the row out.")
    }
    const at = this.#rows * this.#cols
    if (at + this.#cols > this.#data.length) {
      const data = new Float32Array(Math.max(1024 * this.#cols, this.#data.length * 2))
      data.set(this.#data)
      this.#data = data
    }
    for (let i = 0; i < this.#cols; i++) {
      const value: unknown = values[i]
      if (typeof value !== "number" || !Number.isFinite(value)) {
        throw new InvalidArgument(where, "finite numbers", `${JSON.stringify(value)} at ${i}`, "Leave the row out, or mend it.")
      }
      this.#data[at + i] = value
    }
    this.#rows++
  }

  /** A list, or an object with a list in a field, or with numbers in its fields. */
  addRecord(record: unknown, column: string | undefined, line: number): void {
    const isList = Array.isArray(record) || record === null || typeof record !== "object"
    this.add(isList ? record : this.#fieldsOf(record, column, line), line)
  }

  #fieldsOf(record: object, column: string | undefined, line: number): unknown {
    const fields: [string, unknown][] = Object.entries(record)
    if (column === undefined) {
      const list = fields.find(([, value]) => Array.isArray(value))
      if (list !== undefined) return list[1]
      return fields.filter(([name, value]) => typeof value === "number" && !/^(id|index|label)$/i.test(name)).map(([, value]) => value)
    }
    const named = fields.find(([name]) => name === column)
    if (named !== undefined) return named[1]
    const known = fields.map(([name]) => name).join(", ")
    throw new InvalidArgument(`${this.#file}, row ${line}`, `a field among ${known}`, JSON.stringify(column), "Check the spelling.")
  }

  /** @throws {@link InvalidArgument} when there are no rows */
  done(): Matrix {
    if (this.#rows === 0) throw new InvalidArgument(this.#file, "rows of numbers", "none", "Check the file.")
    return { data: this.#data.slice(0, this.#rows * this.#cols), rows: this.#rows, cols: this.#cols }
  }
}
