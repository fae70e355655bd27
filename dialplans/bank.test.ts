import { testHotline } from 'pbx400/testing';
import { describe, expect, it } from 'vitest';
import bank from './bank.ts';

const GOLD = '13900000001';

/** The bank's service for accounts: account 622200 has the PIN 123456. */
const accounts: typeof fetch = async (url) => {
  const { searchParams } = new URL(String(url));
  const known = searchParams.get('account') === '622200' && searchParams.get('pin') === '123456';
  return Response.json(known ? { known, balance: 8002.5 } : { known });
};

describe('the bank', () => {
  it('takes gold customers past the menu to their own agents', async () => {
    const test = await testHotline(bank);
    const alice = await test.call(GOLD);
    await alice.talksTo('8001');
    expect(alice.heard).not.toContain('bank-menu');
    expect(alice.path).toContain('queue bank-gold: priority 50');
    await alice.hangsUp();
    await test.close();
  });

  it('routes by area: Guangdong to the south, Beijing to the north', async () => {
    const test = await testHotline(bank);
    for (const [from, agent] of [
      ['075523456789', '8001'],
      ['01062345678', '8002'],
    ] as const) {
      const caller = await test.call(from);
      await caller.hears('bank-menu');
      await caller.presses('0');
      await caller.talksTo(agent);
      await caller.hangsUp();
    }
    await test.close();
  });

  it('reads the balance to who knows the PIN, and keeps the PIN out of the record', async () => {
    const test = await testHotline(bank, { fetch: accounts });
    const alice = await test.call();
    await alice.hears('bank-menu');
    await alice.presses('1');
    await alice.hears('bank-account');
    await alice.presses('622200#');
    await alice.hears('bank-pin');
    await alice.presses('123456');
    await alice.hears('bank-balance', 'digit-8', 'digit-0', 'digit-2', 'goodbye');
    const cdr = await alice.ends();
    expect(cdr.cause).toBe('normal');
    expect(JSON.stringify(cdr)).not.toContain('123456');
    await test.close();
  });

  it('helps in person after a wrong PIN, and when the service is down', async () => {
    const down: typeof fetch = () => Promise.reject(new Error('connect ECONNREFUSED'));
    for (const fetch of [accounts, down]) {
      const test = await testHotline(bank, { fetch });
      const alice = await test.call();
      await alice.hears('bank-menu');
      await alice.presses('1');
      await alice.hears('bank-account');
      await alice.presses('622200#');
      await alice.hears('bank-pin');
      await alice.presses('999999');
      await alice.hears('bank-refused');
      await alice.talksTo('8002');
      await alice.hangsUp();
      await test.close();
    }
  });

  it('turns away an area while a wave of fraud lasts, but not gold customers', async () => {
    const test = await testHotline(bank);
    const caller = await test.call('077166778899');
    const cdr = await caller.ends();
    expect(cdr.cause).toBe('blacklisted');
    expect(cdr.answeredMs).toBe(0);
    expect(caller.path[0]).toBe('blacklist: area code 0771: wave of fraud calls');
    expect(caller.heard).toEqual(['goodbye']);
    test.list('gold', '077166778899');
    await (await test.call('077166778899')).talksTo('8001');
    await test.close();
    const later = await testHotline(bank, { at: '2027-01-04T10:00+08:00' });
    await (await later.call('077166778899')).hears('bank-menu');
    await later.close();
  });
});
