/** The bench's other side as a process: generator.py where there is a Python, else generator.ts. */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { GeneratorFigures, GeneratorOptions } from './messages.ts';

export type GeneratorKind = 'python' | 'node';

/** The better one that runs on this machine: recvmmsg and the kernel's timestamps are Linux's. */
export function bestGenerator(): GeneratorKind {
  if (process.platform !== 'linux') return 'node';
  return spawnSync('python3', ['-c', 'import ctypes']).status === 0 ? 'python' : 'node';
}

/** One generator; it answers each message, `GeneratorOptions` by 'measuring' and then by its figures. */
export class GeneratorProcess {
  readonly #child: ChildProcess;
  readonly #answers: unknown[] = [];
  #onAnswer: (() => void) | undefined;
  #exited = false;

  constructor(kind: GeneratorKind) {
    if (kind === 'node') {
      this.#child = fork(new URL('./generator.ts', import.meta.url), { stdio: ['ignore', 2, 2, 'ipc'] });
      this.#child.on('message', (message) => this.#take(message));
    } else {
      const file = fileURLToPath(new URL('./generator.py', import.meta.url));
      this.#child = spawn('python3', [file], { stdio: ['pipe', 'pipe', 2] });
      createInterface(this.#child.stdout!).on('line', (line) => this.#take(JSON.parse(line)));
    }
    this.#child.once('exit', () => {
      this.#exited = true;
      this.#onAnswer?.();
    });
  }

  /** Its UDP ports, which packets must be sent to in turn. */
  open(): Promise<number[]> {
    this.#send('open');
    return this.#next();
  }

  /** Greets all legs, calls `onMeasuring`, measures. */
  async run(options: GeneratorOptions, onMeasuring: () => void): Promise<GeneratorFigures> {
    this.#send(options);
    await this.#next();
    onMeasuring();
    return this.#next();
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect();
    this.#child.stdin?.end();
  }

  #send(message: GeneratorOptions | 'open'): void {
    if (this.#child.connected) this.#child.send(message);
    else this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  #take(message: unknown): void {
    this.#answers.push(message);
    this.#onAnswer?.();
  }

  async #next<Message>(): Promise<Message> {
    while (this.#answers.length === 0) {
      if (this.#exited) throw new Error('the generator ended');
      await new Promise<void>((resolve) => {
        this.#onAnswer = resolve;
      });
    }
    return this.#answers.shift() as Message;
  }
}
