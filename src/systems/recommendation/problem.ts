import { type ProblemStatement, statements } from "../../problem/index.ts"

/** What a recommendation system decides, for whom, at what scale, and how its success is counted. */
export const recommendationProblem: ProblemStatement = statements.recommendation
