import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Timer } from '../../shared/clock.ts';
import { asError, PbxError } from '../../shared/errors.ts';
import type { Subscription } from '../../shared/events.ts';
import type { MediaRecording, RecordingResult, RecordOptions } from '../media.ts';
import { FreeswitchRefusedError } from './control-connection.ts';
import { exchangedPath } from './exchanged-path.ts';
import type { MediaLeg } from './media-leg.ts';
import { completeWavHeader, wavFacts } from './wav-duration.ts';

/** What a recording asks of its endpoint. */
export interface RecordingHost {
  readonly clock: Clock;
  readonly leg: MediaLeg;
  beep(): void;
  /** It ended; called once. */
  ended(recording: FreeswitchRecording): void;
}

type Reason = RecordingResult['reason'];

/**
 * A recording by FreeSWITCH into a file that we made (mode 0600). A pause ends it and a resume appends, as FreeSWITCH's
 * own mask would write silence. How long it is comes from the file, never from events.
 */
export class FreeswitchRecording implements MediaRecording {
  readonly options: RecordOptions;
  readonly finished: Promise<RecordingResult>;
  readonly #host: RecordingHost;
  #resolve: (result: RecordingResult) => void = () => {};
  /** Orders go one after another. */
  #last: Promise<unknown>;
  #recording = false;
  #written = false;
  #paused = false;
  #over = false;
  #limit: Timer | undefined;
  #leftMs: number;
  #sinceMs = 0;
  readonly #stops: Subscription;

  constructor(host: RecordingHost, options: RecordOptions) {
    this.#host = host;
    this.options = options;
    this.#leftMs = options.maxMs ?? Number.POSITIVE_INFINITY;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#stops = host.leg.server.events.on('recordStopped', (stop) => this.#told(stop));
    this.#last = this.#makeFile().then(() => this.#begin());
    this.#last.catch((error: unknown) => this.finish('failed', asError(error)));
  }

  pause(options: { beep?: boolean } = {}): void {
    if (this.#paused || this.#over) return;
    this.#paused = true;
    this.#inTurn(() => this.#halt());
    if (options.beep) this.#host.beep();
  }

  resume(options: { beep?: boolean } = {}): void {
    if (!this.#paused || this.#over) return;
    this.#paused = false;
    if (options.beep) this.#host.beep();
    this.#inTurn(() => this.#begin());
  }

  stop(): Promise<RecordingResult> {
    return this.finish('stopped');
  }

  /** Ends it, whoever wants that; only the first call counts. */
  finish(reason: Reason, error?: Error): Promise<RecordingResult> {
    if (!this.#over) {
      this.#over = true;
      this.#limit?.cancel();
      void this.#end(reason, error);
    }
    return this.finished;
  }

  /** The one ending: what goes wrong in it is told by the result. */
  async #end(reason: Reason, error?: Error): Promise<void> {
    let failure = error;
    for (const step of [() => this.#last, () => this.#halt()]) {
      await step().catch((thrown: unknown) => {
        failure ??= asError(thrown);
      });
    }
    const result = await this.#result(failure ? 'failed' : reason, failure);
    this.#stops.off();
    this.#host.ended(this);
    this.#resolve(result);
  }

  async #makeFile(): Promise<void> {
    const { file } = this.options;
    exchangedPath(file);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await (await open(file, 'w', 0o600)).close();
  }

  async #begin(): Promise<void> {
    if (this.#over || this.#paused) return;
    const { file, layout, maxSilenceMs } = this.options;
    const settings = [
      layout === 'stereo' && 'RECORD_STEREO=true',
      layout === 'received' && 'RECORD_READ_ONLY=true',
      this.#written && 'RECORD_APPEND=true',
      maxSilenceMs !== undefined && `RECORD_INITIAL_TIMEOUT_MS=${maxSilenceMs}`,
      maxSilenceMs !== undefined && `RECORD_FINAL_TIMEOUT_MS=${maxSilenceMs}`,
      maxSilenceMs !== undefined && `RECORD_SILENCE_THRESHOLD=${SILENCE_LEVEL}`,
      'RECORD_MIN_SEC=0',
      // default 50: a recording that is stopped within its first second would lose it
      'RECORD_PRE_BUFFER_FRAMES=1',
    ].filter((setting) => setting !== false);
    const start = `start ${file} ${FREESWITCH_LIMIT_S} {${settings.join(',')}}`;
    // given twice, it is once "already recording", which is no error
    await this.#host.leg.order('uuid_record', start).catch((error: unknown) => {
      this.#recording = !(error instanceof FreeswitchRefusedError);
      throw error;
    });
    this.#recording = true;
    this.#written = true;
    this.#sinceMs = this.#host.clock.monotonic();
    if (Number.isFinite(this.#leftMs)) {
      this.#limit = this.#host.clock.after(this.#leftMs, () => void this.finish('max'));
    }
  }

