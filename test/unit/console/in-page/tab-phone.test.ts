import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type {
  PhoneCredentials,
  PhoneState,
  Softphone,
  SoftphoneCall,
} from '../../../../src/client/softphone/softphone.ts';
import { type Lent, TabPhone } from '../../../../src/console/desk/tab-phone.ts';
import { until } from '../../../support/until.ts';

/** A phone that registers at once with what it is lent, and is refused when a test says so. */
class PlainPhone implements Softphone {
  state: PhoneState = 'off';
  calls: readonly SoftphoneCall[] = [];
  with: string | undefined;
  readonly #listeners = new Set<() => void>();
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  connect({ username }: PhoneCredentials): Promise<void> {
    this.with = username;
    this.become('registered');
    return Promise.resolve();
  }
  disconnect(): Promise<void> {
    this.with = undefined;
    this.become('off');
    return Promise.resolve();
  }
  become(state: PhoneState): void {
    this.state = state;
    for (const listener of this.#listeners) listener();
  }
  call = () => Promise.reject(new Error('no call'));
  use = () => Promise.resolve();
  refresh = () => Promise.resolve();
}

beforeEach(() => {
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('document', new EventTarget());
});
afterEach(() => vi.unstubAllGlobals());

it('given up while it asks for credentials it does not connect after that: its calls would ring where nobody hears them', async () => {
  const phones: PlainPhone[] = [];
  const lending: PromiseWithResolvers<Lent>[] = [];
  const putAway: string[] = [];
  const answer = (at: number) => {
    const id = `lent${at}`;
    lending[at]!.resolve({
      id,
      username: id,
      password: 'x',
      extension: '8001',
      domain: 'a',
      webSocket: '/sip',
    });
  };
  const tab = new TabPhone({
    name: `test.${crypto.randomUUID()}`,
    make: () => {
      const phone = new PlainPhone();
      phones.push(phone);
      return phone;
    },
    lend: () => {
      const asked = Promise.withResolvers<Lent>();
      lending.push(asked);
      return asked.promise;
    },
    renew: () => Promise.resolve(),
    putAway: (id) => {
      putAway.push(id);
      return Promise.resolve();
    },
    engineLegs: () => Promise.resolve([]),
    takeBack: () => Promise.resolve(),
    legs: { get: () => [], set: () => {} },
    devices: {},
  });
  tab.start();
  await until('credentials are asked for', () => lending.length === 1);
  answer(0);
  await until('it is registered', () => tab.sight.state === 'registered');
  // The engine was restarted, and knows these credentials no more.
  phones[0]!.become('refused');
  await until('others are asked for', () => lending.length === 2);
  tab.stop();
  tab.start();
  answer(1);
  await until('the next phone asks for its own', () => lending.length === 3);
  answer(2);
  await until('it is registered', () => tab.sight.state === 'registered');
  expect(phones.map((phone) => phone.with)).toEqual([undefined, 'lent2']);
  expect(putAway).toEqual(['lent1']);
  tab.stop();
  await until('all is put away', () => putAway.length === 2 && phones[1]!.state === 'off');
});
