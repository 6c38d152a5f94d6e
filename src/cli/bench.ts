import { InvalidArgument } from "../core/index.ts"
import type { CliContext, Command, Input } from "./command.ts"
import { hint } from "./did-you-mean.ts"
import { benchEvents } from "./load/bench-events.ts"
import { benchLoad } from "./load/bench-load.ts"
import { benchNeighbours } from "./neighbours/bench-neighbours.ts"

/** What can be measured, and how many arguments each takes after its name. */
const kinds: Readonly<Record<string, { readonly run: (input: Input, context: CliContext) => Promise<number>; readonly files: number }>> = {
  load: { run: benchLoad, files: 0 },
  events: { run: benchEvents, files: 0 },
  neighbours: { run: benchNeighbours, files: 1 },
}

/** `trommel bench <load | events | neighbours>`. */
export const benchCommand: Command = {
  name: "bench",
  usage: "trommel bench <load | events> --system NAME [--url URL] [--qps N] [--seconds N]  |  bench neighbours [FILE | --dim N --rows N]",
  summary:
    "measure a running server from a process of its own: latency at a stated rate, or events a second; or kinds of vector index on your own vectors",
  text: "load sends ranking requests at a stated rate whether or not answers come (open loop) and measures each from the moment it was meant to be sent, so a stalled server shows. events sends batches as fast as they are acknowledged. neighbours needs no server: it builds every kind of vector index over the vectors of a file (.npy, .fvecs, bare f32, Parquet, JSON lines, CSV) or over made ones, and shows recall against latency and memory.",
  flags: {
    url: { value: "URL", text: "the server; http://127.0.0.1:4600" },
    system: { value: "NAME", text: "what to rank; the only system when there is one" },
    seconds: { value: "N", text: "how long to measure; 30" },
    qps: { value: "N", text: "load: requests a second; 500" },
    arrivals: { value: "KIND", text: "load: even, or poisson for bursts as independent people make them; even" },
    "warm-up": { value: "N", text: "load: seconds at the same rate before measuring; 3" },
    users: { value: "FILE|N", text: "load: user ids one a line, or how many to ask the server for; 1000" },
    limit: { value: "N", text: "load: items a page; 20" },
    placement: { value: "NAME", text: "load: where the page is shown" },
    stored: { text: "load: ask for the pages that were ranked ahead (trommel export --store-pages)" },
    "events-per-second": { value: "N", text: "load: events sent beside the requests, written to the log; 0" },
    batch: { value: "N", text: "events a batch; 50 in load, 1000 in events" },
    type: { value: "NAME", text: "type of the interactions sent; click" },
    connections: { value: "N", text: "open connections for requests; 64 in load, 2 in events" },
    "timeout-ms": { value: "N", text: "an answer later than this counts as an error; 10000" },
    log: { text: "load: let the server log the requests like real ones" },
    seed: { value: "N", text: "order of users, arrivals and event ids; made vectors and builds; 1" },
    rows: { value: "N", text: "neighbours: vectors at most, or to make; 100000 made" },
    dim: { value: "N", text: "neighbours: numbers a vector, for bare f32 and made vectors; 128" },
    queries: { value: "N", text: "neighbours: vectors held out as queries, at most a tenth; 200" },
    metric: { value: "NAME", text: "neighbours: cosine, inner-product or euclidean; cosine" },
    k: { value: "N", text: "neighbours: how many are wanted; 10" },
    families: { value: "NAMES", text: "neighbours: kinds of index, separated by commas; all" },
    column: { value: "NAME", text: "neighbours: the column or field that holds the vectors" },
    svg: { value: "FILE", text: "neighbours: also draw the curves" },
  },
  positionals: [1, 2],
  async run(input, context) {
    const kind = input.positionals[0]!
    const bench = kinds[kind]
    if (bench === undefined) {
      const known = Object.keys(kinds)
      throw new InvalidArgument("trommel bench", `one of ${known.join(", ")}`, JSON.stringify(kind), hint(kind, known))
    }
    const extra = input.positionals[1 + bench.files]
    if (extra !== undefined) {
      throw new InvalidArgument(`trommel bench ${kind}`, `${bench.files} files`, JSON.stringify(extra), `Try: trommel bench --help.`)
    }
    return bench.run(input, context)
  },
}
