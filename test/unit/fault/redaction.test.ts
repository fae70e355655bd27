import { describe, expect, it } from 'vitest';
import { Redaction, secretsIn } from '../../../src/fault/redaction.ts';

const clean = (text: string, secrets: readonly string[] = []) => new Redaction(secrets).text(text);

describe('what leaves the house', () => {
  it.each([
    ['13800138000'],
    ['+8613800138000'],
    ['%2B8613800138000'],
    ['008613800138000'],
    ['138 0013 8000'],
    ['138-0013-8000'],
    ['138.0013.8000'],
    ['+86 (138) 0013-8000'],
    ['１３８００１３８０００'],
    ['138\u00a00013\u00a08000'],
    ['1 3 8 0 0 1 3 8 0 0 0'],
    ['138_0013_8000'],
    ['138%200013%208000'],
    ['tel:+86-138-0013-8000;phone-context=+86'],
    ['"Wang" <sip:13800138000@198.51.100.7:5060>'],
    ['caller13800138000ended'],
  ])('has no number, however it is written: %s', (text) => {
    const left = clean(text)
      .normalize('NFKC')
      .replaceAll(/[^0-9]/g, '');
    expect(left).not.toMatch(/138|8000/);
  });

  it('has one sign for one number, so that a call can be followed', () => {
    const redaction = new Redaction([]);
    const first = redaction.text('13800138000 called 4001234567');
    expect(first).toBe('#1 called #2');
    expect(redaction.text('from +86 138 0013 8000')).toBe('from #1');
    expect(redaction.value({ '13800138000': 13_800_138_000 })).toEqual({ '#1': '#1' });
  });

  it('keeps times, addresses, short numbers and what was counted', () => {
    const text = '2026-12-01T02:03:04.567Z 198.51.100.7:5060, 8001 dialled 95598 on 2026-12-01';
    expect(clean(text)).toBe(text);
    expect(new Redaction([]).value({ freeBytes: 50_000_000_000, at: 1_764_550_000_000 })).toEqual({
      freeBytes: 50_000_000_000,
      at: 1_764_550_000_000,
    });
  });

  it('has no secret that is known, in any form that it is sent in', () => {
    const secret = 'S3cr?t/käse';
    const forms = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
      Buffer.from(secret).toString('hex'),
    ];
    for (const form of forms) expect(clean(`a=${form};b`, ['other-one', secret])).toBe('a=***;b');
    // One that begins as another does is gone whole.
    expect(clean('abcdef abcd', ['abcd', 'abcdef'])).toBe('*** ***');
  });

  it('has no secret by its name or its form, known or not', () => {
    const redaction = new Redaction([]);
    const line = JSON.stringify({ msg: 'x', password: 'p', nested: { apiKey: 'k', pin: '1', isOn: true } });
    expect(JSON.parse(redaction.line(line))).toEqual({
      msg: 'x',
      password: '***',
      nested: { apiKey: '***', pin: '***', isOn: true },
    });
    expect(clean('Authorization: Bearer abcdef.ghi-jkl')).toBe('Authorization: Bearer ***');
    expect(clean('postgres://pbx:hunter2@db/pbx')).toBe('postgres://pbx:***@db/pbx');
    expect(clean('key pbx_aBcDeF123')).toBe('key ***');
    const digest = 'username="8001", nonce="f00d", response="deadbeef"';
    expect(clean(digest)).toBe('username="8001", nonce="***", response="***"');
    expect(clean(JSON.stringify(digest))).not.toMatch(/f00d|deadbeef/);
    expect(clean('refused: password=hunter2&x=1, token: abc')).toBe('refused: password=***&x=1, token: ***');
    expect(redaction.line('{ no json 13800138000')).toBe('{ no json #1');
  });

  it('knows the secrets of a configuration', () => {
    const config = {
      http: { token: 't0k3n' },
      store: { url: 'postgres://pbx:hun%21er@db/pbx' },
      sip: { port: 5060 },
    };
    expect([...secretsIn(config)]).toEqual(['t0k3n', 'hun%21er', 'hun!er']);
    // A `%` that escapes nothing.
    expect([...secretsIn({ store: 'postgres://pbx:50%off@db/pbx' })]).toEqual(['50%off']);
  });
});
