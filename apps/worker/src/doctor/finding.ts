/** One thing that was looked at. `advice`: what to do; `null` when all is well. */
export interface Finding {
  readonly check: "database" | "schema" | "clock" | "prepared statements" | "notifications" | "model";
  readonly ok: boolean;
  readonly detail: string;
  readonly advice: string | null;
}
