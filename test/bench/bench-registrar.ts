/**
 * What registrations cost a running PBX: `npm run bench:registrar -- [--phones 20000] [--rate 333] [--seconds 15]`.
 *
 * Phones register over UDP with digest, then refresh at a steady rate: first those that are challenged each time (two
 * requests a refresh), then those that count their nonce up (RFC 7616 3.4: one request). CPU is that of the whole PBX
 * process, all threads, without what it takes when idle. Memory for 100,000 contacts is measured by
 * `test/bench/registrar.ts`, where nothing else lives in the process.
 */
import { execFile } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { digestHa1, digestResponse, parseDigestFields } from '../../src/sip/auth/digest.ts';
import { Pbx } from '../support/pbx.ts';
import { cpuSeconds, residentMb } from './signalling/process-load.ts';

const { values } = parseArgs({
  options: {
    phones: { type: 'string', default: '20000' },
    rate: { type: 'string', default: '333' },
    seconds: { type: 'string', default: '15' },
  },
});
const PHONES = Number(values.phones);
const RATE = Number(values.rate);
const SECONDS = Number(values.seconds);
const REALM = 'pbx400.local';
const HOST = '127.0.0.1';
const SOCKETS = 20;
/** Registrations at once while the phones come in. */
const WINDOW = 100;
const TICK_MS = 10;
const GOAL_PERCENT = 10;

/** One phone: what it needs to refresh its binding. */
class Phone {
  readonly user: string;
  readonly #ha1: string;
  readonly #socket: Socket;
  readonly #port: number;
  #cseq = 0;
  #nonce = '';
  #count = 0;
  /** Called with the status of the next final answer that is no challenge. */
  onDone: ((status: number) => void) | undefined;

  constructor(user: string, socket: Socket, port: number) {
    this.user = user;
    this.#ha1 = digestHa1('md5', user, REALM, 'x');
    this.#socket = socket;
    this.#port = port;
  }

  /** Sends a REGISTER, with credentials when the phone keeps its nonce. */
  refresh(keepsNonce: boolean): void {
    this.#send(keepsNonce && this.#nonce !== '');
  }

  onAnswer(text: string): void {
    const status = Number(text.slice(8, 11));
    if (status === 401) {
      const start = text.indexOf('WWW-Authenticate: ') + 18;
      const fields = parseDigestFields(text.slice(start, text.indexOf('\r\n', start)));
      this.#nonce = fields?.get('nonce') ?? '';
      this.#count = 0;
      this.#send(true);
      return;
    }
    this.onDone?.(status);
  }

