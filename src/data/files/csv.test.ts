import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { csvBlocks, delimiterOf, parseCsv } from "./csv.ts"

const parse = (text: string, delimiter = ",", quotes = true) => parseCsv(text, { delimiter, quotes, firstLine: 1, last: true })

test.each([
  {
    name: "plain lines",
    text: "a,b\nc,d\n",
    records: [
      ["a", "b"],
      ["c", "d"],
    ],
    lines: [1, 2],
  },
  {
    name: "no last line end",
    text: "a,b\nc,d",
    records: [
      ["a", "b"],
      ["c", "d"],
    ],
    lines: [1, 2],
  },
  {
    name: "Windows line ends",
    text: 'a,b\r\n"c",d\r\n',
    records: [
      ["a", "b"],
      ["c", "d"],
    ],
    lines: [1, 2],
  },
  { name: "empty lines", text: "a\n\n\r\nb\n", records: [["a"], ["b"]], lines: [1, 4] },
  {
    name: "empty fields",
    text: ',\n"",\n',
    records: [
      ["", ""],
      ["", ""],
    ],
    lines: [1, 2],
  },
  { name: "quoted delimiters", text: '"a,b",c\n', records: [["a,b", "c"]], lines: [1] },
  { name: "doubled quotes", text: '"say ""hi""",x\n', records: [['say "hi"', "x"]], lines: [1] },
  {
    name: "a line end in quotes",
    text: '"a\nb",c\nd,e\n',
    records: [
      ["a\nb", "c"],
      ["d", "e"],
    ],
    lines: [1, 3],
  },
  { name: "a quote inside a field is itself", text: '5" disk,x\n', records: [['5" disk', "x"]], lines: [1] },
  { name: "a trailing delimiter", text: '"a",\n', records: [["a", ""]], lines: [1] },
])("csv, $name", ({ text, records, lines }) => {
  const found = parse(text)
  expect(found.records).toEqual(records)
  expect(found.lines).toEqual(lines)
  expect(found.bad).toEqual([])
})

test("what cannot be read is told by line and the rest is kept", () => {
  const found = parse('a,b\n"c"x,d\ne,f\n"never,closed\ng,h\n')
  expect(found.records).toEqual([
    ["a", "b"],
    ["e", "f"],
    ["g", "h"],
  ])
  expect(found.bad).toEqual([
    { line: 2, reason: "text after a closing quote" },
    { line: 4, reason: "a quote that is never closed" },
  ])
  expect(found.lines).toEqual([1, 3, 5])
})

test.each([
  { header: "a,b;c,d", expected: "," },
  { header: "a\tb", expected: "\t" },
  { header: "1::2::3", expected: "::" },
  { header: "alone", expected: "," },
])("the delimiter of $header", ({ header, expected }) => {
  expect(delimiterOf(header)).toBe(expected)
})

const field = fc.string({ unit: fc.constantFrom("a", "é", '"', ",", "\n", "\r", " ", "😀"), maxLength: 6 })
const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 8 })
const written = (row: readonly string[]) => `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\n`

test("property: reads back what RFC 4180 writes", () => {
  fc.assert(
    fc.property(rows, (table) => {
      expect(parse(table.map(written).join("")).records).toEqual(table)
    }),
  )
})

test("property: any text is read to its end, whatever it holds", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r") }), (text) => {
      const { records, bad, end } = parse(text)
      expect(end).toBe(text.length)
      expect(records.length + bad.length).toBeLessThanOrEqual(text.split("\n").length)
    }),
  )
})

let folder = ""
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "csv-"))
})
afterAll(() => rm(folder, { recursive: true }))

test.each(["t.csv", "t.csv.gz"])("a file read in two goes gives the records of one: %s", async (name) => {
  // Long enough for several blocks, with line ends in quotes so that some records cross from one block to the next.
  const table = Array.from({ length: 20_000 }, (_, i) => [String(i), i % 3 === 0 ? `two\nlines é ${i} ${"and more ".repeat(12)}` : "one"])
  const text = table.map(written).join("")
  await writeFile(join(folder, name), name.endsWith(".gz") ? gzipSync(text) : text)
  const whole: (readonly string[])[] = []
  const places: { byte: number; line: number; count: number }[] = []
  for await (const block of csvBlocks(join(folder, name))) {
    whole.push(...block.records)
    places.push({ byte: block.nextByte, line: block.nextLine, count: whole.length })
  }
  expect(whole).toEqual(table)
  expect(places.length).toBeGreaterThan(3)
  for (const { byte, line, count } of [places[1]!, places.at(-2)!]) {
    const rest: (readonly string[])[] = []
    let firstLine = 0
    for await (const block of csvBlocks(join(folder, name), { from: { byte, line } })) {
      firstLine ||= block.lines[0] ?? 0
      rest.push(...block.records)
    }
    expect(rest).toEqual(table.slice(count))
    expect(firstLine).toBe(1 + table.slice(0, count).reduce((sum, row) => sum + (row[1]!.includes("\n") ? 2 : 1), 0))
  }
})
