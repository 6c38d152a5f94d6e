import type { FastifyInstance } from "fastify"
import type { ServingContext } from "./context.ts"
import { adminDataRoute } from "./routes/admin-data.ts"
import { adminGraphRoute } from "./routes/admin-graph.ts"
import { adminPromoteRoute } from "./routes/admin-promote.ts"
import { adminReleasesRoute } from "./routes/admin-releases.ts"
import { adminRequestsRoute } from "./routes/admin-requests.ts"
import { adminRollbackRoute } from "./routes/admin-rollback.ts"
import { adminStreamRoute } from "./routes/admin-stream.ts"
import { adminSystemsRoute } from "./routes/admin-systems.ts"
import { adminUserRoute } from "./routes/admin-user.ts"
import { adminUsersRoute } from "./routes/admin-users.ts"
import { docsRoute } from "./routes/docs.ts"
import { eventsRoute } from "./routes/events.ts"
import { healthRoute } from "./routes/health.ts"
import { metricsRoute } from "./routes/metrics.ts"
import { openapiRoute } from "./routes/openapi.ts"
import { operationRoute } from "./routes/operation.ts"
import { pageRoute } from "./routes/page.ts"
import { rankRoute } from "./routes/rank.ts"
import { readyRoute } from "./routes/ready.ts"
import { requestRoute } from "./routes/request.ts"

/** Every route, in the order the documents list them. */
export const routes: readonly ((app: FastifyInstance, context: ServingContext) => void)[] = [
  rankRoute,
  operationRoute,
  requestRoute,
  eventsRoute,
  adminSystemsRoute,
  adminGraphRoute,
  adminDataRoute,
  adminRequestsRoute,
  adminReleasesRoute,
  adminPromoteRoute,
  adminRollbackRoute,
  adminUsersRoute,
  adminUserRoute,
  adminStreamRoute,
  pageRoute,
  docsRoute,
  openapiRoute,
  healthRoute,
  readyRoute,
  metricsRoute,
]
