import { createHash, timingSafeEqual } from "node:crypto";
import { isLoopback } from "../config/is-loopback.js";
import { HttpError } from "./http-error.js";

/** What the headers of a request tell about who sends it. */
export interface Caller {
  readonly host: string | null;
  readonly authorization: string | null;
  readonly origin: string | null;
  readonly fetchSite: string | null;
}

/**
 * Who may use metrics and admin API. With a token: who presents it. Without one the server is on loopback only, and the danger is a
 * page in a browser of this machine: one that had its own name resolve to 127.0.0.1 (DNS rebinding) is told by the Host header,
 * one that calls across origins by what browsers say about that. Throws an HttpError.
 */
export function createAccessCheck(adminToken: string | null): (caller: Caller) => void {
  return (caller) => {
    if (adminToken === null) checkHost(caller.host);
    else checkToken(caller.authorization, adminToken);
    checkOrigin(caller);
  };
}

function checkToken(authorization: string | null, adminToken: string): void {
  const [, presented] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
  if (presented === undefined)
    throw new HttpError("send the admin token as `Authorization: Bearer <token>`", {
      status: 401,
      code: "unauthorized",
    });
  // Hashed, they have one length, which is all that the time of the comparison depends on.
  if (!timingSafeEqual(sha256(presented), sha256(adminToken)))
    throw new HttpError("this is not the admin token", { status: 401, code: "unauthorized" });
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function checkHost(host: string | null): void {
  const name = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d+)?$/i.exec(host ?? "");
  if (isLoopback(name?.[1] ?? name?.[2] ?? "")) return;
  throw new HttpError("without an admin token this server answers only to localhost, 127.0.0.1 and [::1]", {
    status: 403,
    code: "wrong_host",
  });
}

/** Nobody serves pages here, so no page of another origin has any business here. Programs send neither header. */
function checkOrigin({ host, origin, fetchSite }: Caller): void {
  const isOwn = origin === null || URL.parse(origin)?.host === host?.toLowerCase();
  if (isOwn && (fetchSite === null || fetchSite === "none" || fetchSite === "same-origin")) return;
  throw new HttpError("requests from pages of other origins are refused", {
    status: 403,
    code: "cross_origin",
  });
}
