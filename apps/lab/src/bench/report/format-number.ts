const formats = [0, 1, 2, 3].map(
  (digits) =>
    new Intl.NumberFormat("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
);

/** "12,345.7"; nothing measured is a dash. */
export function formatNumber(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return formats[digits]?.format(value) ?? String(value);
}
