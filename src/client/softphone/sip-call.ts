import { type Core, Invitation, type Inviter, type Session, SessionState, type Web } from 'sip.js';
import { hasMicrophone, openMicrophone } from './microphone.ts';
import { PhoneError, type SoftphoneCall, type TalkState, type TalkStats } from './softphone.ts';
import { statsOf } from './talk-stats.ts';

/** What a call needs of its phone. */
export interface CallParts {
  readonly microphone: () => string | undefined;
  readonly speaker: () => string | undefined;
  readonly changed: () => void;
}

/** RFC 5373, and the header that phones knew before it. */
function isToAnswerItself(request: Core.IncomingRequestMessage): boolean {
  return (
    request.getHeader('Answer-Mode')?.startsWith('Auto') === true ||
    request.getHeaders('Call-Info').some((info) => /;\s*answer-after=0/.test(info))
  );
}

/** A call by sip.js. */
export class SipCall implements SoftphoneCall {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly number: string;
  readonly name: string;
  readonly answersItself: boolean;
  readonly #session: Session;
  readonly #parts: CallParts;
  readonly #audio = new Audio();
  #isHeld = false;
  #isMuted = false;
  /** One re-INVITE at a time (RFC 3261 14.1). */
  #changing: Promise<void> = Promise.resolve();
  #devicesChanging: Promise<void> = Promise.resolve();

  constructor(session: Session, parts: CallParts) {
    this.#session = session;
    this.#parts = parts;
    this.id = session instanceof Invitation ? session.request.callId : (session as Inviter).request.callId;
    this.direction = session instanceof Invitation ? 'in' : 'out';
    this.answersItself = session instanceof Invitation && isToAnswerItself(session.request);
    this.number = session.remoteIdentity.uri.user ?? '';
    this.name = session.remoteIdentity.displayName;
    session.stateChange.addListener((state) => {
      if (state === SessionState.Established) void this.#listen();
      if (state === SessionState.Terminated) this.#audio.srcObject = null;
      parts.changed();
    });
  }

  get state(): TalkState {
    switch (this.#session.state) {
      case SessionState.Established:
        return this.#isHeld ? 'held' : 'talking';
      case SessionState.Terminating:
      case SessionState.Terminated:
        return 'over';
      default:
        return this.direction === 'in' ? 'rings' : 'dials';
    }
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }

  get heard(): MediaStream | undefined {
    return this.#connection && this.#handler?.remoteMediaStream;
  }

