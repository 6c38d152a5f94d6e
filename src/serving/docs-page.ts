/** The part of an OpenAPI document that the page shows. */
export interface OpenApi {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

export interface Operation {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema?: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >
}

export interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly additionalProperties?: boolean | Schema
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly maxItems?: number
  readonly example?: unknown
  readonly examples?: readonly unknown[]
}

/** An OpenAPI document as one page that needs nothing else: routes by group, fields with types and bounds, and a form that sends a request. */
export function docsPage(document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const groups = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? "other"))]
  const sections = groups.map((group) => {
    const inGroup = operations.filter(({ operation }) => (operation.tags?.[0] ?? "other") === group)
    return `<h2>${escapeHtml(group)}</h2>\n${inGroup.map(operationHtml).join("\n")}`
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(document.info.title)} API</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(document.info.title)} <small>${escapeHtml(document.info.version)}</small></h1>
<p>${escapeHtml(document.info.description ?? "")} The same as a document: <a href="/openapi.json">/openapi.json</a>.</p>
<p><label>API key, when the server has one <input id="key" type="password" autocomplete="off"></label></p>
${sections.join("\n")}
</main>
<script>${script}</script>
</body>
</html>
`
}

function operationHtml({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const { parameters = [], requestBody, responses = {} } = operation
  const body = requestBody?.content["application/json"]?.schema
  const answers = Object.entries(responses).map(([status, { description = "", content = {} }]) => {
    const [type = "", { schema }] = Object.entries(content)[0] ?? ["", {}]
    return `<h4>${escapeHtml(status === "default" ? "Any other status" : status)} <small>${escapeHtml(type)}</small></h4><p>${escapeHtml(description)}</p>${schema === undefined ? "" : fields(schema)}`
  })
  const inputs = parameters.map(
    ({ name, in: where, required, schema }) =>
      `<label>${escapeHtml(name)} <small>${escapeHtml(where)}${required ? "" : ", optional"} ${escapeHtml(schema?.description ?? "")}</small><input name="${escapeHtml(name)}" data-in="${escapeHtml(where)}"></label>`,
  )
  const box =
    body === undefined
      ? ""
      : `<label>Body<textarea name="body" rows="6">${escapeHtml(JSON.stringify(example(body), null, 2))}</textarea></label>`
  return `<details>
<summary><b class="${method.toLowerCase()}">${method}</b> <code>${escapeHtml(path)}</code> ${escapeHtml(operation.summary ?? "")}</summary>
${operation.description === undefined ? "" : `<p>${escapeHtml(operation.description)}</p>`}
${body === undefined ? "" : `<h3>Body</h3>${fields(body)}`}
<h3>Answers</h3>${answers.join("")}
<h3>Try it</h3>
<form data-method="${method}" data-path="${escapeHtml(path)}">${inputs.join("")}${box}<button>Send</button><pre hidden></pre></form>
</details>`
}

/** The fields of an object as a nested list; anything else as its type. */
function fields(schema: Schema): string {
  if (schema.type === "array" && schema.items !== undefined) return `<p>list of:</p>${fields(schema.items)}`
  if (schema.properties === undefined) return `<p>${escapeHtml(typeName(schema))} ${escapeHtml(schema.description ?? "")}</p>`
  const rows = Object.entries(schema.properties).map(([name, field]) => {
    const inner = field.properties !== undefined ? field : field.items?.properties !== undefined ? field.items : undefined
    const mark = schema.required?.includes(name) ? "" : " <small>optional</small>"
    return `<li><code>${escapeHtml(name)}</code> <i>${escapeHtml(typeName(field))}</i>${mark} ${escapeHtml(field.description ?? "")}${inner === undefined ? "" : fields(inner)}</li>`
  })
  return `<ul>${rows.join("")}</ul>`
}

function typeName(schema: Schema): string {
  const bounds = [
    schema.minimum === undefined ? "" : `from ${schema.minimum}`,
    schema.maximum === undefined ? "" : `to ${schema.maximum}`,
    schema.maxLength === undefined ? "" : `up to ${schema.maxLength} characters`,
    schema.maxItems === undefined ? "" : `up to ${schema.maxItems}`,
  ].filter((text) => text !== "")
  const base =
    schema.anyOf !== undefined
      ? schema.anyOf.map(typeName).join(" | ")
      : schema.type === "array"
        ? `${typeName(schema.items ?? {})}[]`
        : [schema.type ?? "any"].flat().join(" | ")
  return bounds.length === 0 ? base : `${base} (${bounds.join(", ")})`
}

/** A small body to start from: what is required, or what the schema gives as its example. */
function example(schema: Schema): unknown {
  const given = schema.example ?? schema.examples?.[0]
  if (given !== undefined) return given
  const names = schema.required ?? Object.keys(schema.properties ?? {}).filter((name) => name === "user" || name === "limit")
  return Object.fromEntries(names.map((name) => [name, name === "limit" ? 10 : ""]))
}

const escapeHtml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const style = `body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#1c2024;background:#fbfcfd}main{max-width:60rem;margin:0 auto;padding:1.5rem}
h2{margin-top:2rem;text-transform:capitalize}h3{margin:1rem 0 .3rem;font-size:1rem}h4{margin:.6rem 0 0}details{border:1px solid #d7dbdf;border-radius:6px;margin:.4rem 0;padding:.5rem .8rem;background:#fff}
summary{cursor:pointer}summary b{display:inline-block;min-width:3.4rem}.get{color:#0a6847}.post{color:#7a4a00}code{font:13px ui-monospace,monospace}small{color:#60646c;font-weight:400}ul{margin:.2rem 0;padding-left:1.2rem}
label{display:block;margin:.3rem 0}input,textarea{display:block;width:100%;box-sizing:border-box;font:13px ui-monospace,monospace;padding:.35rem;border:1px solid #b9bec5;border-radius:4px}button{padding:.35rem 1rem;margin:.3rem 0}pre{background:#f1f3f5;padding:.6rem;overflow:auto;max-height:24rem}`

const script = `for (const form of document.querySelectorAll("form")) form.addEventListener("submit", async (event) => {
  event.preventDefault()
  const out = form.querySelector("pre"), query = new URLSearchParams(), headers = {}
  let path = form.dataset.path
  for (const input of form.querySelectorAll("input")) {
    if (input.dataset.in === "path") path = path.replace("{" + input.name + "}", encodeURIComponent(input.value))
    else if (input.value !== "") query.set(input.name, input.value)
  }
  const key = document.getElementById("key").value, body = form.querySelector("textarea")
  if (key !== "") headers.authorization = "Bearer " + key
  if (body) headers["content-type"] = "application/json"
  const url = path + (query.size ? "?" + query : "")
  out.hidden = false
  out.textContent = "..."
  if (path.endsWith("/stream")) {
    out.textContent = ""
    const source = new EventSource(url)
    source.addEventListener("status", ({ data }) => { out.textContent = JSON.stringify(JSON.parse(data), null, 2) })
    return
  }
  try {
    const answer = await fetch(url, { method: form.dataset.method, headers, ...(body ? { body: body.value } : {}) })
    const text = await answer.text()
    let shown = text
    try { shown = JSON.stringify(JSON.parse(text), null, 2) } catch {}
    out.textContent = answer.status + "\\n" + shown
  } catch (error) { out.textContent = String(error) }
})`
