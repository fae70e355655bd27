import { describe, expect, it } from 'vitest';
import { seededIds } from '../../../../src/shared/ids.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { digestHa1 } from '../../../../src/sip/auth/digest.ts';
import { DigestClient } from '../../../../src/sip/auth/digest-client.ts';
import { DigestGuard } from '../../../../src/sip/auth/digest-guard.ts';
import { parseMessage, SipResponse } from '../../../../src/sip/message/index.ts';

const REQUEST = { method: 'REGISTER', uri: 'sip:pbx.example' };

function challenge(values: readonly string[], status = 401): SipResponse {
  const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
  const lines = [
    `SIP/2.0 ${status} Prove it`,
    'Call-ID: 1',
    ...values.map((value) => `${name}: ${value}`),
    '',
    '',
  ];
  const message = parseMessage(Buffer.from(lines.join('\r\n')));
  if (!(message instanceof SipResponse)) throw new Error('no response');
  return message;
}

describe('DigestClient', () => {
  it.each(['md5', 'sha-256'] as const)('convinces a server (%s)', (algorithm) => {
    const ids = seededIds();
    const realm = 'pbx.example';
    const secrets = { [algorithm]: digestHa1(algorithm, '80"01', realm, 'secret') };
    const guard = new DigestGuard({
      realm,
      algorithms: [algorithm],
      clock: new ManualClock(1_700_000_000_000),
      ids,
      secretOf: (username) => (username === '80"01' ? secrets : undefined),
    });
    const check = (authorization: string[]) =>
      guard.check({ ...REQUEST, address: '10.0.0.7', authorization });
    const asked = check([]);
    if (asked.verdict !== 'challenge') throw new Error('not challenged');
    const answer = (password: string) => {
      const line = new DigestClient(ids).answer(challenge(asked.headers), REQUEST, {
        username: '80"01',
        password,
      });
      return [line?.match(/^Authorization: (.*)\r\n$/)?.[1] ?? ''];
    };
    expect(check(answer('wrong'))).toEqual({ verdict: 'denied', username: '80"01' });
    const right = answer('secret');
    expect(check(right)).toEqual({ verdict: 'granted', username: '80"01' });
    // the same once more
    expect(check(right)).toMatchObject({ verdict: 'challenge' });
  });

  it('answers only the realm that the account is for', () => {
    const client = new DigestClient(seededIds());
    const stranger = challenge(['Digest realm="evil", nonce="n", qop="auth"']);
    expect(
      client.answer(stranger, REQUEST, { username: 'a', password: 'b', realm: 'carrier' }),
    ).toBeUndefined();
    const learned = { username: 'a', password: 'b' };
    expect(client.answer(challenge(['Digest realm="carrier", nonce="n"']), REQUEST, learned)).toContain(
      'realm="carrier"',
    );
    expect(client.answer(stranger, REQUEST, learned)).toBeUndefined();
  });

  it('answers the first challenge that it can, in the right header', () => {
    const client = new DigestClient(seededIds());
    const account = { username: 'a', password: 'p' };
    const values = [
      'Digest realm="r", nonce="1", algorithm=MD5-sess',
      'Digest realm="r", nonce="2", algorithm=sha-256, qop="auth-int,auth", opaque="o"',
      'Digest realm="r", nonce="3"',
    ];
    const line = client.answer(challenge(values, 407), REQUEST, account) ?? '';
    expect(line).toMatch(
      /^Proxy-Authorization: Digest username="a", realm="r", nonce="2", uri="sip:pbx.example", /,
    );
    expect(line).toMatch(/algorithm=SHA-256, qop=auth, nc=00000001, cnonce="[^"]+", opaque="o"\r\n$/);
  });

  it('finds nothing to answer in other schemes, without a nonce, or with integrity only', () => {
    const client = new DigestClient(seededIds());
    for (const values of [
      [],
      ['Basic realm="r"'],
      ['Digest realm="r"'],
      ['Digest realm="r", nonce="1", qop="auth-int"'],
    ]) {
      expect(client.answer(challenge(values), REQUEST, { username: 'a', password: 'p' })).toBeUndefined();
    }
  });
});