  /** Sends the INVITE of a call out. */
  async dial(): Promise<void> {
    await this.#proveMicrophone();
    await (this.#session as Inviter).invite();
  }

  async answer(): Promise<void> {
    if (this.state !== 'rings') throw new PhoneError('not-now', `the call is ${this.state}`);
    // Asked by the PBX it is the talk of a moment ago, whose caller waits.
    if (!this.answersItself) await this.#proveMicrophone();
    await (this.#session as Invitation).accept();
  }

  async hangUp(): Promise<void> {
    const session = this.#session;
    if (session.state === SessionState.Established) await session.bye();
    else if (this.state === 'rings') await (session as Invitation).reject();
    else if (this.state === 'dials') await (session as Inviter).cancel();
  }

  hold(): Promise<void> {
    return this.#change(true);
  }

  resume(): Promise<void> {
    return this.#change(false);
  }

  mute(isMuted: boolean): void {
    this.#isMuted = isMuted;
    this.#enable();
    this.#parts.changed();
  }

  press(digits: string): void {
    if (this.state !== 'talking') throw new PhoneError('not-now', `the call is ${this.state}`);
    const sender = this.#sender;
    // One after the other: what is still being sent is asked with them.
    sender?.dtmf?.insertDTMF(sender.dtmf.toneBuffer + digits, 120, 70);
  }

  async stats(): Promise<TalkStats> {
    return statsOf(await this.#connection?.getStats());
  }

  async reports(): Promise<readonly object[]> {
    const reports = await this.#connection?.getStats();
    return reports ? [...(reports as unknown as Map<string, object>).values()] : [];
  }

  /** The microphone that is chosen now, and the speaker. */
  useDevices(): Promise<void> {
    return this.#inTurn(() => this.#takeDevices());
  }

  /** A headset was plugged in, or pulled out: the one that is chosen, or the one that is left. */
  mendDevices(): Promise<void> {
    return this.#inTurn(async () => {
      const track = this.#sender?.track;
      if (!track) return;
      const chosen = this.#parts.microphone();
      const isOther = chosen !== undefined && track.getSettings().deviceId !== chosen;
      const isLost = track.readyState === 'ended';
      if (isLost || (isOther && (await hasMicrophone(chosen)))) await this.#takeDevices();
    });
  }

  /** One change of devices at a time: a microphone that nobody uses would stay open. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const changed = this.#devicesChanging.then(change);
    this.#devicesChanging = changed.catch(() => {});
    return changed;
  }

  async #takeDevices(): Promise<void> {
    const sender = this.#sender;
    if (sender) {
      const old = sender.track;
      const [fresh] = (await openMicrophone(this.#parts.microphone())).getAudioTracks();
      // The call may be over by now.
      if (this.state === 'over') return fresh!.stop();
      await sender.replaceTrack(fresh!);
      old?.stop();
      this.#watchMicrophone();
      this.#enable();
    }
    await this.#chooseSpeaker();
  }

  #watchMicrophone(): void {
    // Not told of tracks that the page stops itself.
    const mend = () => void this.mendDevices().catch(() => {});
    this.#sender?.track?.addEventListener('ended', mend, { once: true });
  }

  /** Holds or resumes, after what is under way. Throws PhoneError when the PBX says no. */
  #change(isHeld: boolean): Promise<void> {
    const change = this.#changing.then(async () => {
      if (this.state !== (isHeld ? 'talking' : 'held')) return;
      await this.#reinvite(isHeld);
      this.#isHeld = isHeld;
      this.#enable();
      this.#parts.changed();
    });
    this.#changing = change.catch(() => {});
    return change;
  }

  async #reinvite(hold: boolean): Promise<void> {
    const session = this.#session;
    session.sessionDescriptionHandlerOptionsReInvite = { hold } as Web.SessionDescriptionHandlerOptions;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = (state: SessionState) => {
      if (state === SessionState.Terminated) resolve();
    };
    session.stateChange.addListener(stop);
    try {
      await session.invite({
        requestDelegate: {
          onAccept: () => resolve(),
          onReject: ({ message }) =>
            reject(new PhoneError('refused', `${message.statusCode} ${message.reasonPhrase}`)),
        },
      });
      await promise;
    } finally {
      session.stateChange.removeListener(stop);
    }
  }

  get #handler(): Web.SessionDescriptionHandler | undefined {
    return this.#session.sessionDescriptionHandler as Web.SessionDescriptionHandler | undefined;
  }

  get #sender(): RTCRtpSender | undefined {
    return this.#connection?.getSenders().find(({ track }) => track?.kind === 'audio');
  }

  get #connection(): RTCPeerConnection | undefined {
    return this.#handler?.peerConnection;
  }

  #enable(): void {
    for (const { track } of this.#connection?.getSenders() ?? [])
      if (track) track.enabled = !this.#isMuted && !this.#isHeld;
  }

  /** Plays what is heard: Chromium decodes a track only while an element plays it. */
  async #listen(): Promise<void> {
    this.#enable();
    this.#watchMicrophone();
    this.#audio.autoplay = true;
    this.#audio.srcObject = this.heard ?? null;
    await this.#chooseSpeaker();
    await this.#audio.play().catch(() => {});
  }

  async #chooseSpeaker(): Promise<void> {
    await this.#audio.setSinkId?.(this.#parts.speaker() ?? '').catch(() => {});
  }

  /** Said before the call is taken: what fails in the middle of an answer ends the call. */
  async #proveMicrophone(): Promise<void> {
    const stream = await openMicrophone(this.#parts.microphone());
    for (const track of stream.getTracks()) track.stop();
  }
}
