// Appends, folds and checkpoints until it is killed; says on standard output which position is acknowledged.
// Arguments: the built storage module, the store's folder, the prefix of its event ids.
const [, , module, dir, prefix] = process.argv
const { openStore } = await import(module)
const store = await openStore({ dir, mode: "write" })
const { tables, position } = await store.state.open([{ kind: "latest", name: "count", key: "item", width: 600 }], "v1")
const count = tables.fixed("count")
const fold = (entries) => {
  for (const entry of entries) {
    const key = entry.position % 50
    const page = count.touch(key)
    page[count.offset(key)] += 1
    page[count.offset(key) + 600] += 1
  }
}
for await (const batch of store.log.read({ after: position })) fold(batch)
let folded = store.log.end
for (let i = 0; ; i++) {
  const records = Array.from({ length: 1 + (i % 40) }, (_, j) => ({
    time: i,
    record: { id: `${prefix}-${i}-${j}`, timestamp: i, event: "interaction", user: `u${j}`, item: "i", type: "click" },
  }))
  const { entries, durable } = store.log.append(records)
  fold(entries)
  folded = entries.at(-1).position
  if (i % 5 === 0) store.state.checkpoint(folded)
  durable.then((acknowledged) => process.stdout.write(`${acknowledged}\n`))
  if (i % 3 === 0) await durable
}
