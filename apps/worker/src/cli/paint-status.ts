import { assertNever, type JobStatus } from "@sluice/core";
import type { Terminal } from "./terminal.js";

export function paintStatus({ colors }: Pick<Terminal, "colors">, status: JobStatus): string {
  switch (status) {
    case "completed":
      return colors.green(status);
    case "processing":
      return colors.cyan(status);
    case "rate_limited":
    case "retry_ai":
      return colors.yellow(status);
    case "failed_ai":
    case "failed_payload_parsing":
    case "failed_job_logic":
      return colors.red(status);
    case "pending":
    case "cancelled":
      return status;
    default:
      return assertNever(status);
  }
}
