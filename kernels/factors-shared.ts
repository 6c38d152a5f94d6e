// The same functions as factors.ts, compiled for memory that several threads share: training uses these, serving those.
export * from "./factors"
