/** A field of a protobuf message, encoded; a message is its fields one after another. */
export type ProtoField = Uint8Array

const encoder = new TextEncoder()

/** The wire format's writing half: as much of it as ONNX needs. @see https://protobuf.dev/programming-guides/encoding */
export const proto = {
  /** int32, int64, enum. Whole numbers up to 2^53; negative ones take ten bytes. */
  int: (field: number, value: number): ProtoField => join([varint(field * 8), varint(value)]),
  float: (field: number, value: number): ProtoField => join([varint(field * 8 + 5), new Uint8Array(littleEndian([value]).buffer)]),
  string: (field: number, value: string): ProtoField => bytes(field, encoder.encode(value)),
  strings: (field: number, values: readonly string[]): ProtoField => join(values.map((value) => proto.string(field, value))),
  message: (field: number, fields: readonly ProtoField[]): ProtoField => bytes(field, join(fields)),
  /** Packed: one field for the whole list. */
  ints: (field: number, values: ArrayLike<number>): ProtoField => bytes(field, join(Array.from(values, varint))),
  floats: (field: number, values: ArrayLike<number>): ProtoField => bytes(field, new Uint8Array(littleEndian(values).buffer)),
}

/** Fields one after another. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function bytes(field: number, value: Uint8Array): ProtoField {
  return join([varint(field * 8 + 2), varint(value.length), value])
}

function varint(value: number): Uint8Array {
  const out: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  out.push(Number(rest))
  return Uint8Array.from(out)
}

function littleEndian(values: ArrayLike<number>): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(values.length * 4))
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i]!, true)
  return view
}
