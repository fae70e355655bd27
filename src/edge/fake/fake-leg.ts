import { CAUSES, type CauseSlug } from '../../shared/cause.ts';
import { ClosedError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type {
  EdgeRequest,
  EdgeResponse,
  EndRequest,
  InboundLeg,
  LegDelegate,
  LegEnding,
  LegEvents,
  LegState,
  OutboundCall,
  OutboundLeg,
  SipLeg,
} from '../edge.ts';

/** A session description that every engine understands, for far ends that have no audio of their own. */
export const FAKE_SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/AVP 8 101',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  '',
].join('\r\n');

const NO_ANSWER: EdgeResponse = {
  status: 200,
  reason: 'OK',
  header: () => undefined,
  headers: () => [],
  addresses: () => [],
  contentType: undefined,
  body: undefined,
};

/** What both directions share: one state, one ending. */
abstract class FakeLeg implements SipLeg {
  abstract readonly direction: 'inbound' | 'outbound';
  readonly sipCallId: string;
  readonly events = new TypedEvents<LegEvents>();
  delegate: LegDelegate = {};
  remoteSdp: string | undefined;
  state: LegState;
  ending: LegEnding | undefined;
  /** What the far end answers to offers of ours. */
  reofferAnswer = FAKE_SDP;
  /** The far end has died without a word: it answers nothing any more. */
  dead = false;
  /** How the PBX ended it. */
  endRequest: EndRequest | undefined;
  /** Called once when the leg has ended; the edge forgets it. */
  readonly onGone: () => void;

  constructor(sipCallId: string, state: LegState, remoteSdp: string | undefined, onGone: () => void) {
    this.sipCallId = sipCallId;
    this.state = state;
    this.remoteSdp = remoteSdp;
    this.onGone = onGone;
  }

  async reoffer(_sdp: string): Promise<string> {
    if (this.state === 'ended') throw new ClosedError('the leg');
    return this.reofferAnswer;
  }

  async request(): Promise<EdgeResponse> {
    return this.dead ? { ...NO_ANSWER, status: 408, reason: 'Request Timeout' } : NO_ANSWER;
  }

  async refer(): Promise<EdgeResponse> {
    return { ...NO_ANSWER, status: 202, reason: 'Accepted' };
  }

  end(request: EndRequest): void {
    const status = request.status ?? CAUSES[request.cause].status;
    const early = this.state !== 'confirmed';
    this.endRequest ??= request;
    this.finish({ by: 'local', cause: request.cause, ...(early ? { status } : {}) });
  }

  /** The far end's doing. */
  remoteEnd(cause: CauseSlug, status?: number, more: Pick<LegEnding, 'q850' | 'redirect'> = {}): void {
    this.finish({ by: 'remote', cause, ...(status !== undefined && { status }), ...more });
  }

  protected finish(ending: LegEnding): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.ending = ending;
    this.onGone();
    this.events.emit('ended', ending);
    this.events.clear();
  }
}

export class FakeInboundLeg extends FakeLeg implements InboundLeg {
  readonly direction = 'inbound';
  readonly invite: EdgeRequest;
  readonly replaces: SipLeg | undefined;
  /** Provisional and final statuses that the caller got, in order. */
  readonly statuses: number[] = [];
  /** Our answer to its offer. */
  answerSdp: string | undefined;
  /** That of a 183: early media. */
  earlySdp: string | undefined;

  constructor(invite: EdgeRequest, replaces: SipLeg | undefined, onGone: () => void) {
    super(invite.callId, 'arriving', invite.body, onGone);
    this.invite = invite;
    this.replaces = replaces;
  }

  progress(status: number, sdp?: string): void {
    if (this.state === 'ended') return;
    this.state = 'early';
    this.earlySdp = sdp ?? this.earlySdp;
    this.statuses.push(status);
  }

  async answer(sdp: string): Promise<string | undefined> {
    if (this.state === 'ended') throw new ClosedError('the leg');
    this.state = 'confirmed';
    this.answerSdp = sdp;
    this.statuses.push(200);
    return undefined;
  }

  override end(request: EndRequest): void {
    if (!request.silent && (this.state === 'arriving' || this.state === 'early')) {
      this.statuses.push(request.status ?? CAUSES[request.cause].status);
    }
    super.end(request);
  }
}

export class FakeOutboundLeg extends FakeLeg implements OutboundLeg {
  readonly direction = 'outbound';
  readonly call: OutboundCall;

  constructor(sipCallId: string, call: OutboundCall, onGone: () => void) {
    super(sipCallId, 'calling', undefined, onGone);
    this.call = call;
  }

  ringing(): void {
    if (this.state !== 'calling') return;
    this.state = 'early';
    this.events.emit('progress', { status: 180, sdp: undefined });
  }

  noResponse(): void {
    this.finish({ by: 'edge', cause: 'timeout', status: 408 });
  }

  /** 183 with audio before the answer. */
  sendEarlyMedia(sdp = FAKE_SDP): void {
    if (this.state !== 'calling' && this.state !== 'early') return;
    this.state = 'early';
    this.remoteSdp = sdp;
    this.events.emit('progress', { status: 183, sdp });
  }

  pickUp(sdp = FAKE_SDP): void {
    if (this.state === 'ended' || this.state === 'confirmed') return;
    this.state = 'confirmed';
    this.remoteSdp = sdp;
    this.events.emit('answered', { sdp });
  }
}
