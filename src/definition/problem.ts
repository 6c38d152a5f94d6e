export type { ProblemStatement } from "../problem/index.ts"
