/** A growing memory; growing detaches the buffer before. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** Compiled code, without memory. */
export type WasmModule = object

/** What we use of the WebAssembly global; its types belong to the browser's library, which this package does not compile against. */
interface WasmGlobal {
  readonly Memory: new (size: { initial: number; maximum?: number; shared?: boolean }) => WasmMemory
  readonly Module: new (bytes: Uint8Array) => WasmModule
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown }
  compile(bytes: Uint8Array): Promise<WasmModule>
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WasmGlobal }).WebAssembly
