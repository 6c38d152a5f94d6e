import { assumed } from "../quantity.ts"
import type { Machine } from "../statement.ts"

const price = "of the order of public list prices for rented machines"

/** 16 cores and 64 GB: what sharded systems are planned on. */
export const serverMachine: Machine = {
  cores: 16,
  memoryBytes: assumed(64e9, "B", "a common rented size"),
  costPerHour: assumed(0.8, "$/hour", price),
}

/** 4 cores and 8 GB: a computer inside a device. */
export const deviceMachine: Machine = {
  cores: 4,
  memoryBytes: assumed(8e9, "B", "a common size of embedded computers"),
  costPerHour: assumed(0.1, "$/hour", "its price spread over three years of use"),
}
