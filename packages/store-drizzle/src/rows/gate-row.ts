import {
  type Closing,
  type ClosingReason,
  type Gate,
  type GateKey,
  type GateLimits,
  needsPermits,
  type Pacing,
} from "@sluice/core";
import { type InstantColumn, toInstant, toOptionalInstant } from "./instant.js";

export interface GateRow {
  readonly key: GateKey;
  readonly epoch_at: InstantColumn;
  readonly paused_until: InstantColumn | null;
  readonly closing_reason: ClosingReason | null;
  readonly closed_at: InstantColumn | null;
  readonly closed_until: InstantColumn | null;
  readonly closing_detail: string | null;
  readonly closing_job_id: string | null;
  readonly streak: number;
  readonly limits: string;
  readonly drawn: number;
  readonly pacing: string;
  readonly revision: number;
}

/** Of `gates g`. */
export const gateColumns = `g.key, sluice.to_ms(g.epoch_at) as epoch_at, sluice.to_ms(g.paused_until) as paused_until,
  g.closing_reason, sluice.to_ms(g.closed_at) as closed_at, sluice.to_ms(g.closed_until) as closed_until,
  g.closing_detail, g.closing_job_id, g.streak, g.limits::text as limits, g.drawn, g.pacing::text as pacing,
  g.revision::float8 as revision`;

/** The edge where a row becomes a gate. */
export function toGate(row: GateRow): Gate {
  return {
    key: row.key,
    epochAt: toInstant(row.epoch_at),
    pausedUntil: toOptionalInstant(row.paused_until),
    closing: toClosing(row),
    streak: row.streak,
    limits: JSON.parse(row.limits) as GateLimits,
    drawn: row.drawn,
    pacing: JSON.parse(row.pacing) as Pacing,
  };
}

function toClosing(row: GateRow): Closing | null {
  if (row.closing_reason === null || row.closed_at === null || row.closed_until === null) return null;
  return {
    reason: row.closing_reason,
    closedAt: toInstant(row.closed_at),
    until: toInstant(row.closed_until),
    detail: row.closing_detail,
    jobId: row.closing_job_id,
  };
}

/** As `json_to_recordset` reads it. */
export function toGateRecord(gate: Gate) {
  const { closing } = gate;
  return {
    key: gate.key,
    epoch_at: gate.epochAt,
    paused_until: gate.pausedUntil,
    closing_reason: closing?.reason ?? null,
    closed_at: closing?.closedAt ?? null,
    closed_until: closing?.until ?? null,
    closing_detail: closing?.detail ?? null,
    closing_job_id: closing?.jobId ?? null,
    streak: gate.streak,
    limits: gate.limits,
    drawn: gate.drawn,
    pacing: gate.pacing,
    needs_permits: needsPermits(gate),
  };
}

export const gateRecordColumns = `key text, epoch_at float8, paused_until float8, closing_reason text, closed_at float8,
  closed_until float8, closing_detail text, closing_job_id text, streak integer, limits jsonb, drawn integer, pacing jsonb,
  needs_permits boolean`;
