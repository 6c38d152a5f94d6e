import { expect, test } from "vitest"
import { bucketed } from "./buckets.ts"
import { prometheusText } from "./prometheus.ts"

test("families stand together, labels are escaped, histograms are cumulative and end at +Inf", () => {
  const latency = bucketed([0.001, 0.01])
  for (const seconds of [0.0005, 0.001, 0.005, 7]) latency.add(seconds)
  const text = prometheusText([
    { name: "events_total", help: "Events.\nAll.", kind: "counter", labels: { kind: 'a"b\\c' }, value: 3 },
    { name: "up", help: "Up.", kind: "gauge", value: Number.NaN },
    { name: "events_total", help: "Events.", kind: "counter", labels: { kind: "d" }, value: 4 },
    { name: "seconds", help: "Latency.", kind: "histogram", labels: { route: "r" }, ...latency.read() },
  ])
  expect(text).toBe(`# HELP events_total Events.\\nAll.
# TYPE events_total counter
events_total{kind="a\\"b\\\\c"} 3
events_total{kind="d"} 4
# HELP up Up.
# TYPE up gauge
up NaN
# HELP seconds Latency.
# TYPE seconds histogram
seconds_bucket{route="r",le="0.001"} 2
seconds_bucket{route="r",le="0.01"} 3
seconds_bucket{route="r",le="+Inf"} 4
seconds_sum{route="r"} 7.0065
seconds_count{route="r"} 4
`)
})
