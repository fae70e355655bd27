/** Issue 3: nothing in headers reaches a log, the console, SQL, a file name or another message unescaped; on every SIP engine. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeBeside } from '../support/describe-beside.ts';
import type { Pbx } from '../support/pbx.ts';
import { enginesFor, type SipServer, START_MS, startPbxOn, titleOn } from '../support/sip-engines.ts';
import { until } from '../support/until.ts';

const HOST = '127.0.0.40';
const ESC = '\u001b';
const FORGED = '{"level":60,"msg":"forged"}';
/** Line ends, terminal commands, quotes, SQL, paths: raw where SIP lets them through, escaped where URIs do. */
const USER = `13800%0d%0a${encodeURIComponent(FORGED)}%0d%0aX-Injected%3a%20yes%1b%5b2J';DROP%20TABLE%20cdr;--..%2f..%2fevil%00%c2%9b31m%e2%80%ae`;
const TEXT = `${ESC}[31m\u009b31m${ESC}]0;owned\u0007 \\"; DROP TABLE cdr;-- ' ../../../evil <script>alert(1)</script> \u202e %s %n \${x}`;
/** In From it is refused with control characters (RFC 3261 25.1, qdtext). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const NAME = TEXT.replace(/[\u0000-\u001f]/g, '');
const CALL_ID = `..%2f../../../evil'"${'`'}(touch-evil)-1`;
const FOLDED = `first\r\n ${FORGED}\r\n\tX-Injected: yes`;

const SDP =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n';

/** A caller who writes every byte himself. */
class RawCaller {
  readonly answers: string[] = [];
  readonly #socket: Socket;
  readonly #to: { readonly host: string; readonly port: number };

  private constructor(socket: Socket, host: string, port: number) {
    this.#socket = socket;
    this.#to = { host, port };
    socket.on('message', (bytes) => this.answers.push(bytes.toString()));
  }

