export { type FactorModel, type FoldInRule, loadFactorModel } from "./factor-model.ts"
export { alsMemoryBytes, type ImplicitAlsConfig, implicitAls } from "./implicit-als.ts"
