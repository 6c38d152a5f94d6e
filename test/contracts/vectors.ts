// The reader of test/vectors for folders that stand above `metrics`, whose helper it is.
export { expectClose, readVectors, type VectorCase } from "../../src/metrics/vectors.test.helper.ts"
