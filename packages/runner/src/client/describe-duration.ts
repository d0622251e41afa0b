/** For people, in the two largest units that matter: `2 h 5 min`, `9 min 58 s`, `250 ms`. */
export function describeDuration(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)} ms`;
  const parts: [number, string][] = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
  ];
  const words: string[] = [];
  let leftMs = ms;
  for (const [unitMs, unit] of parts) {
    const count = Math.floor(leftMs / unitMs);
    leftMs -= count * unitMs;
    if (count > 0) words.push(`${count} ${unit}`);
  }
  return words.slice(0, 2).join(" ");
}
