/** What must be known of a call to understand its failure. */
export interface AskedCall {
  /** The job has set parameters of its own: what the provider says about parameters need not hold for other jobs. */
  readonly isTuned: boolean;
  /** Takes the key of the call out of what the provider says; some repeat it. */
  readonly hideKey: (text: string) => string;
}
