/** Functions of `kernels/factors.ts`; all addresses are of one job's memory. */
export interface FactorKernel {
  scratchLength(n: number): number
  gram(y: number, n: number, from: number, to: number, gram: number): void
  solveRows(
    from: number,
    to: number,
    offsets: number,
    indices: number,
    entry: number,
    weight: number,
    pull: number,
    y: number,
    n: number,
    gram: number,
    share: number,
    ridge: number,
    out: number,
    scratch: number,
  ): void
  stepRows(
    from: number,
    to: number,
    offsets: number,
    indices: number,
    entry: number,
    weight: number,
    pull: number,
    y: number,
    n: number,
    gram: number,
    share: number,
    ridge: number,
    out: number,
    scratch: number,
    steps: number,
  ): void
  products(y: number, n: number, from: number, to: number, x: number, out: number): void
}
