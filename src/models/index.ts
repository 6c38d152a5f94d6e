export * from "./item-neighbours.ts"
export * from "./popularity.ts"
