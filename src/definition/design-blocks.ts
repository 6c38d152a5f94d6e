/** A piece of a document that can be printed as Markdown and as HTML. `diagram` has a form for each. */
export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "diagram"; readonly svg: string; readonly mermaid: string; readonly alt: string }

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: "heading", level, text })
export const paragraph = (text: string): Block => ({ kind: "text", text })
export const list = (items: readonly string[]): Block => ({ kind: "list", items })
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): Block => ({ kind: "table", head, rows })

/** Blocks as Markdown; diagrams as Mermaid, which code hosts draw. */
export function markdownOf(blocks: readonly Block[]): string {
  return `${blocks.map(blockMarkdown).join("\n\n")}\n`
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${block.text}`
    case "text":
      return block.text
    case "list":
      return block.items.map((item) => `- ${item}`).join("\n")
    case "table": {
      const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`
      return [row(block.head), row(block.head.map(() => "---")), ...block.rows.map(row)].join("\n")
    }
    case "diagram":
      return `\`\`\`mermaid\n${block.mermaid}\n\`\`\``
  }
}

/** Blocks as one HTML page that needs nothing else; diagrams as SVG. Light and dark by the reader's setting. */
export function htmlOf(title: string, blocks: readonly Block[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<main>
${blocks.map(blockHtml).join("\n")}
</main>
</html>
`
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}>${escaped(block.text)}</h${block.level}>`
    case "text":
      return `<p>${escaped(block.text)}</p>`
    case "list":
      return `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join("")}</ul>`
    case "table": {
      const row = (tag: string, cells: readonly string[]) => `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`
      return `<div class="wide"><table><thead>${row("th", block.head)}</thead><tbody>${block.rows.map((cells) => row("td", cells)).join("")}</tbody></table></div>`
    }
    case "diagram":
      return `<figure class="wide" role="img" aria-label="${escaped(block.alt)}">${block.svg}</figure>`
  }
}

/** Text made safe for HTML and SVG, in elements and in quoted attributes. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:60rem;margin:0 auto;padding:1rem}
h1,h2,h3{line-height:1.2}h2{border-top:1px solid color-mix(in srgb,currentColor 25%,transparent);padding-top:1rem;margin-top:2rem}
table{border-collapse:collapse;font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0}
tbody tr{border-top:1px solid color-mix(in srgb,currentColor 15%,transparent)}.wide{overflow-x:auto;margin:0 0 1rem}svg{font:12px system-ui,sans-serif}`