  async #halt(): Promise<void> {
    this.#limit?.cancel();
    if (!this.#recording) return;
    this.#recording = false;
    this.#leftMs -= this.#host.clock.monotonic() - this.#sinceMs;
    const { clock, leg } = this.#host;
    let tell = () => {};
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const stops = leg.server.events.on('recordStopped', ({ file }) => {
      if (file === this.options.file) tell();
    });
    try {
      if (!(await this.#stop())) return;
      // the event may be lost
      const timer = clock.after(CLOSE_MS, tell);
      await told;
      timer.cancel();
    } finally {
      stops.off();
    }
  }

  /** Whether FreeSWITCH is going to close the file. Throws when it was told to stop and gave no answer. */
  async #stop(): Promise<boolean> {
    const { leg } = this.#host;
    try {
      if (leg.alive) await leg.order('uuid_record', `stop ${this.options.file}`);
    } catch (error) {
      // it ended the recording by itself, and the file is complete; or the channel is ending
      if (error instanceof FreeswitchRefusedError) return error.unknownChannel;
      this.#recording = leg.alive;
      if (leg.alive) throw error;
    }
    // a channel that ended closes its file, a server that died does not
    return leg.alive || leg.server.alive;
  }

  /** FreeSWITCH ended it although we did not ask. */
  #told({ file, cause }: { readonly file: string; readonly cause: string }): void {
    if (!this.#recording || this.#over || file !== this.options.file) return;
    this.#recording = false;
    if (cause.includes('silence') || cause.includes('no-input')) void this.finish('silence');
    else
      void this.finish(
        'failed',
        new PbxError('freeswitch-record', `FreeSWITCH ended the recording: ${cause}`),
      );
  }

  async #result(reason: Reason, error?: Error): Promise<RecordingResult> {
    const { file } = this.options;
    const failure = error === undefined ? {} : { error };
    const size = await stat(file)
      .then((facts) => facts.size)
      .catch(() => 0);
    if (size === 0) return { file, durationMs: 0, bytes: 0, reason, ...failure };
    if (!this.#host.leg.alive) await completeWavHeader(file).catch(() => {});
    try {
      const { durationMs } = await wavFacts(file);
      return { file, durationMs, bytes: size, reason, ...failure };
    } catch (thrown) {
      return { file, durationMs: 0, bytes: size, reason: 'failed', error: error ?? asError(thrown) };
    }
  }

  #inTurn(work: () => Promise<void>): void {
    this.#last = this.#last.then(work);
    this.#last.catch((error: unknown) => void this.finish('failed', asError(error)));
  }
}

/** FreeSWITCH closes the file before it tells; the event may be lost. */
const CLOSE_MS = 500;
/** Mean level of 16-bit samples below which it is silence: about -50 dBm0, above line noise. */
const SILENCE_LEVEL = 100;
/** FreeSWITCH wants a limit before the settings; ours ends it earlier. A day. */
const FREESWITCH_LIMIT_S = 86_400;
