/** Whether a server is one of our own (this machine, a container beside us, a private network): it has no quota to learn. */
export function isLocalUrl(url: string | null): boolean {
  const hostname = URL.parse(url ?? "")?.hostname;
  if (hostname === undefined) return false;
  return (
    hostname === "localhost" ||
    hostname === "[::1]" ||
    // A name without a dot is one of the container network, or of the office.
    /^[^.:[\]]+$/.test(hostname) ||
    /\.(localhost|local|internal|lan)$/.test(hostname) ||
    /^(127|10)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./.test(hostname)
  );
}
