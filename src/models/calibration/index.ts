export { type CalibrationData, type Calibrator, type CalibratorParts, loadCalibrator } from "./calibrator.ts"
export * from "./isotonic.ts"
export { platt } from "./platt.ts"
export * from "./prior-shift.ts"
export * from "./temperature.ts"

import { isotonic } from "./isotonic.ts"
import { platt } from "./platt.ts"
import { priorShift } from "./prior-shift.ts"
import { temperature } from "./temperature.ts"

/** Ways to make probabilities of scores, by name. Adding one is one import and one key. */
export const calibrators = { platt, isotonic, temperature, priorShift }
