import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addFrame, saturate } from '../../rtp/mixing.ts';
import { writeWav } from '../../rtp/wav.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import { asError, PbxError } from '../../shared/errors.ts';
import type { MediaAddress } from '../audio-sdp.ts';
import type { MediaRecording, RecordingResult, RecordOptions } from '../media.ts';
import { renderCapture, type Span, samplesOf } from './capture-audio.ts';
import { readPcap } from './pcap.ts';

/** What a recording asks of its endpoint. */
export interface RecordingHost {
  readonly clock: Clock;
  readonly callId: string;
  /** `--recording-dir` of the server. */
  readonly folder: string;
  /** Ports of rtpengine where the party's audio and what it hears come in. */
  ports(): { readonly party: number; readonly heard: number };
  /** Whether the party sent from there at that moment (wall clock, ms). */
  isSender(from: MediaAddress, atMs: number): boolean;
  startCapture(): Promise<void>;
  stopCapture(): Promise<void>;
  beep(): void;
  /** It ended; called once. */
  ended(recording: RtpengineRecording): void;
}

type Reason = RecordingResult['reason'];

/**
 * rtpengine writes the packets of a call into a pcap file; when the recording ends they are put together as WAV.
 * Prompts that rtpengine itself plays are not in the capture, so they are not in the file.
 */
export class RtpengineRecording implements MediaRecording {
  readonly options: RecordOptions;
  readonly finished: Promise<RecordingResult>;
  readonly #host: RecordingHost;
  readonly #spans: Span[] = [];
  readonly #started: Promise<FileHandle>;
  #resolve: (result: RecordingResult) => void = () => {};
  #runningSinceMs: number | undefined;
  #paused = false;
  #over = false;
  #timer: Timer | undefined;

  constructor(host: RecordingHost, options: RecordOptions) {
    this.#host = host;
    this.options = options;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#started = this.#start();
    this.#started.catch((error: unknown) => this.finish('failed', asError(error)));
  }

  pause(options: { beep?: boolean } = {}): void {
    if (this.#paused || this.#over) return;
    this.#paused = true;
    this.#closeSpan();
    if (options.beep) this.#host.beep();
  }

  resume(options: { beep?: boolean } = {}): void {
    if (!this.#paused || this.#over) return;
    this.#paused = false;
    if (options.beep) this.#host.beep();
    this.#openSpan();
  }

  stop(): Promise<RecordingResult> {
    return this.finish('stopped');
  }

  /** Ends it for `reason`; only the first call counts. Resolves when the file is complete. */
  finish(reason: Reason, error?: Error): Promise<RecordingResult> {
    if (this.#over) return this.finished;
    this.#over = true;
    this.#closeSpan();
    this.#complete().then(
      (bytes) => this.#tell(reason, bytes, error),
      (failure: unknown) => this.#tell('failed', 0, error ?? asError(failure)),
    );
    return this.finished;
  }

  #tell(reason: Reason, bytes: number, error?: Error): void {
    const { file } = this.options;
    const durationMs = bytes === 0 ? 0 : samplesOf(this.#spans) / 8;
    this.#host.ended(this);
    this.#resolve({ file, durationMs, bytes, reason, ...(error && { error }) });
  }

  /** Opens the file first: a folder that cannot be written is told at once, not after the talk. */
  async #start(): Promise<FileHandle> {
    const { file } = this.options;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'w', 0o600);
    try {
      await handle.writeFile(writeWav([new Int16Array(0)]));
      await this.#host.startCapture();
    } catch (error) {
      await handle.close();
      throw error;
    }
    if (!this.#over && !this.#paused) this.#openSpan();
    return handle;
  }

  #openSpan(): void {
    this.#runningSinceMs = this.#host.clock.now();
    const { maxMs } = this.options;
    if (maxMs === undefined) return;
    this.#timer = this.#host.clock.after(maxMs - samplesOf(this.#spans) / 8, () => this.finish('max'));
  }

  #closeSpan(): void {
    this.#timer?.cancel();
    if (this.#runningSinceMs === undefined) return;
    this.#spans.push({ fromMs: this.#runningSinceMs, toMs: this.#host.clock.now() });
    this.#runningSinceMs = undefined;
  }

  async #complete(): Promise<number> {
    const handle = await this.#started;
    try {
      await this.#host.stopCapture();
      const bytes = await this.#render();
      await handle.write(bytes, 0, bytes.length, 0);
      return bytes.length;
    } finally {
      await handle.close();
    }
  }

  async #render(): Promise<Buffer> {
    const capture = await this.#findCapture();
    const packets = [...readPcap(await readFile(capture))];
    const { party, heard } = this.#host.ports();
    const said = renderCapture(packets, party, this.#spans, ({ from, atMs }) =>
      this.#host.isSender(from, atMs),
    );
    await rm(capture);
    if (this.options.layout === 'received') return writeWav([said]);
    const other = renderCapture(packets, heard, this.#spans);
    return writeWav(this.options.layout === 'stereo' ? [said, other] : [mix(said, other)]);
  }

  async #findCapture(): Promise<string> {
    const folder = join(this.#host.folder, 'pcaps');
    const name = (await readdir(folder)).find((entry) => entry.startsWith(`${this.#host.callId}-`));
    if (!name) throw new PbxError('rtpengine-capture', `no capture of ${this.#host.callId} in ${folder}`);
    return join(folder, name);
  }
}

function mix(a: Int16Array, b: Int16Array): Int16Array {
  const sum = new Int32Array(a.length);
  addFrame(sum, a);
  addFrame(sum, b);
  const mixed = new Int16Array(a.length);
  saturate(sum, mixed);
  return mixed;
}
