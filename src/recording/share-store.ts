/** Port ShareStore: links by which people without an account hear one recording. Implemented by the store. */
import type { Scope } from '../shared/scope.ts';

/** A link (分享链接). Times in ms since 1970. */
export interface RecordingShare {
  readonly id: string;
  readonly tenantId: string;
  /** The recording: its call, and which of that call's it is, from 0. */
  readonly callId: string;
  readonly no: number;
  /** Of the token in the link, which is nowhere else. */
  readonly tokenHash: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly endsAt: number;
  readonly revokedAt: number | undefined;
}

export interface ShareStore {
  /** Durable when it resolves. */
  add(share: RecordingShare): Promise<void>;
  /** Whoever has the link has no scope: the token is what he has. */
  withToken(tokenHash: string): Promise<RecordingShare | undefined>;
  /** Those of a recording, the newest first; what is over, too. */
  of(scope: Scope, recording: Pick<RecordingShare, 'callId' | 'no'>): Promise<readonly RecordingShare[]>;
  /** Ends one; undefined: there is none that is not over. */
  revoke(scope: Scope, id: string, at: number): Promise<RecordingShare | undefined>;
  /** Forgets those that ended before; how many. */
  drop(before: number): Promise<number>;
}
