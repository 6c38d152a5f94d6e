import { smallWorld } from "../engine/small-world.ts"

/** The small world's films as a table people would keep: item, title, genres, year. */
export function filmsCsv(): string {
  const rows = smallWorld().flatMap(({ event, item, fields }) => {
    if (event !== "item") return []
    const { title, genres, year } = fields as { title: string; genres: string[]; year: number }
    return [`${item},"${title}",${genres.join("|")},${year}`]
  })
  return `${["item,title,genres,year", ...rows].join("\n")}\n`
}

/** What its people watched, a JSON object a line. */
export function viewsJsonl(): string {
  const lines = smallWorld().flatMap(({ id, event, user, item, type, timestamp }) =>
    event === "interaction" ? [JSON.stringify({ id, user, item, type, timestamp })] : [],
  )
  return `${lines.join("\n")}\n`
}
