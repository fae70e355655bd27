/** What the bench, the generator and the subject tell each other over IPC. */

/** What a subject does with the packets. */
export type Load = 'relay' | 'bridge' | 'record' | 'play' | 'mix';

export interface SubjectOptions {
  readonly load: Load;
  /** Bridged calls, playbacks or three-party mixes. */
  readonly count: number;
  /** Generator's ports, used in turn. */
  readonly ports: readonly number[];
}

export interface SubjectReady {
  /** RTP port of each leg; legs of one call follow each other. */
  readonly legs: readonly number[];
  /** Growth of the process while legs were made. */
  readonly bytesALeg: number;
}

export interface SubjectFigures {
  /** CPU of the whole process, all threads, microseconds. */
  readonly cpuUs: number;
  /** Of that, in the kernel. */
  readonly systemUs: number;
  readonly wallMs: number;
  /** RTP packets that came in and went out; what is missing between was lost inside. */
  readonly packetsIn: number;
  readonly packetsOut: number;
}

export interface GeneratorOptions {
  readonly legs: readonly number[];
  /** Whether the generator sends; a playback only listens after one packet. */
  readonly send: boolean;
  readonly seconds: number;
  /** Added delay of forwarded packets is looked for in the payload. */
  readonly forwarded: boolean;
}

export interface GeneratorFigures {
  readonly sent: number;
  readonly received: number;
  /** CPU of the generator. */
  readonly cpuMs: number;
  /** Milliseconds from sending to getting back, 50th, 99th percentile and largest. */
  readonly delayMs: readonly [number, number, number];
  /** Distance of a stream's packets from 20 ms: 50th, 99th percentile and largest. */
  readonly spacingOffMs: readonly [number, number, number];
}
