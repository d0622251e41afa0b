import type { HttpBindings } from "@hono/node-server";
import { describeFailure, type Logger } from "@sluice/core";
import { InvalidRequestError } from "@sluice/runner";
import { isDatabaseAway } from "@sluice/store-drizzle";
import { type Context, Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { createAccessCheck } from "./check-access.js";
import { errorBody, HttpError } from "./http-error.js";

/**
 * The frame of all routes: `open` ones for everybody, `guarded` ones for those who may. Whatever goes wrong is answered as
 * JSON, without a stack, a statement or a value of ours.
 */
export function createHttpApp({
  open,
  guarded,
  adminToken,
  logger,
}: {
  readonly open: Hono;
  readonly guarded: Hono;
  readonly adminToken: string | null;
  readonly logger: Logger;
}): Hono {
  const app = new Hono();
  const checkAccess = createAccessCheck(adminToken);

  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  app.use(async ({ res, header }, next) => {
    await next();
    if (!res.headers.has("cache-control")) header("cache-control", "no-store");
    header("x-content-type-options", "nosniff");
  });
  app.route("/", open);
  app.use(async ({ req }, next) => {
    checkAccess({
      host: req.header("host") ?? null,
      authorization: req.header("authorization") ?? null,
      origin: req.header("origin") ?? null,
      fetchSite: req.header("sec-fetch-site") ?? null,
    });
    await next();
  });
  app.route("/", guarded);
  app.notFound((context) => context.json(errorBody("not_found", "there is nothing here"), 404));
  app.onError((error, context) => answerError(error, context, logger));
  return app;
}

function refuseMethod(context: Context, methods: readonly string[]): Response {
  const allowed = methods.join(", ");
  return context.json(errorBody("method_not_allowed", `allowed: ${allowed}`), 405, { Allow: allowed });
}

function answerError(error: Error, context: Context, logger: Logger): Response {
  if (error instanceof HttpError) {
    if (error.status === 401) context.header("www-authenticate", "Bearer");
    return context.json(errorBody(error.code, error.message, error.field), error.status);
  }
  if (error instanceof InvalidRequestError)
    return context.json(errorBody(error.code, error.message, error.field), 400);
  const { method, path } = context.req;
  if (isClientGone(context)) {
    logger.debug({ method, path, failure: describeFailure(error) }, "an HTTP client went away");
    return context.json(errorBody("bad_request", "the request broke off"), 400);
  }
  logger.error({ method, path, failure: describeFailure(error) }, "an HTTP request failed");
  return isDatabaseAway(error)
    ? context.json(errorBody("unavailable", "the database cannot be reached"), 503)
    : context.json(errorBody("internal_error", "something is wrong here; the log says what"), 500);
}

/** It has hung up before its request was complete; nobody hears the answer. */
function isClientGone({ env }: Context): boolean {
  // What Hono's server for Node hands in; not there when the app is called without one.
  const { incoming } = (env ?? {}) as Partial<HttpBindings>;
  return incoming?.destroyed === true && !incoming.complete;
}