  static async open(server: string, address = HOST): Promise<RawCaller> {
    const socket = createSocket('udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    const [host = '', port] = server.split(':');
    return new RawCaller(socket, host, Number(port));
  }

  send(method: string, cseq: number, to: string, uri: string, body = '', more: string[] = []): void {
    const { address, port } = this.#socket.address();
    const at = `${address}:${port}`;
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${at};rport;branch=z9hG4bKhostile${method}${cseq}`,
      'Max-Forwards: 70',
      `From: "${NAME}" <sip:${USER}@${at}>;tag=evil`,
      `To: ${to}`,
      `Call-ID: ${CALL_ID}${port}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:${USER}@${at}>`,
      `P-Asserted-Identity: "${TEXT}" <sip:${USER}@${at}>`,
      `Remote-Party-ID: "${TEXT}" <sip:${USER}@${at}>`,
      `User-Agent: ${TEXT}`,
      `Subject: ${FOLDED}`,
      `Reason: Q.850;cause=16;text="${TEXT}"`,
      ...more,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    this.#socket.send(`${lines.join('\r\n')}\r\n\r\n${body}`, this.#to.port, this.#to.host);
  }

  /** The response of that status and method, when it has come. */
  answer(status: number, method: string): string | undefined {
    const isIt = (text: string) =>
      text.startsWith(`SIP/2.0 ${status} `) && new RegExp(`^CSeq: \\d+ ${method}`, 'm').test(text);
    return this.answers.find(isIt);
  }

  close(): void {
    this.#socket.close();
  }
}

/** The line that is called: answers everything with 200 and keeps what it was sent. */
class RawLine {
  readonly requests: string[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes, { address, port }) => {
      const text = bytes.toString();
      this.requests.push(text);
      if (text.startsWith('ACK')) return;
      const copied = text.match(/^(Via|From|Call-ID|CSeq): .*$/gm)!.map((row) => row.trimEnd());
      const to = /^To: (.*?)(;tag=\w+)?\r$/m.exec(text)![1];
      const body = text.startsWith('INVITE') ? SDP : '';
      const head = [
        'SIP/2.0 200 OK',
        ...copied,
        `To: ${to};tag=line`,
        `Contact: <sip:${this.host}>`,
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
      ];
      socket.send(`${head.join('\r\n')}\r\n\r\n${body}`, port, address);
    });
  }

  static async open(): Promise<RawLine> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new RawLine(socket);
  }

  get host(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): void {
    this.#socket.close();
  }
}

/** Control characters other than line ends, and marks that turn writing round. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

for (const engine of enginesFor(undefined)) {
  describeBeside(engine.missing, titleOn('a caller with hostile headers', engine), () => {
    let server: SipServer | undefined;
    let pbx: Pbx;
    let line: RawLine;
    let caller: RawCaller;

    beforeAll(async () => {
      line = await RawLine.open();
      server = await engine.start?.();
      pbx = await startPbxOn(server, (config) => {
        config.dialplans = resolve('test/bench/signalling/dialplans');
        config.logLevel = 'debug';
        config.trunks = {
          carrier: {
            tenant: 'demo',
            addresses: [HOST, '127.0.0.1'],
            uri: `sip:${line.host}`,
            probe: '0s',
          },
        };
      });
      caller = await RawCaller.open(pbx.sip);
      const uri = `sip:4001234567@${pbx.sip}`;
      caller.send('INVITE', 1, `<${uri}>`, uri, SDP);
      const ok = await until('200', () => caller.answer(200, 'INVITE'), {
        show: () => caller.answers.join('\n'),
      });
      const to = /^To: (.*)\r$/m.exec(ok)![1]!;
      caller.send('ACK', 1, to, uri);
      await until('the recording', () => recordings().length > 0, { show: () => pbx.output.slice(-3000) });
      caller.send('BYE', 2, to, uri);
      await until('200 to BYE', () => caller.answer(200, 'BYE'));
      await until('BYE to the line', () => line.requests.some((text) => text.startsWith('BYE')));
    }, START_MS);
    afterAll(async () => {
      caller?.close();
      line?.close();
      await pbx?.cleanUp();
      await server?.close();
    });

    const recordings = () =>
      existsSync(`${pbx.dataDir}/recordings`)
        ? readdirSync(`${pbx.dataDir}/recordings`, { recursive: true }).map(String)
        : [];

    it('leaves one harmless row in `pbx400 cdr`', async () => {
      await until('the record', async () => (await pbx.records('limit=10')).length > 0);
      const table = await pbx.cli('cdr');
      expect(table).not.toMatch(CONTROLS);
      const rows = table.trimEnd().split('\n');
      expect(rows.length).toBe(rows.findIndex((row) => row.includes('4001234567')) + 1);
      expect(rows.filter((row) => row.startsWith('X-Injected') || row.startsWith('{'))).toEqual([]);
      const json = (await pbx.cli('cdr', '--json')).trimEnd().split('\n');
      expect(json.map((text) => JSON.parse(text).called)).toEqual(['4001234567']);
      expect(json.join('\n')).not.toMatch(CONTROLS);
    });

    it('writes no line of its own into the log', async () => {
      // A stranger is logged with his Call-ID, a wrong password with its user.
      const stranger = await RawCaller.open(pbx.sip, '127.0.0.41');
      const domain = 'sip:pbx400.local';
      stranger.send('INVITE', 1, `<${domain}>`, `sip:4001234567@${pbx.sip}`, SDP);
      // Another socket, another Call-ID: a drachtio-server takes what has that of a call to be part of the call.
      const guesser = await RawCaller.open(pbx.sip, '127.0.0.41');
      guesser.send('REGISTER', 1, `<sip:${USER}@pbx400.local>`, domain);
      const challenge = await until('401', () => guesser.answer(401, 'REGISTER'));
      const nonce = /nonce="([^"]+)"/.exec(challenge)![1];
      guesser.send('REGISTER', 2, `<sip:${USER}@pbx400.local>`, domain, '', [
        `Authorization: Digest username="${NAME}", realm="pbx400.local", nonce="${nonce}", uri="${domain}", response="0"`,
      ]);
      const logged = (msg: string) => pbx.log.some((entry) => `${entry['msg']}`.startsWith(msg));
      await until('the stranger in the log', () => logged('calls from an unknown address'));
      await until('the password in the log', () => logged('wrong password'), {
        show: () => guesser.answers.join(''),
      });
      stranger.close();
      guesser.close();
      expect(pbx.output).not.toMatch(CONTROLS);
      expect(server?.output ?? '').not.toMatch(CONTROLS);
      expect(pbx.log.filter(({ msg }) => msg === 'forged')).toEqual([]);
      expect(pbx.output.split('\n').filter((row) => row.startsWith('X-Injected'))).toEqual([]);
    });

    it('has no say in the names of files', () => {
      for (const path of recordings()) expect(path).toMatch(/^[\w.+/-]+$/);
      expect(recordings().filter((path) => path.includes('evil') || path.includes('..'))).toEqual([]);
      for (const folder of [pbx.dataDir, `${pbx.dataDir}/..`, `${pbx.dataDir}/../..`, '.']) {
        expect(readdirSync(folder).filter((name) => name.includes('evil'))).toEqual([]);
      }
    });

    it('cannot break out of a query', async () => {
      const all = await pbx.records('limit=10');
      expect(all.length).toBe(1);
      const { caller: stored } = all[0]!;
      for (const wrong of ["' OR '1'='1", `${stored}' --`]) {
        const found = await pbx.get(`/api/v1/calls?caller=${encodeURIComponent(wrong)}`);
        expect(found.body.items ?? []).toEqual([]);
      }
    });

    it('reaches the next phone as values, not as headers', () => {
      const invite = line.requests.find((text) => text.startsWith('INVITE'))!;
      expect(invite).toContain('From: ');
      expect(invite).not.toMatch(/^(X-Injected|\{)/m);
      expect(invite.replaceAll('\r\n', '\n')).not.toMatch(CONTROLS);
    });

    it('harms nobody who comes after', async () => {
      expect((await pbx.get('/health')).status).toBeLessThan(500);
      caller.answers.length = 0;
      caller.send('OPTIONS', 3, `<sip:${pbx.sip}>`, `sip:${pbx.sip}`);
      await until('200 to OPTIONS', () => caller.answer(200, 'OPTIONS'));
    });
  });
}
