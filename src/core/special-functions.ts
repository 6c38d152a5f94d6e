export { betaQuantile, regularizedBeta } from "./special-functions-beta.ts"
export {
  chiSquareCdf,
  chiSquareQuantile,
  chiSquareSf,
  fSf,
  kolmogorovSf,
  noncentralTSf,
  studentTCdf,
  studentTQuantile,
  studentTSf,
} from "./special-functions-distributions.ts"
export { digamma, gammaP, gammaQ, logGamma } from "./special-functions-gamma.ts"
export { erfc, normalCdf, normalPdf, normalQuantile, normalSf } from "./special-functions-normal.ts"
