import type {
  EdgeDelegate,
  InboundLeg,
  LegEnding,
  OutboundCall,
  OutboundLeg,
  SipEdge,
  SipLeg,
} from '../../../src/edge/edge.ts';

/**
 * `silence`: answers 100 before the PBX is asked. `reason-in-cancel`: drops the Reason of a CANCEL.
 * `unknown-methods`: answers none of them. `challenged-bye`: forgets the dialog with the first answer to BYE.
 */
export type ForeignLimit = 'silence' | 'reason-in-cancel' | 'unknown-methods' | 'challenged-bye';

/** The edge under test and a far end, connected. Every engine of the port builds its own. */
export interface EdgeWorld {
  /** The edge under test, not started. */
  readonly edge: SipEdge;
  /** The far end: another edge, not started. */
  readonly far: SipEdge;
  /** URI of `user` at each of them, after `start`. */
  uri(user: string): string;
  farUri(user: string): string;
  /** Lets time pass until `done`; fails after `limitMs` of the world's time. */
  until(what: string, done: () => boolean, limitMs?: number): Promise<void>;
  /** Lets `ms` of the world's time pass. */
  pass(ms: number): Promise<void>;
  /** The world's time can be moved: tests that take minutes run. */
  readonly manualTime: boolean;
  /** Makes the far end ask for credentials before it takes such requests; absent where it cannot. */
  farChallenges?(method: string): void;
  /** What a foreign server cannot do, however it is asked; absent for engines of our own. */
  readonly foreignLimits?: ReadonlySet<ForeignLimit>;
  /** Closes both and fails when anything is left open. */
  close(): Promise<void>;
}

/** Writes down what a leg tells. */
export class LegLog {
  readonly leg: SipLeg;
  readonly events: string[] = [];
  ending: LegEnding | undefined;
  readonly digits: string[] = [];

  constructor(leg: SipLeg) {
    this.leg = leg;
    leg.events.on('progress', ({ status, sdp }) =>
      this.events.push(`progress ${status}${sdp ? ` ${sdp}` : ''}`),
    );
    leg.events.on('answered', ({ sdp }) =>
      this.events.push(sdp === undefined ? 'answered' : `answered ${sdp}`),
    );
    leg.events.on('renegotiated', ({ sdp }) => this.events.push(`renegotiated ${sdp}`));
    leg.events.on('referProgress', ({ status }) => this.events.push(`refer ${status}`));
    leg.events.on('digit', ({ digit }) => this.digits.push(digit));
    leg.events.on('ended', (ending) => {
      this.ending = ending;
      this.events.push(`ended ${ending.by} ${ending.cause}`);
    });
  }
}

/** Session descriptions that tell which one they are; long enough to be real. */
export function sdp(name: string): string {
  return `v=0\r\no=${name} 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n`;
}

export const ALICE = sdp('alice');
export const BOB = sdp('bob');
export const CAROL = sdp('carol');

/** A delegate that keeps what comes. */
export class Desk implements EdgeDelegate {
  readonly calls: InboundLeg[] = [];
  readonly logs: LegLog[] = [];
  onCall(leg: InboundLeg): void {
    this.calls.push(leg);
    this.logs.push(new LegLog(leg));
    this.take(leg);
  }
  /** What is done with a new call; by default it waits. */
  take: (leg: InboundLeg) => void = () => {};
  onRequest: EdgeDelegate['onRequest'] = () => ({ status: 404 });
}

/** A call from one edge to a URI. */
export function place(
  edge: SipEdge,
  uri: string,
  changes: Partial<OutboundCall> = {},
): { leg: OutboundLeg; log: LegLog } {
  const leg = edge.call({
    uri,
    from: { uri: 'sip:alice@example.com', displayName: '爱丽丝' },
    sdp: ALICE,
    ...changes,
  });
  return { leg, log: new LegLog(leg) };
}
