import type { SipResponse } from '../../../../src/sip/message/index.ts';
import { ALICE, BOB } from '../../../contract/edge/edge-world.ts';
import { DrachtioClient } from '../../../support/drachtio-client.ts';
import { type PeerDialog, SipPeer } from '../../../support/sip-peer.ts';
import { until } from '../../../support/until.ts';
import { MemoryServer, type MemoryServerOptions, SECRET, SIP } from './memory-server.ts';

/** A server, its application, who calls it and who is called by it. */
export class ServerWorld extends MemoryServer {
  readonly caller = new SipPeer(this.network, '10.0.0.9', SIP);
  readonly far = new SipPeer(this.network, '10.0.1.1', SIP);
  /** An application that wants nothing but records of calls. */
  witness!: DrachtioClient;

  static override async open(options: MemoryServerOptions = {}): Promise<ServerWorld> {
    const world = new ServerWorld({ routes: ['invite', 'subscribe'], ...options });
    await world.start();
    world.witness = await DrachtioClient.ready(world.server.adminPort, SECRET, ['cdr:stop']);
    return world;
  }

  protected override get clients(): readonly DrachtioClient[] {
    return [this.app, this.witness];
  }

  /** The application goes away. */
  async gone(): Promise<void> {
    this.app.close();
    await until('the server knows', () => this.server.counts.clients === 1, { everyMs: 2 });
    await this.clock.advance(5);
  }

  /** The caller's INVITE, and the application's 2xx to it. */
  async answered(callId = 'in'): Promise<{ dialogId: string; dialog: PeerDialog }> {
    this.caller.request('INVITE', callId, { body: ALICE });
    await this.clock.advance(5);
    const { tokens } = await this.app.notified('INVITE');
    const sdp = 'Content-Type: application/sdp';
    const echo = await this.app.command(`sip|${tokens[8]}|\r\nSIP/2.0 200 OK\r\n${sdp}\r\n\r\n${BOB}`);
    await this.pass(5);
    return { dialogId: echo.tokens[11]!, dialog: this.caller.dialogOf(this.caller.answer('INVITE')!) };
  }

  /** A call of the application to the far end, in conversation: the dialog's name. */
  async talking(): Promise<string> {
    const { app, far } = this;
    app.send(`sip||\r\nINVITE ${far.contact} SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n${ALICE}`);
    await this.pass(5);
    far.respond(far.last('INVITE'), 200, 'far', { body: BOB });
    await this.pass(5);
    const { tokens } = await app.notified('SIP/2.0 200');
    await this.inDialog(tokens[9]!, 'ACK');
    return tokens[9]!;
  }

  /** The application sends a request in a dialog; the words of the server's verdict. */
  async inDialog(dialogId: string, method: string, headers = '', body = ''): Promise<string[]> {
    const { tokens } = await this.app.command(
      `sip||${dialogId}\r\n${method} sip:placeholder SIP/2.0\r\n${headers}\r\n${body}`,
    );
    await this.pass(5);
    return tokens.slice(3, 5);
  }

  /** The application answers the next request of that method. */
  async answer(method: string, status = '200 OK', headers = ''): Promise<string> {
    const { tokens } = await this.app.notified(method);
    const echo = await this.app.command(`sip|${tokens[8]}|\r\nSIP/2.0 ${status}\r\n${headers}\r\n`);
    await this.pass(5);
    return echo.tokens[11]!;
  }

  /** 2xx that the caller got to its INVITE. */
  get accepted(): SipResponse[] {
    return this.caller.responses.filter(({ cseq, isSuccess }) => isSuccess && cseq.method === 'INVITE');
  }

  /** Who ended calls and why, as the records say. */
  get stops(): string[] {
    return this.witness.frames
      .filter(({ tokens }) => tokens[1] === 'cdr:stop')
      .map(({ tokens }) => `${tokens[2]} ${tokens[4]}`);
  }

  /** Whether calls in progress have ended. */
  async drains(): Promise<boolean> {
    let drained = false;
    void this.server.drain().then(() => {
      drained = true;
    });
    await this.pass(200);
    return drained;
  }
}
