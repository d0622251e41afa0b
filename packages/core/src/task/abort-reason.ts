/** Why a run's signal is aborted. */
export type AbortReasonType = "timeout" | "shutdown" | "lease-lost" | "cancelled";

/** The `reason` of a handler's signal; also what `signal.throwIfAborted()` throws. */
export class RunAborted extends Error {
  override readonly name = "RunAborted";
  readonly code: AbortReasonType;

  constructor(code: AbortReasonType, message: string) {
    super(message);
    this.code = code;
  }
}

/** The platform's `AbortSignal` where there is one (Node, browsers); core itself is compiled without any platform. */
// biome-ignore lint/style/noRestrictedGlobals: only its type is asked for
type PlatformSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : { readonly aborted: boolean; readonly reason: unknown };

/** An `AbortSignal`, fit for `fetch` and everything else, whose reason is typed. */
export type RunSignal = Omit<PlatformSignal, "reason"> & { readonly reason: RunAborted };
