/** A real softphone (baresip): registers with digest, answers by itself, says a tone and keeps what it hears. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';
import { readWav } from './wav.ts';
import { sine, writeWav } from './wav-file.ts';

/** Why softphone tests are skipped; undefined when baresip is here. */
export const baresipMissing: string | undefined =
  spawnSync('baresip', ['-h']).error === undefined
    ? undefined
    : 'baresip is not installed (Debian: baresip-core)';

export interface BaresipOptions {
  /** `host:port` of the PBX. */
  readonly pbx: string;
  readonly domain: string;
  readonly number: string;
  readonly password: string;
  /** What it says during a call. */
  readonly toneHz: number;
  readonly transport?: 'udp' | 'tcp';
  /** SRTP with keys in SDP or nothing. */
  readonly srtp?: boolean;
  /** Calls this URI instead of registering and waiting. */
  readonly dial?: string;
  /** Address of its SIP, 127.0.0.1 by default: another one of 127.0.0.0/8 is another peer. */
  readonly host?: string;
  /** SIP port; any by default. */
  readonly port?: number;
  /** False: it is no phone of the PBX's and calls as it is. */
  readonly registers?: boolean;
  /** Further modules that it loads, such as `mwi`. */
  readonly modules?: readonly string[];
  /** Port of its control interface (ctrl_tcp). With it, it rings until it is told to answer, and prints every SIP message. */
  readonly control?: number;
}

export class Baresip {
  readonly #child: ChildProcess;
  /** Where it keeps what it hears. */
  readonly folder: string;
  /** As whom it calls and is called; with a control interface it is told so there, or it would ring before anybody listens. */
  readonly account: string;
  #output = '';

  constructor(options: BaresipOptions) {
    const { pbx, domain, number, password, toneHz, transport = 'udp', srtp = false, dial } = options;
    const { host = '127.0.0.1', port = 0, registers = dial === undefined, control, modules = [] } = options;
    this.folder = mkdtempSync(join(tmpdir(), 'pbx400-baresip-'));
    const write = (name: string, lines: string[]) =>
      writeFileSync(join(this.folder, name), `${lines.join('\n')}\n`);
    const tone = join(this.folder, 'tone.wav');
    writeWav(tone, sine(toneHz, 60_000));
    write('config', [
      `sip_listen ${host}:${port}`,
      // its audio comes from there, whatever address it gives
      'net_interface 127.0.0.1',
      'module_path /usr/lib/baresip/modules',
      // aubridge is the sound card that this machine does not have; sndfile keeps what goes through.
      ...['g711', 'aufile', 'aubridge', 'sndfile', ...(srtp ? ['srtp'] : [])].map(
        (name) => `module ${name}.so`,
      ),
      'module_tmp account.so',
      'module_app menu.so',
      ...modules.map((name) => `module_app ${name}.so`),
      'statmode_default off',
      ...(control === undefined ? [] : ['module_app ctrl_tcp.so', `ctrl_tcp_listen 127.0.0.1:${control}`]),
      `audio_source aufile,${tone}`,
      'audio_player aubridge,ear',
      'audio_alert aubridge,bell',
      `snd_path ${this.folder}`,
    ]);
    this.account =
      `<sip:${number}@${domain};transport=${transport}>;outbound="sip:${pbx};transport=${transport}";` +
      `auth_user=${number};auth_pass=${password};answermode=${control === undefined ? 'auto' : 'manual'};` +
      `regint=${registers ? 60 : 0};audio_codecs=PCMA${srtp ? ';mediaenc=srtp-mand' : ''}`;
    write('accounts', control === undefined ? [this.account] : []);
    write('contacts', []);
    const traces = control === undefined ? [] : ['-s'];
    this.#child = spawn(
      'baresip',
      ['-4', ...traces, '-f', this.folder, ...(dial ? ['-e', `d ${dial}`] : [])],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  /** What it has printed. */
  get output(): string {
    return this.#output;
  }

  /** Waits until it prints something that matches. */
  async says(what: RegExp, limitMs = 10_000): Promise<void> {
    await until(`baresip says ${what}`, () => what.test(this.#output), { limitMs, show: () => this.#output });
  }

  /** What it heard in its only call, PCM16 at 8 kHz, as soon as that is over: it says so before the file has its length. */
  async heard(): Promise<Int16Array> {
    const closed = () => {
      const names = readdirSync(this.folder).filter((name) => name.endsWith('-dec.wav'));
      const files = names.sort().map((name) => readWav(join(this.folder, name)));
      return files.length > 0 && files.every(({ complete }) => complete) && files;
    };
    const files = await until('baresip closes what it heard', closed, { show: () => this.#output });
    return Int16Array.from(files.flatMap(({ channels }) => [...channels[0]!]));
  }

  /** As when somebody pulls the plug: it says nothing to anybody any more. */
  async kill(): Promise<void> {
    const ended = new Promise((done) => this.#child.once('exit', done));
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.kill('SIGKILL'))
      await ended;
  }

  /** Unregisters and ends. */
  async close(): Promise<void> {
    const ended = new Promise((done) => this.#child.once('exit', done));
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.kill('SIGINT')) {
      const limit = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(limit);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
