import type { Call } from './call.ts';
import type { Leg } from './leg.ts';
import { OperationError } from './operation-error.ts';
import type { Member } from './seat.ts';
import type { Places } from './talk-state.ts';

/** Records talks; the recording room stands behind it. */
export interface TalkRecorder {
  /** What the caller's leg says and hears. Starts at once; what goes wrong is noted in the call's record and never thrown. */
  start(call: Call): RunningRecording;
}

export interface RunningRecording {
  /** Leaves out what is said until `resume`. */
  pause(): void;
  resume(): void;
  stop(): void;
}

export type RecordingState = 'off' | 'on' | 'paused';

/** The recording of a talk (录音): one at a time. It follows the talk, whoever comes, leaves or is put on hold. */
export class TalkRecording {
  readonly #call: Call;
  readonly #recorder: TalkRecorder;
  #state: RecordingState = 'off';
  #running: RunningRecording | undefined;
  #leg: Leg | undefined;

  constructor(call: Call, recorder: TalkRecorder) {
    this.#call = call;
    this.#recorder = recorder;
  }

  get state(): RecordingState {
    return this.#state;
  }

  /** Throws OperationError when it runs already, or the media engine cannot record. */
  start(): void {
    if (this.#state !== 'off') throw new OperationError('wrong-state', 'the talk is being recorded already');
    if (!this.#call.context.media.capabilities.record) {
      throw new OperationError('not-supported', 'the media engine cannot record');
    }
    this.begin();
  }

  /** As `start`, for a talk that shall be recorded: what stands against it is in the record. */
  begin(): void {
    this.#leg = this.#call.caller;
    this.#running = this.#recorder.start(this.#call);
    this.#state = 'on';
  }

  /** Leaves out what is said until `resume`, such as a card's number. Throws OperationError when it does not run. */
  pause(): void {
    this.#move('on', 'paused', 'pause').pause();
  }

  /** Throws OperationError when it is not paused. */
  resume(): void {
    this.#move('paused', 'on', 'resume').resume();
  }

  /** Idempotent. */
  stop(): void {
    this.#running?.stop();
    this.#running = undefined;
    this.#leg = undefined;
    this.#state = 'off';
  }

  /** Goes on in another file when the leg that it was made at has left the talk. */
  follow({ caller, partner, third, guests = [] }: Places<Member>): void {
    const leg = this.#leg;
    if (!leg || [caller, partner, third, ...guests].some((seat) => seat?.leg === leg)) return;
    const paused = this.#state === 'paused';
    this.stop();
    this.begin();
    if (paused) this.pause();
  }

  #move(from: RecordingState, to: RecordingState, what: string): RunningRecording {
    const running = this.#running;
    if (!running || this.#state !== from) {
      throw new OperationError('wrong-state', `the recording is ${this.#state}: ${what}`);
    }
    this.#state = to;
    this.#call.note('step', { step: 'recording', why: to === 'paused' ? 'paused' : 'resumed' });
    return running;
  }
}
