import { type BundleReader, unknownName } from "../../core/index.ts"
import { loadSelect } from "../selection/select-step.ts"
import { loadBuckets } from "./buckets.ts"
import { loadCap } from "./cap.ts"
import { loadCyclic } from "./cyclic.ts"
import { loadEmbedding } from "./embedding.ts"
import { loadImpute } from "./impute.ts"
import { loadImputeModel } from "./impute-model.ts"
import { loadLabelEncode } from "./label-encode.ts"
import { loadLog1p } from "./log1p.ts"
import { loadMaxAbs } from "./max-abs.ts"
import { loadMinMax } from "./min-max.ts"
import { loadMissingIndicator } from "./missing-indicator.ts"
import { loadOneHot } from "./one-hot.ts"
import { loadPower } from "./power.ts"
import { loadQuantile } from "./quantile.ts"
import { loadRobust } from "./robust.ts"
import { loadTargetEncode } from "./target-encode.ts"
import type { FittedTransform } from "./transform.ts"
import { loadZScore } from "./z-score.ts"

/** How each kind of step is restored. Adding one is one import and one key. */
export const transformLoaders: Readonly<Record<string, (bundle: BundleReader) => FittedTransform>> = {
  buckets: loadBuckets,
  cap: loadCap,
  cyclic: loadCyclic,
  embedding: loadEmbedding,
  impute: loadImpute,
  imputeModel: loadImputeModel,
  labelEncode: loadLabelEncode,
  log1p: loadLog1p,
  maxAbs: loadMaxAbs,
  minMax: loadMinMax,
  missingIndicator: loadMissingIndicator,
  oneHot: loadOneHot,
  power: loadPower,
  quantile: loadQuantile,
  robust: loadRobust,
  select: loadSelect,
  targetEncode: loadTargetEncode,
  zScore: loadZScore,
}

/** Restores a fitted step of any kind. @throws {@link NotFound} on a kind that this version does not have */
export function loadTransform(bundle: BundleReader): FittedTransform {
  const { kind } = bundle.json("transform") as { kind: string }
  if (!Object.hasOwn(transformLoaders, kind)) throw unknownName("loadTransform", "kind of step", kind, Object.keys(transformLoaders))
  return transformLoaders[kind]!(bundle)
}
