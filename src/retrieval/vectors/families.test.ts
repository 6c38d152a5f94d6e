import { vectorIndexContract } from "../../../test/contracts/vector-index.ts"
import { ExactScan, exactScan } from "./exact-scan.ts"
import type { VectorConfig, VectorFamilyName } from "./families.ts"
import { LiveIndex } from "./live-index.ts"

vectorIndexContract("exact", { make: exactScan, load: ExactScan.load, everything: 1 })

/** Runs the suite on a family whose effort can reach everything. */
function family<Name extends VectorFamilyName>(name: string, kind: Name, config: VectorConfig<Name>, everything: number): void {
  vectorIndexContract(name, {
    make: (rows, metric, ids) => LiveIndex.build(kind, { rows, metric, ...(ids && { ids }) }, config, { seed: 5 }),
    load: LiveIndex.load,
    everything,
  })
}

family("int8", "int8", {}, 1000)
family("clusters", "clusters", { lists: 6, rescored: 50 }, 6)
family("clusters over f32", "clusters", { lists: 6, codes: "none" }, 6)
family("product codes", "product", {}, 1000)
family("forest", "forest", { trees: 3, leaf: 4, rescored: 50 }, 1000)
family("kd-forest", "forest", { trees: 2, leaf: 4, split: "axis", rescored: 50 }, 1000)
family("lsh", "lsh", { tables: 3, bits: 4, rescored: 50 }, 48)
family("graph", "graph", { rescored: 50 }, 1000)
