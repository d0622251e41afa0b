/** Where chance comes from. In production the platform's cryptographic source, in tests a seed. */
export interface Random {
  /** Uniform in [0, 1), with at least 48 bits. */
  fraction(): number;
}

/** A whole number in [0, 2^53), for claim nonces. */
export function randomNonce(random: Random): number {
  return Math.floor(random.fraction() * 2 ** 26) * 2 ** 27 + Math.floor(random.fraction() * 2 ** 27);
}
