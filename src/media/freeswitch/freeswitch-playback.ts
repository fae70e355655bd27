import { rm } from 'node:fs/promises';
import type { Clock } from '../../shared/clock.ts';
import { asError, PbxError } from '../../shared/errors.ts';
import type { Playback, PlaybackEnd, PlayItem, PlayOptions } from '../media.ts';
import { type PlayRun, runsOf } from '../prompt-audio.ts';
import type { MediaLeg } from './media-leg.ts';
import { type Audio, prepareAudio } from './playable-audio.ts';

/** Plays to one member of a conference: the channel takes no applications while it is in one. */
export interface RoomPlayer {
  play(source: string): Promise<void>;
  stop(): Promise<void>;
}

/** What a playback asks of its endpoint. */
export interface PlaybackHost {
  readonly clock: Clock;
  readonly leg: MediaLeg;
  /** Folder for rendered prompts, which FreeSWITCH sees under the same path. */
  readonly folder: string;
  /** Names an execution, so that its end is known from others. */
  newId(): string;
  /** The conference that the channel is in now. */
  room(): RoomPlayer | undefined;
  /** Resolves when what played before has left the channel. */
  readonly ready: Promise<void>;
  /** It ended; called once. */
  ended(playback: FreeswitchPlayback): void;
}

/** FreeSWITCH may tell of the end so much later than the audio lasts; then the event was lost. */
const LATE_MS = 1500;

/**
 * Plays one file after another with the channel's own applications. The end is the event of the application; when it
 * does not come, the clock says that it is over and the channel is told to stop, which does no harm.
 */
export class FreeswitchPlayback implements Playback {
  readonly options: PlayOptions;
  readonly finished: Promise<PlaybackEnd>;
  /** Resolves when the channel plays nothing of this any more; never rejects. */
  readonly released: Promise<void>;
  readonly #host: PlaybackHost;
  #resolve: (end: PlaybackEnd) => void = () => {};
  #over = false;
  #executing = false;
  /** The channel was moved (bridged, parked): that ended the application, not the playback. */
  #moved = false;
  #settled: Promise<void> | undefined;
  /** Ends the wait for audio in a conference, whose end nobody tells. */
  #wake: () => void = () => {};

  constructor(host: PlaybackHost, items: readonly PlayItem[], options: PlayOptions) {
    this.#host = host;
    this.options = options;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.released = this.#run(runsOf(items, options.repeat ?? 1)).then(
      () => this.finish({ reason: 'completed' }),
      (error: unknown) => this.finish({ reason: 'failed', error: asError(error) }),
    );
  }

  stop(): void {
    this.finish({ reason: 'stopped' });
  }

  /** Ends it, whoever wants that; only the first call counts. */
  finish(end: PlaybackEnd): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#executing) void this.#break();
    this.#wake();
    this.#host.ended(this);
    this.#resolve(end);
  }

  /** The channel is moved until `settled`: what plays then begins anew. */
  moving(settled: Promise<void>): void {
    this.#moved = true;
    this.#settled = settled;
    this.#wake();
  }

  async #run(runs: readonly PlayRun[]): Promise<void> {
    await this.#host.ready;
    for (const run of runs) {
      if (this.#over) return;
      const audio = await prepareAudio(run, this.#host.folder);
      try {
        for (let left = audio.times; left > 0 && !this.#over; left--) await this.#playOnce(audio);
      } finally {
        if (audio.temporary) await rm(audio.source, { force: true });
      }
    }
  }

  async #playOnce({ source, lengthMs }: Audio): Promise<void> {
    do {
      await this.#settled;
      this.#moved = false;
      const room = this.#host.room();
      if (room) await this.#playInRoom(room, source, lengthMs);
      else await this.#execute(source, lengthMs);
    } while (this.#moved && !this.#over);
  }

  async #playInRoom(room: RoomPlayer, source: string, lengthMs: number): Promise<void> {
    if (this.#over) return;
    await room.play(source);
    await new Promise<void>((resolve) => {
      const timer = this.#host.clock.after(Math.min(lengthMs, NEVER_MS), resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
      if (this.#over || this.#moved) this.#wake();
    });
    if (this.#over || this.#moved) await room.stop();
  }

  async #execute(source: string, lengthMs: number): Promise<void> {
    if (this.#over) return;
    const { leg } = this.#host;
    const id = this.#host.newId();
    const limitMs = Math.min(lengthMs + LATE_MS, NEVER_MS);
    this.#executing = true;
    const event = await this.#untilEnded(leg.run('playback', source, id, limitMs));
    this.#executing = false;
    const response = event?.getHeader('Application-Response') ?? '';
    // one that the move cut off says ERROR as well
    if (/NOT FOUND|ERROR/i.test(response) && !this.#over && !this.#moved) {
      throw new PbxError('freeswitch-play', `FreeSWITCH cannot play ${source}: ${response}`);
    }
    if (!event && !this.#over) await this.#break();
  }

  /** After a stop the event may be lost as well: it is waited for a moment only. */
  async #untilEnded(ended: ReturnType<MediaLeg['run']>): ReturnType<MediaLeg['run']> {
    const { clock } = this.#host;
    let timer = { cancel: () => {} };
    const stopped = this.finished.then(
      () =>
        new Promise<undefined>((resolve) => {
          timer = clock.after(LATE_MS, () => resolve(undefined));
        }),
    );
    const event = await Promise.race([ended, stopped]);
    timer.cancel();
    return event;
  }

  async #break(): Promise<void> {
    await this.#host.leg.order('uuid_break', 'all').catch(() => {});
  }
}

/** Longer than any call: a timer of Node's holds 31 bits. */
const NEVER_MS = 0x7fff_ffff;
