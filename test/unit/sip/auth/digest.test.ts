import { describe, expect, it } from 'vitest';
import { seededIds } from '../../../../src/shared/ids.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import {
  type DigestAlgorithm,
  digestHa1,
  digestResponse,
  parseDigestCredentials,
  parseDigestFields,
} from '../../../../src/sip/auth/digest.ts';
import { DigestGuard } from '../../../../src/sip/auth/digest-guard.ts';

describe('digestResponse', () => {
  // The example of RFC 7616 3.9.1.
  const fields = {
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    uri: '/dir/index.html',
    qop: 'auth',
    nc: '00000001',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  };
  it.each([
    ['md5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['sha-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('gives the %s response of the RFC', (algorithm, expected) => {
    const ha1 = digestHa1(algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life');
    expect(digestResponse(algorithm, ha1, 'GET', fields)).toBe(expected);
  });

  it('works without qop, as in RFC 2617 3.2.2.1', () => {
    const ha1 = digestHa1('md5', 'Mufasa', 'testrealm@host.com', 'Circle Of Life');
    const old = {
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      uri: '/dir/index.html',
      qop: undefined,
      nc: '',
      cnonce: '',
    };
    expect(digestResponse('md5', ha1, 'GET', old)).toBe('670fd8c2df070c60b045671b8b24ff02');
  });
});

describe('parsing', () => {
  it('reads quoted and bare fields, escapes, odd spacing and case', () => {
    const value =
      'DIGEST  Username="a\\"b", realm = "r" ,nonce="n",uri="sip:x", response=AB,qop=auth,nc=0000000a,cnonce="c,=",';
    expect(parseDigestCredentials(value)).toEqual({
      username: 'a"b',
      realm: 'r',
      nonce: 'n',
      uri: 'sip:x',
      response: 'ab',
      algorithm: 'md5',
      qop: 'auth',
      nc: '0000000a',
      cnonce: 'c,=',
    });
  });

  it.each([
    '',
    'Basic abc',
    'Digest',
    'Digest username="8001"',
    'Digest username="open',
    'Digest realm="a", realm="b"',
    'Digest junk',
    `Digest username="${'x'.repeat(5000)}"`,
    'Digest username="u", realm="r", nonce="n", uri="u", response="r", qop=auth, nc=1, cnonce="c"',
  ])('refuses %j', (value) => {
    expect(parseDigestCredentials(value)).toBeUndefined();
  });

  it('does not know every algorithm', () => {
    const value = 'Digest username="u", realm="r", nonce="n", uri="u", response="r", algorithm=MD5-sess';
    expect(parseDigestCredentials(value)?.algorithm).toBeUndefined();
  });
});

describe('DigestGuard', () => {
  const realm = 'pbx400.local';
  const uri = 'sip:pbx400.local';
  const address = '10.0.0.7';

  function setUp(algorithms: readonly DigestAlgorithm[] = ['sha-256', 'md5']) {
    const clock = new ManualClock();
    const secret = {
      md5: digestHa1('md5', '8001', realm, 'right'),
      'sha-256': digestHa1('sha-256', '8001', realm, 'right'),
    };
    const secretOf = (username: string) => (username === '8001' ? secret : undefined);
    const guard = new DigestGuard({ realm, algorithms, clock, ids: seededIds(), secretOf });
    const check = (authorization: readonly string[], from = address) =>
      guard.check({ method: 'REGISTER', address: from, authorization });
    const challenges = (from = address) => {
      const verdict = check([], from);
      if (verdict.verdict !== 'challenge') throw new Error('expected a challenge');
      return verdict.headers;
    };
    return { clock, check, challenges };
  }

  interface Answer {
    readonly username?: string;
    readonly password?: string;
    readonly nc?: number;
    readonly uri?: string;
    readonly qop?: boolean;
  }

  /** What a phone answers to a challenge. */
  function answer(challenge: string, options: Answer = {}): string {
    const { username = '8001', password = 'right', nc = 1, qop = true } = options;
    const fields = parseDigestFields(challenge)!;
    const algorithm = fields.get('algorithm')!.toLowerCase() as DigestAlgorithm;
    const used = {
      nonce: fields.get('nonce')!,
      uri: options.uri ?? uri,
      qop: qop ? 'auth' : undefined,
      nc: nc.toString(16).padStart(8, '0'),
      cnonce: 'abc',
    };
    const ha1 = digestHa1(algorithm, username, fields.get('realm')!, password);
    const response = digestResponse(algorithm, ha1, 'REGISTER', used);
    const end = qop ? `, qop=auth, nc=${used.nc}, cnonce="abc"` : '';
    return `Digest username="${username}", realm="${realm}", nonce="${used.nonce}", uri="${used.uri}", response="${response}", algorithm=${fields.get('algorithm')}${end}`;
  }

  it('offers every algorithm, the preferred one first, and takes each', () => {
    const { check, challenges } = setUp();
    const headers = challenges();
    expect(headers.map((header) => parseDigestFields(header)?.get('algorithm'))).toEqual(['SHA-256', 'MD5']);
    for (const header of headers) {
      expect(check([answer(challenges()[headers.indexOf(header)]!)])).toEqual({
        verdict: 'granted',
        username: '8001',
      });
    }
  });

  it('takes each count of a nonce once, upwards', () => {
    const { check, challenges } = setUp();
    const [challenge] = challenges();
    expect(check([answer(challenge!, { nc: 1 })]).verdict).toBe('granted');
    const again = check([answer(challenge!, { nc: 1 })]);
    expect(again).toMatchObject({
      verdict: 'challenge',
      headers: [expect.stringContaining('stale=true'), expect.anything()],
    });
    expect(check([answer(challenge!, { nc: 3 })]).verdict).toBe('granted');
    expect(check([answer(challenge!, { nc: 2 })]).verdict).toBe('challenge');
  });

  it('takes a nonce without qop once', () => {
    const { check, challenges } = setUp(['md5']);
    const [challenge] = challenges();
    expect(check([answer(challenge!, { qop: false })]).verdict).toBe('granted');
    expect(check([answer(challenge!, { qop: false })]).verdict).toBe('challenge');
    for (const nc of [1, 2]) expect(check([answer(challenge!, { nc })]).verdict).toBe('challenge');
  });

  it('binds a nonce to its time and to the address that asked', async () => {
    const { clock, check, challenges } = setUp();
    const [challenge] = challenges();
    const elsewhere = check([answer(challenge!)], '10.0.0.8');
    expect(elsewhere).toMatchObject({
      verdict: 'challenge',
      headers: [expect.not.stringContaining('stale'), expect.anything()],
    });
    await clock.advance(600_001);
    expect(check([answer(challenge!)])).toMatchObject({
      verdict: 'challenge',
      headers: [expect.stringContaining('stale=true'), expect.anything()],
    });
  });

  it('does not forget a count when generations change', async () => {
    const { clock, check, challenges } = setUp();
    const [, first] = challenges();
    await clock.advance(590_000);
    const [, second] = challenges();
    expect(check([answer(second!)]).verdict).toBe('granted');
    await clock.advance(20_000);
    expect(check([answer(challenges()[1]!)]).verdict).toBe('granted');
    expect(check([answer(second!)]).verdict).toBe('challenge');
    expect(check([answer(second!, { nc: 2 })]).verdict).toBe('granted');
    expect(check([answer(first!)]).verdict).toBe('challenge');
  });

  it('denies a wrong password and an unknown user alike', () => {
    const { check, challenges } = setUp();
    expect(check([answer(challenges()[0]!, { password: 'wrong' })]).verdict).toBe('denied');
    expect(check([answer(challenges()[0]!, { username: '9999' })]).verdict).toBe('denied');
  });

  it('does not tell by `stale` that a user exists', async () => {
    const { clock, check, challenges } = setUp();
    const [challenge] = challenges();
    await clock.advance(700_000);
    expect(check([answer(challenge!, { password: 'wrong' })]).verdict).toBe('denied');
    expect(check([answer(challenge!, { username: '9999' })]).verdict).toBe('denied');
  });

  it('challenges answers for another realm or nonce, and takes those that name another target', () => {
    const { check, challenges } = setUp();
    const [challenge = ''] = challenges();
    expect(check([answer(challenge).replace(realm, 'other')]).verdict).toBe('challenge');
    expect(check([answer(challenge.replace(/nonce="[^"]*"/, 'nonce="made-up-0"'))]).verdict).toBe(
      'challenge',
    );
    expect(check(['Digest junk', answer(challenge, { uri: 'sip:127.0.0.1:5060' })]).verdict).toBe('granted');
  });
});
