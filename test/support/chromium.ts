import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

const BINARY = '/usr/bin/chromium';
const START_MS = 30_000;

/** Why Chromium cannot run here, undefined when it can. */
export const chromiumMissing = existsSync(BINARY) ? undefined : `${BINARY} is not installed (chromium)`;

interface Answer {
  readonly id?: number;
  readonly sessionId?: string;
  readonly result?: { result?: { value?: unknown }; exceptionDetails?: unknown; [field: string]: unknown };
  readonly error?: { message: string };
}

/** A headless Chromium with one empty page, steered by the DevTools protocol. */
export class Chromium {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, (answer: Answer) => void>();
  #sessionId: string | undefined;
  #commands = 0;

  private constructor(child: ChildProcess, folder: string, socket: WebSocket) {
    this.#child = child;
    this.#folder = folder;
    this.#socket = socket;
    socket.on('message', (text) => {
      const answer = JSON.parse(String(text)) as Answer;
      if (answer.id !== undefined) this.#pending.get(answer.id)?.(answer);
    });
  }

  static async start(): Promise<Chromium> {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-chromium-'));
    const child = spawn(
      BINARY,
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--no-first-run',
        '--mute-audio',
        '--autoplay-policy=no-user-gesture-required',
        // the engine listens on loopback only
        '--allow-loopback-in-peer-connection',
        '--disable-features=WebRtcHideLocalIpsWithMdns',
        '--remote-debugging-port=0',
        `--user-data-dir=${folder}`,
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    const socket = new WebSocket(await devToolsUrl(child));
    await once(socket, 'open');
    const chromium = new Chromium(child, folder, socket);
    await chromium.#attach();
    return chromium;
  }

  /** Runs an expression in the page and resolves with its (awaited) value. Throws what it throws. */
  async evaluate<T>(expression: string): Promise<T> {
    const answer = await this.#command('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    const { result, exceptionDetails } = answer.result ?? {};
    if (exceptionDetails) throw new Error(`in the page: ${JSON.stringify(exceptionDetails)}`);
    return result?.value as T;
  }

  /** Opens an address in the page. */
  async open(url: string): Promise<void> {
    await this.#command('Page.navigate', { url });
  }

  /** The page as a PNG, as who looks at it sees it. */
  async screenshot(): Promise<Buffer> {
    const { result } = await this.#command('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(result?.['data'] as string, 'base64');
  }

  async close(): Promise<void> {
    this.#socket.close();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      // its children, too: it leads its own process group
      process.kill(-this.#child.pid!, 'SIGKILL');
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #attach(): Promise<void> {
    const targets = await this.#command('Target.getTargets', {});
    const pages = targets.result?.['targetInfos'] as { targetId: string; type: string }[];
    const targetId = pages.find(({ type }) => type === 'page')!.targetId;
    const attached = await this.#command('Target.attachToTarget', { targetId, flatten: true });
    this.#sessionId = attached.result?.['sessionId'] as string;
  }

  #command(method: string, params: object): Promise<Answer> {
    const id = ++this.#commands;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, (answer) => {
        this.#pending.delete(id);
        if (answer.error) reject(new Error(`${method}: ${answer.error.message}`));
        else resolve(answer);
      });
      this.#socket.send(
        JSON.stringify({ id, method, params, ...(this.#sessionId && { sessionId: this.#sessionId }) }),
      );
    });
  }
}

function devToolsUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = '';
    const limit = setTimeout(() => reject(new Error(`Chromium did not start:\n${told}`)), START_MS);
    child.stderr!.on('data', (text) => {
      told += text;
      const url = /ws:\/\/\S+/.exec(told)?.[0];
      if (!url) return;
      clearTimeout(limit);
      resolve(url);
    });
  });
}
