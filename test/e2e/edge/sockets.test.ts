/** The contract of SipEdge on real sockets: what bytes on a wire change. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeEdge } from '../../contract/edge/edge-suite.ts';
import { BOB, CAROL, Desk, place, sdp } from '../../contract/edge/edge-world.ts';
import { SocketWorld } from '../../contract/edge/socket-world.ts';
import { WebSocketWorld } from '../../contract/edge/web-socket-world.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/tls');
const tls = {
  certFile: join(FIXTURES, 'one.crt'),
  keyFile: join(FIXTURES, 'one.key'),
  caFile: join(FIXTURES, 'one.crt'),
};

describeEdge('embedded on UDP sockets', () => new SocketWorld('udp', '127.0.0.1'));
describeEdge('embedded on UDP sockets, IPv6', () => new SocketWorld('udp', '::1'));
describeEdge('embedded on TCP sockets', () => new SocketWorld('tcp', '127.0.0.1'));
describeEdge('embedded on TLS sockets', () => new SocketWorld('tls', '127.0.0.1', tls));
describeEdge('embedded on WebSockets', () => new WebSocketWorld('ws'));
describeEdge('embedded on secure WebSockets', () => new WebSocketWorld('wss', tls));

/** RFC 7118 5: a browser has no address that it could tell; all goes over its one connection. */
describe.each(['ws', 'wss'] as const)('a browser whose Contact leads nowhere, over %s', (transport) => {
  it('calls, is called over the flow of its registration, and both ends can offer anew and hang up', async () => {
    const world = new WebSocketWorld(transport, tls, 'df7jal23ls0d.invalid');
    const [desk, browser] = [new Desk(), new Desk()];
    let flow: string | undefined;
    for (const end of [desk, browser]) {
      end.take = (leg) => {
        leg.delegate = { onReoffer: () => CAROL };
        void leg.answer(BOB).catch(() => {});
      };
    }
    desk.onRequest = (request) => {
      flow = request.flow;
      return { status: 200 };
    };
    await world.edge.start(desk);
    await world.far.start(browser);
    const aor = 'sip:8001@pbx400.local';
    const asked = { method: 'REGISTER', uri: world.uri('x'), from: { uri: aor }, to: aor };
    expect((await world.far.request(asked)).status).toBe(200);

    const out = place(world.far, world.uri('400'));
    out.leg.delegate = { onReoffer: () => CAROL };
    await world.until(
      'the call',
      () => out.leg.state === 'confirmed' && desk.calls[0]?.state === 'confirmed',
    );
    expect(await desk.calls[0]!.reoffer(sdp('anew1'))).toBe(CAROL);
    expect(await out.leg.reoffer(sdp('anew2'))).toBe(CAROL);
    desk.calls[0]!.end({ cause: 'normal' });
    await world.until('its end', () => out.log.ending?.by === 'remote');

    const back = place(world.edge, 'sip:8001@df7jal23ls0d.invalid;transport=ws', { flow: flow! });
    back.leg.delegate = { onReoffer: () => CAROL };
    await world.until('the call back', () => browser.calls[0]?.state === 'confirmed');
    expect(await back.leg.reoffer(sdp('anew3'))).toBe(CAROL);
    expect(await browser.calls[0]!.reoffer(sdp('anew4'))).toBe(CAROL);
    back.leg.end({ cause: 'normal' });
    await world.until('its end', () => browser.logs[0]!.ending?.by === 'remote');
    await world.close();
  });

  it('whose connection is another in the middle of a talk is told of its end over the one that it has registered over since', async () => {
    const world = new WebSocketWorld(transport, tls, 'df7jal23ls0d.invalid');
    const [desk, browser] = [new Desk(), new Desk()];
    let flow: string | undefined;
    browser.take = (leg) => {
      leg.delegate = { onReoffer: () => CAROL };
      void leg.answer(BOB).catch(() => {});
    };
    let status = 200;
    desk.onRequest = (request) => {
      flow = request.flow;
      return { status };
    };
    await world.edge.start(desk);
    await world.far.start(browser);
    const aor = 'sip:8001@pbx400.local';
    const headers = { Contact: '<sip:df7jal23ls0d.invalid;transport=ws>' };
    const asked = { method: 'REGISTER', uri: world.uri('x'), from: { uri: aor }, to: aor, headers };
    const register = () => world.far.request(asked);
    await register();
    const { leg } = place(world.edge, 'sip:8001@df7jal23ls0d.invalid;transport=ws', { flow: flow! });
    await world.until('the call', () => leg.state === 'confirmed' && browser.calls[0]?.state === 'confirmed');
    const first = flow;
    await world.moves();
    // Who is not let in takes nobody's talk.
    status = 403;
    await register();
    await expect(leg.reoffer(sdp('anew1'))).rejects.toThrow();
    status = 200;
    await register();
    expect(flow).not.toBe(first);
    expect(await leg.reoffer(sdp('anew2'))).toBe(CAROL);
    leg.end({ cause: 'normal' });
    await world.until('its end', () => browser.logs[0]!.ending?.by === 'remote');
    await world.close();
  });
});
