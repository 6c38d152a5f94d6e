import { Corrupt, type LogEntry, type LogRecord, type Position } from "../core/index.ts"
import { checksum } from "./checksum.ts"
import { decodeInteractions } from "./interaction-columns.ts"

/** Records that lie together in one value of the log. */
export interface ChunkSource {
  readonly first: Position
  readonly times: ArrayLike<number>
  /** The records in JSON, without the brackets of an array, or column by column. */
  readonly body: string | Buffer
  /** Positions when they are not consecutive. */
  readonly positions?: ArrayLike<number>
}

/** length, checksum, version + flags, count, first, last. */
const HEADER = 32
const VERSION = 1
const FLAG_POSITIONS = 1
/** The text is one byte a character: decoded as Latin-1, which is several times as fast. */
const FLAG_ASCII = 2
/** The records are interactions, column by column. */
const FLAG_COLUMNS = 4

/**
 * One value of the log: `[length u32][checksum u32][version u16][flags u16][count u32][first f64][last f64]`, times as f64, positions as f64 when
 * they are not consecutive, then the records as a JSON array, or the columns of `encodeInteractions`. The checksum covers everything after
 * itself.
 */
export function encodeChunk({ first, times, body, positions }: ChunkSource): Buffer {
  const count = times.length
  const bodyBytes = typeof body === "string" ? Buffer.byteLength(body) + 2 : body.length
  const numbers = 8 * count * (positions === undefined ? 1 : 2)
  const bytes = Buffer.allocUnsafeSlow(HEADER + numbers + bodyBytes)
  const isAscii = typeof body === "string" && bodyBytes === body.length + 2
  const flags = (positions === undefined ? 0 : FLAG_POSITIONS) | (typeof body !== "string" ? FLAG_COLUMNS : isAscii ? FLAG_ASCII : 0)
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeUInt16LE(VERSION, 8)
  bytes.writeUInt16LE(flags, 10)
  bytes.writeUInt32LE(count, 12)
  bytes.writeDoubleLE(first, 16)
  bytes.writeDoubleLE(positions === undefined ? first + count - 1 : positions[count - 1]!, 24)
  new Float64Array(bytes.buffer, HEADER, count).set(times)
  if (positions !== undefined) new Float64Array(bytes.buffer, HEADER + 8 * count, count).set(positions)
  const start = HEADER + numbers
  if (typeof body === "string") {
    bytes[start] = 0x5b
    bytes.write(body, start + 1, isAscii ? "latin1" : "utf8")
    bytes[bytes.length - 1] = 0x5d
  } else bytes.set(body, start)
  bytes.writeUInt32LE(checksum(bytes, 8), 4)
  return bytes
}

/** The last position in a chunk, from its header alone. */
export function chunkLast(bytes: Buffer): Position {
  if (bytes.length < HEADER) throw torn("a chunk cut short")
  return bytes.readDoubleLE(24)
}

/** The entries of a chunk in `(after, to]`. @throws {@link Corrupt} when length, checksum or version are not what was written */
export function decodeChunk(bytes: Buffer, after: Position, to: Position): LogEntry[] {
  if (bytes.length < HEADER || bytes.readUInt32LE(0) !== bytes.length) throw torn("a chunk of another length")
  if (bytes.readUInt32LE(4) !== checksum(bytes, 8)) throw torn("bytes with another checksum")
  if (bytes.readUInt16LE(8) !== VERSION) throw torn(`chunk version ${bytes.readUInt16LE(8)}`)
  const flags = bytes.readUInt16LE(10)
  const count = bytes.readUInt32LE(12)
  const first = bytes.readDoubleLE(16)
  const gaps = (flags & FLAG_POSITIONS) !== 0
  const start = HEADER + 8 * count * (gaps ? 2 : 1)
  const records = flags & FLAG_COLUMNS ? decodeInteractions(bytes.subarray(start), count) : parsed(bytes, start, flags)
  const entries: LogEntry[] = []
  for (let i = 0; i < count; i++) {
    const position = gaps ? bytes.readDoubleLE(HEADER + 8 * (count + i)) : first + i
    if (position > after && position <= to) entries.push({ position, time: bytes.readDoubleLE(HEADER + 8 * i), record: records[i]! })
  }
  return entries
}

function parsed(bytes: Buffer, start: number, flags: number): readonly LogRecord[] {
  return JSON.parse(flags & FLAG_ASCII ? bytes.toString("latin1", start) : bytes.toString("utf8", start)) as LogRecord[]
}

function torn(came: string): Corrupt {
  return new Corrupt("event log", "a chunk as it was written", came, "Restore the store from a backup.")
}
