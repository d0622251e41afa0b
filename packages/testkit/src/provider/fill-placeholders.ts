/**
 * Instants relative to now: `{{now+2s}}` (RFC 3339), `{{nowms+40s}}` and `{{nows+40s}}` (ms and seconds since 1970),
 * `{{httpdate-90s}}`.
 */
export function fillPlaceholders(template: string, now: number = Date.now()): string {
  return template.replaceAll(
    /\{\{(now|nowms|nows|httpdate)(?:([+-]{1,2})(\d+(?:\.\d+)?)s)?\}\}/g,
    (_, form: string, sign: string | undefined, seconds: string | undefined) => {
      const offsetMs = Number(seconds ?? 0) * (sign?.includes("-") ? -1_000 : 1_000);
      const instant = new Date(now + offsetMs);
      switch (form) {
        case "nowms":
          return String(instant.getTime());
        case "nows":
          return String(Math.round(instant.getTime() / 1_000));
        case "now":
          return instant.toISOString();
        default:
          return instant.toUTCString();
      }
    },
  );
}
