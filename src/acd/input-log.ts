/**
 * What a company's ACD was told, in files that can be played again: whoever is stuck stands in them, with how he came there. Callers'
 * numbers are masked before the core is told them, and what was noted of them is left out here: there is nothing in them to erase.
 */
import { createWriteStream, existsSync, mkdirSync, renameSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Logger } from '../shared/logger.ts';
import type { CoreState } from './core/core-state.ts';
import type { AcdInput } from './core/inputs.ts';

/** A file is full after so long, or with so many bytes; the one before it is kept. */
const FILE_MS = 24 * 3_600_000;
const FILE_BYTES = 64 * 1024 * 1024;

/** So much may wait for a slow disk; what comes then is not kept, and a new file begins when there is room. */
const PENDING_BYTES = 8 * 1024 * 1024;

/** In the data folder. */
export const INPUTS_FOLDER = 'acd-inputs';

/** The first line of a file; each other one is the time of an input and the input. */
export interface InputLogHead {
  readonly seed: number;
  /** The core's state before the first input: v8.serialize, base64. */
  readonly state: string;
}

export class InputLog {
  readonly #file: string;
  readonly #log: Logger;
  #stream: WriteStream | undefined;
  #beganAt = 0;
  #bytes = 0;
  /** Something is missing in the file. */
  #isBroken = false;

  /** `folder` is made where it is not there. */
  constructor(folder: string, tenant: string, log: Logger) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = join(folder, `${tenant}.jsonl`);
    this.#log = log;
  }

  /** Whether a new file is to begin before the next input. */
  isDue(now: number): boolean {
    if (!this.#stream) return true;
    if (this.#isBroken) return this.#stream.writableLength === 0;
    return this.#bytes >= FILE_BYTES || now - this.#beganAt >= FILE_MS;
  }

  /** Begins a file: from here on the core has this state, and random numbers of this seed. */
  begin(now: number, seed: number, state: CoreState): void {
    this.#stream?.end();
    this.#beganAt = now;
    this.#bytes = 0;
    this.#isBroken = false;
    if (existsSync(this.#file)) renameSync(this.#file, this.#file.replace(/\.jsonl$/, '.before.jsonl'));
    const stream = createWriteStream(this.#file, { mode: 0o600 });
    stream.on('error', (err) => {
      if (!this.#isBroken) this.#log.warn({ err, file: this.#file }, 'inputs of the ACD are not kept');
      this.#isBroken = true;
    });
    this.#stream = stream;
    const head: InputLogHead = { seed, state: serialize(withoutNotes(state)).toString('base64') };
    this.#write(JSON.stringify(head));
  }

  take(input: AcdInput, now: number): void {
    if (!this.#isBroken) this.#write(JSON.stringify([now, wordless(input)]));
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    const stream = this.#stream;
    if (!stream || stream.destroyed) return;
    await new Promise<void>((resolve) => stream.end(() => resolve()));
  }

  #write(line: string): void {
    const stream = this.#stream!;
    if (stream.writableLength > PENDING_BYTES) {
      this.#isBroken = true;
      return;
    }
    this.#bytes += line.length;
    stream.write(`${line}\n`);
  }
}

function wordless(input: AcdInput): AcdInput {
  return input.type === 'noted' || input.type === 'drafted'
    ? { ...input, note: withoutWords(input.note) }
    : input;
}

function withoutNotes(state: CoreState): CoreState {
  const copy = deserialize(serialize(state)) as CoreState;
  for (const { work } of copy.agents.values()) {
    if (!work) continue;
    work.notes = { ...work.notes, note: withoutWords(work.notes.note) };
    if (work.draft) work.draft = { ...work.draft, note: withoutWords(work.draft.note) };
  }
  return copy;
}

/** That something was noted, and not what. */
const withoutWords = (note: string | undefined) => (note ? '…' : note);
