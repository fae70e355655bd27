/** Port KeptAnswers: what requests with an `Idempotency-Key` were answered. Implemented by the store. */

/** A request with a key. */
export interface KeyedRequest {
  /** Who asks, for which company ('': for none): keys of others are others. */
  readonly principal: string;
  readonly tenantId: string;
  readonly key: string;
  /** Of method, path and body. */
  readonly fingerprint: string;
}

/** What it was answered. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is known of a request that came before with the same key. */
export interface FormerRequest {
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Undefined: there is none yet. */
  readonly answer: KeptAnswer | undefined;
}

export interface KeptAnswers {
  /**
   * Notes that the request runs, and forgets all that came before `since`; returns the one that came with its key meanwhile, if any. Of
   * many at once one is the first.
   */
  begin(request: KeyedRequest, at: number, since: number): Promise<FormerRequest | undefined>;
  end(request: KeyedRequest, answer: KeptAnswer): Promise<void>;
  /** It came to nothing: the next one with its key is the first. */
  forget(request: KeyedRequest): Promise<void>;
}