  #send(withCredentials: boolean): void {
    const { user } = this;
    const at = `${HOST}:${this.#socket.address().port}`;
    const cseq = ++this.#cseq;
    let text =
      `REGISTER sip:${REALM} SIP/2.0\r\nVia: SIP/2.0/UDP ${at};rport;branch=z9hG4bK${user}x${cseq}\r\n` +
      `Max-Forwards: 70\r\nFrom: <sip:${user}@${REALM}>;tag=${user}\r\nTo: <sip:${user}@${REALM}>\r\n` +
      `Call-ID: ${user}-3f2a1b9c7d@${HOST}\r\nCSeq: ${cseq} REGISTER\r\n` +
      `Contact: <sip:${user}@${at};ob>\r\nExpires: 300\r\nUser-Agent: Bench 1.0\r\n`;
    if (withCredentials) text += `Authorization: ${this.#credentials()}\r\n`;
    this.#socket.send(`${text}Content-Length: 0\r\n\r\n`, this.#port, HOST);
  }

  #credentials(): string {
    const uri = `sip:${REALM}`;
    const nc = (++this.#count).toString(16).padStart(8, '0');
    const fields = { nonce: this.#nonce, uri, qop: 'auth', nc, cnonce: 'bench' };
    const response = digestResponse('md5', this.#ha1, 'REGISTER', fields);
    return (
      `Digest username="${this.user}", realm="${REALM}", nonce="${this.#nonce}", uri="${uri}", ` +
      `response="${response}", algorithm=MD5, qop=auth, nc=${nc}, cnonce="bench"`
    );
  }
}

const userOf = (index: number) => String(100_000 + index);

async function openPhones(port: number): Promise<Phone[]> {
  const sockets: Socket[] = [];
  for (let index = 0; index < SOCKETS; index++) {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    socket.bind(0, HOST);
    await once(socket, 'listening');
    sockets.push(socket);
  }
  const phones = Array.from(
    { length: PHONES },
    (_, index) => new Phone(userOf(index), sockets[index % SOCKETS]!, port),
  );
  const byUser = new Map(phones.map((phone) => [phone.user, phone]));
  for (const socket of sockets) {
    socket.on('message', (bytes) => {
      const text = bytes.toString('latin1');
      const start = text.indexOf('\r\nCall-ID: ') + 11;
      byUser.get(text.slice(start, text.indexOf('-', start)))?.onAnswer(text);
    });
    socket.unref();
  }
  return phones;
}

/** Registers all phones, a window of them at once; nothing may be refused or lost. */
async function registerAll(phones: readonly Phone[]): Promise<void> {
  let next = 0;
  let done = 0;
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${done} of ${phones.length} are registered`)), 180_000);
    const start = () => {
      const phone = phones[next++];
      if (!phone) return;
      phone.onDone = (status) => {
        if (status !== 200) return reject(new Error(`REGISTER of ${phone.user} was answered ${status}`));
        if (++done === phones.length) {
          clearTimeout(limit);
          resolve();
        } else start();
      };
      phone.refresh(false);
    };
    for (let index = 0; index < WINDOW; index++) start();
  });
}

/** Refreshes at the rate; returns how many were answered 200. */
async function refreshSteadily(phones: readonly Phone[], keepsNonce: boolean): Promise<number> {
  let accepted = 0;
  const total = RATE * SECONDS;
  const startedAt = performance.now();
  for (let sent = 0; sent < total; await sleep(TICK_MS)) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1000) * RATE);
    for (; sent < due; sent++) {
      const phone = phones[sent % phones.length]!;
      phone.onDone = (status) => {
        if (status === 200) accepted++;
      };
      phone.refresh(keepsNonce);
    }
  }
  await sleep(500);
  return accepted;
}

/** CPU of a process in percent of a core while `work` goes on. */
async function cpuPercent<Result>(pid: number, work: () => Promise<Result>) {
  const before = cpuSeconds(pid);
  const startedAt = performance.now();
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  return { percent: ((cpuSeconds(pid) - before) / seconds) * 100, result };
}

/** Heap of a registration, measured alone with 100,000 of them. */
async function bytesPerContact(): Promise<number> {
  const script = join(import.meta.dirname, 'registrar.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, '100000', '1000']);
  return JSON.parse(stdout.trim().split('\n').at(-1)!).bytesPerContact;
}

const pbx = await Pbx.start({
  configure: (config) => {
    config.dialplans = join(import.meta.dirname, 'signalling/dialplans');
    config.logLevel = 'warn';
    config.media = { engine: 'null' };
    config.sip.limits = { registers: 100_000 };
    for (let index = 0; index < PHONES; index++) {
      const number = userOf(index);
      config.extensions[number] = { tenant: 'demo', ha1: { md5: digestHa1('md5', number, REALM, 'x') } };
    }
  },
});
try {
  const phones = await openPhones(Number(pbx.sip.split(':')[1]));
  const emptyMb = residentMb(pbx.pid);
  await registerAll(phones);
  const fullMb = residentMb(pbx.pid);
  // Compiled and saved: what follows is everyday work.
  await refreshSteadily(phones, false);
  const idle = await cpuPercent(pbx.pid, () => sleep(5_000));
  const challenged = await cpuPercent(pbx.pid, () => refreshSteadily(phones, false));
  const counted = await cpuPercent(pbx.pid, () => refreshSteadily(phones, true));
  const rows = Object.entries({ 'challenged each time': challenged, 'nonce counted up': counted }).map(
    ([phones, { percent, result }]) => ({
      phones,
      refreshesPerSecond: RATE,
      accepted: result,
      of: RATE * SECONDS,
      cpuPercent: Number((percent - idle.percent).toFixed(1)),
      usPerRefresh: Math.round(((percent - idle.percent) * 10_000) / RATE),
      isWithinGoal: percent - idle.percent < GOAL_PERCENT,
    }),
  );
  console.table(rows);
  const result = {
    phones: PHONES,
    idlePercent: Number(idle.percent.toFixed(1)),
    rssMb: { empty: Math.round(emptyMb), full: Math.round(fullMb) },
    bytesPerContact: await bytesPerContact(),
    rows,
  };
  console.log(`memory per registration with 100,000 of them: ${result.bytesPerContact} bytes`);
  console.log(JSON.stringify(result));
} finally {
  await pbx.cleanUp();
}
