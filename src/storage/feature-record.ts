import { Corrupt } from "../core/index.ts"
import { checksum } from "./checksum.ts"
import type { FeatureLog } from "./ports.ts"

type Row = Parameters<FeatureLog["append"]>[0]

/** Marks the start of every record ("TFL1"), so that a scan notices when it is lost. */
const MAGIC = 0x314c4654
/** magic, length, checksum, bytes of id, bytes of hash (2 + 2), rows, columns, time. */
export const FEATURE_HEADER = 32

const padded = (bytes: number) => (bytes + 3) & ~3
const textBytes = (text: string) => Buffer.byteLength(text)

/**
 * Bytes that one request costs in the log of served feature values: `32 + text + 4 * candidates * (1 + columns)`, where `text` is the request
 * id and the feature-schema hash, padded to 4.
 *
 * @param candidates - how many candidates are logged with the request
 * @param columns - feature columns of the schema
 * @param idBytes - UTF-8 bytes of a request id; a UUID has 36
 * @param hashBytes - UTF-8 bytes of the schema hash; a SHA-256 in hex has 64
 */
export function featureLogBytesPerRequest(candidates: number, columns: number, idBytes = 36, hashBytes = 64): number {
  return FEATURE_HEADER + padded(idBytes + hashBytes) + 4 * candidates * (1 + columns)
}

/** Bytes of one row as it is stored. */
export function featureRecordBytes({ requestId, schemaHash, values }: Row): number {
  return featureLogBytesPerRequest(values.rows, values.cols, textBytes(requestId), textBytes(schemaHash))
}

/** One row as it is stored. */
export function encodeFeatureRecord(row: Row): Buffer {
  const { values } = row
  const bytes = Buffer.alloc(featureRecordBytes(row))
  const id = Buffer.from(row.requestId)
  const hash = Buffer.from(row.schemaHash)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(bytes.length, 4)
  bytes.writeUInt16LE(id.length, 12)
  bytes.writeUInt16LE(hash.length, 14)
  bytes.writeUInt32LE(values.rows, 16)
  bytes.writeUInt32LE(values.cols, 20)
  bytes.writeDoubleLE(row.time, 24)
  id.copy(bytes, FEATURE_HEADER)
  hash.copy(bytes, FEATURE_HEADER + id.length)
  const ids = FEATURE_HEADER + padded(id.length + hash.length)
  bytes.set(new Uint8Array(row.ids.buffer, row.ids.byteOffset, values.rows * 4), ids)
  bytes.set(new Uint8Array(values.data.buffer, values.data.byteOffset, values.rows * values.cols * 4), ids + values.rows * 4)
  bytes.writeUInt32LE(checksum(bytes, 12), 8)
  return bytes
}

/** The length of the record that starts here by its header; 0 when the header is cut off or not one. */
export function featureRecordLength(bytes: Uint8Array, at: number): number {
  if (at + FEATURE_HEADER > bytes.length) return 0
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, FEATURE_HEADER)
  const length = view.getUint32(4, true)
  return view.getUint32(0, true) === MAGIC && length >= FEATURE_HEADER ? length : 0
}

/** True when a whole record with the right checksum starts here. */
export function featureRecordWhole(bytes: Uint8Array, at: number): boolean {
  const length = featureRecordLength(bytes, at)
  if (length === 0 || at + length > bytes.length) return false
  return new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(8, true) === checksum(bytes, at + 12, at + length)
}

/** The request id of the record that starts here. */
export function featureRecordId(bytes: Uint8Array, at: number): string {
  const idBytes = new DataView(bytes.buffer, bytes.byteOffset + at).getUint16(12, true)
  return Buffer.from(bytes.buffer, bytes.byteOffset + at + FEATURE_HEADER, idBytes).toString()
}

/** The row that {@link encodeFeatureRecord} stored. @throws {@link Corrupt} when its bytes changed */
export function decodeFeatureRecord(bytes: Uint8Array, at = 0): Row {
  if (!featureRecordWhole(bytes, at)) {
    throw new Corrupt(
      "feature log",
      "a whole record with the checksum it was written with",
      "other bytes",
      "Restore the segment from a backup.",
    )
  }
  const record = new Uint8Array(bytes.subarray(at, at + featureRecordLength(bytes, at)))
  const view = new DataView(record.buffer)
  const idBytes = view.getUint16(12, true)
  const hashBytes = view.getUint16(14, true)
  const rows = view.getUint32(16, true)
  const cols = view.getUint32(20, true)
  const ids = FEATURE_HEADER + padded(idBytes + hashBytes)
  return {
    requestId: featureRecordId(record, 0),
    schemaHash: Buffer.from(record.buffer, FEATURE_HEADER + idBytes, hashBytes).toString(),
    time: view.getFloat64(24, true),
    ids: new Uint32Array(record.buffer, ids, rows),
    values: { data: new Float32Array(record.buffer, ids + rows * 4, rows * cols), rows, cols },
  }
}
