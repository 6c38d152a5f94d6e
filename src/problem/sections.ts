/** The seven sections of a problem statement, in working order. */
export const statementSections = ["setUp", "scale", "metrics", "architecture", "offline", "online", "iteration"] as const

/** One of the {@link statementSections}. */
export type StatementSection = (typeof statementSections)[number]

/** Titles of the sections as documents print them. */
export const sectionTitles: Readonly<Record<StatementSection, string>> = {
  setUp: "Set-up",
  scale: "Scale and latency",
  metrics: "Metrics",
  architecture: "Architecture",
  offline: "Offline build and evaluation",
  online: "Online run and evaluation",
  iteration: "Iteration",
}

/** The seven steps in the other customary order, which interviews and books follow. */
export const bookSteps = ["clarify", "frame", "data", "develop", "evaluate", "serve", "monitor"] as const

/** One of the {@link bookSteps}. */
export type BookStep = (typeof bookSteps)[number]

/** Titles of the customary steps. */
export const bookStepTitles: Readonly<Record<BookStep, string>> = {
  clarify: "Clarify the requirements",
  frame: "Frame as a machine-learning task",
  data: "Prepare the data",
  develop: "Develop the model",
  evaluate: "Evaluate",
  serve: "Deploy and serve",
  monitor: "Monitor",
}

/** Which customary steps each section answers. Every section answers at least one and every step is answered by at least one. */
export const stepsOfSection: Readonly<Record<StatementSection, readonly BookStep[]>> = {
  setUp: ["clarify", "frame"],
  scale: ["clarify", "serve"],
  metrics: ["frame", "evaluate"],
  architecture: ["develop", "serve"],
  offline: ["data", "develop", "evaluate"],
  online: ["evaluate", "serve"],
  iteration: ["monitor"],
}

/** The same mapping read the other way: the sections that answer a customary step, in working order. */
export function sectionsOfStep(step: BookStep): readonly StatementSection[] {
  return statementSections.filter((section) => stepsOfSection[section].includes(step))
}
