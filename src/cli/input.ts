import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { InvalidArgument, NotFound } from "../core/index.ts"
import type { CliContext, Command, Flag, Input } from "./command.ts"
import { hint } from "./did-you-mean.ts"

/** Where definitions are looked for when no file is named; as `loadSystems` does, without loading it. */
const CONFIG_FILES = ["trommel.config.js", "trommel.config.mjs"]

/** Flags that every command takes. */
export const commonFlags: Readonly<Record<string, Flag>> = {
  store: { value: "DIR", text: "where everything is kept; TROMMEL_STORE, else ./store" },
  config: { value: "FILE", text: "definitions of your own; ./trommel.config.js when present" },
  tenant: { value: "NAME", text: "one of several worlds in a store; default" },
  json: { text: "exactly one line of JSON on standard output" },
  help: { text: "this text" },
}

/** Flags of the commands that open a port. */
export const portFlags: Readonly<Record<string, Flag>> = {
  host: { value: "ADDRESS", text: "127.0.0.1; a wider one needs keys in TROMMEL_API_KEYS (separated by commas)" },
  port: { value: "N", text: "PORT, else 4600; 0 takes a free one" },
}

/**
 * Arguments of one command, checked.
 * @throws InvalidArgument for an unknown flag, a flag without its value, or the wrong number of arguments
 */
export function readInput(command: Command, args: readonly string[], context: Pick<CliContext, "env" | "cwd">): Input {
  const known = { ...command.flags, ...commonFlags }
  const flags: Record<string, string | true> = {}
  const positionals: string[] = []
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value }]) => [name, { type: value === undefined ? ("boolean" as const) : ("string" as const) }]),
  )
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value)
    if (token.kind !== "option") continue
    const flag = known[token.name]
    if (flag === undefined) throw unknownFlag(command, token.rawName, Object.keys(known))
    if (flag.value === undefined) flags[token.name] = true
    else if (token.value === undefined || (!token.inlineValue && token.value.startsWith("--"))) {
      throw new InvalidArgument(
        `--${token.name}`,
        flag.value,
        token.value === undefined ? "nothing" : JSON.stringify(token.value),
        `Write --${token.name} ${flag.value}.`,
      )
    } else flags[token.name] = token.value
    if (flag.value === undefined && token.value !== undefined) {
      throw new InvalidArgument(`--${token.name}`, "no value", JSON.stringify(token.value), `Write --${token.name} alone.`)
    }
  }
  const [least, most] = command.positionals
  if (positionals.length < least || positionals.length > most) {
    const came = positionals.length === 0 ? "no arguments" : positionals.map((text) => JSON.stringify(text)).join(" ")
    throw new InvalidArgument(`trommel ${command.name}`, command.usage, came, `See trommel ${command.name} --help.`)
  }
  const config = configFile(flags.config, context)
  return {
    positionals,
    flags,
    store: resolve(context.cwd, text(flags.store) ?? context.env.TROMMEL_STORE ?? "store"),
    tenant: text(flags.tenant) ?? "default",
    json: flags.json === true,
    ...(config === undefined ? {} : { config }),
  }
}

const text = (flag: string | true | undefined) => (typeof flag === "string" ? flag : undefined)

function configFile(flag: string | true | undefined, { cwd }: Pick<CliContext, "cwd">): string | undefined {
  const named = text(flag)
  const path = [named ?? CONFIG_FILES]
    .flat()
    .map((name) => resolve(cwd, name))
    .find((file) => existsSync(file))
  if (path !== undefined) return path
  if (named === undefined) return undefined
  throw new NotFound("--config", "a file", JSON.stringify(named), "Check the path.")
}

function unknownFlag(command: Command, came: string, known: readonly string[]): InvalidArgument {
  const names = known.map((name) => `--${name}`)
  return new InvalidArgument(`trommel ${command.name}`, `a flag among ${names.join(", ")}`, came, hint(came, names))
}

/** Text of a flag, or nothing. */
export function textFlag(input: Input, name: string): string | undefined {
  return text(input.flags[name])
}

/**
 * A number within bounds from a flag.
 * @throws InvalidArgument when it is none, or outside
 */
export function numberFlag(
  input: Input,
  name: string,
  fallback: number,
  bounds: { readonly min: number; readonly max: number; readonly whole?: boolean },
): number {
  const came = text(input.flags[name])
  return came === undefined ? fallback : boundedNumber(`--${name}`, came, bounds)
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * A span of time such as 30m, 24h or 2d in milliseconds; undefined without the flag.
 * @throws InvalidArgument on anything else
 */
export function spanFlag(input: Input, name: string): number | undefined {
  const came = text(input.flags[name])
  if (came === undefined) return undefined
  const [, amount, unit] = /^(\d{1,6}(?:\.\d+)?)([smhd])$/.exec(came) ?? []
  const ms = Number(amount) * (UNITS_MS[unit ?? ""] ?? Number.NaN)
  if (ms > 0) return ms
  throw new InvalidArgument(`--${name}`, "a span such as 90s, 30m, 24h or 2d", JSON.stringify(came), `Write --${name} 24h.`)
}

/** The port of `--port`, PORT, or 4600. */
export function portOf(input: Input, env: CliContext["env"]): number {
  const bounds = { min: 0, max: 65_535, whole: true }
  if (input.flags.port === undefined && env.PORT !== undefined && env.PORT !== "") return boundedNumber("PORT", env.PORT, bounds)
  return numberFlag(input, "port", 4600, bounds)
}

function boundedNumber(
  where: string,
  came: string,
  { min, max, whole = false }: { readonly min: number; readonly max: number; readonly whole?: boolean },
): number {
  const value = came.trim() === "" ? Number.NaN : Number(came)
  if (!(value >= min && value <= max) || (whole && !Number.isInteger(value))) {
    throw new InvalidArgument(
      where,
      `a ${whole ? "whole " : ""}number from ${min} to ${max}`,
      JSON.stringify(came),
      "Leave it out for the default.",
    )
  }
  return value
}
