import { stat } from 'node:fs/promises';
import { answer } from '../call/answer.ts';
import { isSamePin, type PinAsker } from '../call/ask-pin.ts';
import type { Call } from '../call/call.ts';
import { gather, play } from '../call/gather.ts';
import type { PlayItem } from '../media/media.ts';
import type { Prompt, Speech } from '../prompt/prompt.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { Scope } from '../shared/scope.ts';
import type { Inbox, Message } from './messages.ts';

export interface HearingParts {
  readonly inbox: Inbox;
  readonly provisioning: Provisioned;
  readonly promptItems: (tenant: string, prompts: readonly Prompt[], speech?: Speech) => readonly PlayItem[];
  readonly pins: PinAsker;
  /** Whether a caller's number is read to who sits at the phone. */
  readonly seesNumbers: (tenant: string, extension: string) => boolean;
}

/** So many of the new ones, and of the others, are heard in one call. */
const MAX_MESSAGES = 100;
/** Without a key for so long, so often, the phone is forgotten off its hook. */
const KEY_MS = 5_000;
const MAX_SILENCES = 2;

/** What a key does with the message that is heard. */
const KEYS: Readonly<Record<string, 'again' | 'keep' | 'delete' | 'next' | 'leave'>> = {
  '1': 'again',
  '2': 'keep',
  '3': 'delete',
  '#': 'next',
  '*': 'leave',
};

/** A phone hears the messages of its mailboxes (收听留言), the new ones first, and says by keys what becomes of each; then the call ends. */
export async function hearMessages(call: Call, extension: string, parts: HearingParts): Promise<void> {
  await answer(call);
  call.segment('ivr', 'voicemail');
  const hearing = new Hearing(call, extension, parts);
  const boxes = await hearing.open();
  if (boxes === 'none') return await hearing.end('voicemail-no-mailbox', 'it has no mailbox');
  if (typeof boxes === 'string') return await hearing.end('wrong-pin', 'no right PIN was keyed', 'forbidden');
  await hearing.run(boxes);
}

class Hearing {
  readonly #call: Call;
  readonly #extension: string;
  readonly #tenant: string;
  readonly #parts: HearingParts;
  readonly #who: { readonly name: string };

  constructor(call: Call, extension: string, parts: HearingParts) {
    const { tenantId } = call.arrival;
    this.#call = call;
    this.#extension = extension;
    this.#tenant = tenantId;
    this.#parts = parts;
    this.#who = { name: `phone ${extension}@${tenantId}` };
  }

  /** The mailboxes whose messages may be heard: one PIN opens all that have it, and none is asked for where none has one. */
  async open(): Promise<readonly string[] | 'none' | 'wrong-pin' | 'too-many-tries'> {
    const { inbox, provisioning, pins } = this.#parts;
    const own = inbox.boxesOf(this.#tenant, this.#extension);
    const all = own.flatMap((name) => provisioning.snapshot.get('mailbox', this.#tenant, name) ?? []);
    if (all.length === 0) return 'none';
    if (all.every(({ pin }) => pin === undefined)) return all.map(({ name }) => name);
    return await pins.ask(this.#call, {
      lock: `${this.#tenant}/voicemail/${this.#extension}`,
      from: `${this.#tenant}/${this.#extension}`,
      ask: this.#items('enter-pin'),
      wrong: this.#items('wrong-pin'),
      opens: (digits) => {
        const opened = all.filter(({ pin }) => pin !== undefined && isSamePin(pin, digits));
        const free = all.filter(({ pin }) => pin === undefined);
        return opened.length > 0 ? [...opened, ...free].map(({ name }) => name) : undefined;
      },
    });
  }

  async run(boxes: readonly string[]): Promise<void> {
    const { inbox } = this.#parts;
    const fresh = (await inbox.inBoxes(this.#tenant, boxes, ['new'], MAX_MESSAGES)).toReversed();
    const old = await inbox.inBoxes(this.#tenant, boxes, ['heard', 'saved'], MAX_MESSAGES);
    const what = `${fresh.length} new and ${old.length} old messages in ${boxes.join(', ')}`;
    this.#call.note('step', { step: 'voicemail', why: what });
    await this.#play(...this.#counts(fresh.length, old.length));
    for (const message of [...fresh, ...old])
      if (!(await this.#hear(message))) return this.#call.end('normal');
    if (fresh.length + old.length > 0) await this.#play('voicemail-no-more');
    this.#call.end('normal');
  }

  async end(prompt: string, why: string, cause: 'normal' | 'forbidden' = 'normal'): Promise<void> {
    this.#call.note('step', { step: 'voicemail', why });
    await this.#play(prompt);
    this.#call.end(cause);
  }

  #counts(fresh: number, old: number): readonly Prompt[] {
    if (fresh + old === 0) return ['voicemail-none'];
    const saved = ['voicemail-you-have', { count: old }, 'voicemail-old'] as const;
    const some = ['voicemail-you-have', { count: fresh }, 'voicemail-new'] as const;
    return fresh === 0 ? saved : old === 0 ? some : [...some, ...saved];
  }

  /** False: he wants no more. */
  async #hear(message: Message): Promise<boolean> {
    const { inbox } = this.#parts;
    const { file } = message.message;
    // Without audio nothing is read: a simulated call must not wait for a real disk.
    const isThere = !this.#call.context.media.capabilities.audio || (await isFile(file));
    if (!isThere) {
      this.#call.log.warn({ file }, 'a message is not on this machine');
      await this.#play('not-possible');
      return true;
    }
    await inbox.listened(message, this.#who);
    const keys = this.#items('voicemail-keys');
    let items: readonly PlayItem[] = [...this.#items(...this.#from(message)), { file }, ...keys];
    for (let silences = 0; ; ) {
      const { digits } = await gather(this.#call, this.#call.caller, {
        items,
        min: 1,
        max: 1,
        timeoutMs: KEY_MS,
        interDigitMs: KEY_MS,
        terminator: undefined,
      });
      await this.#do(() => inbox.change(message.id, this.#scope, this.#who, { heard: true }));
      const wish = KEYS[digits];
      if (wish === 'next') return true;
      if (wish === 'leave') return false;
      if (wish === 'keep') return await this.#settled('voicemail-kept', () => this.#keep(message));
      if (wish === 'delete') return await this.#settled('voicemail-deleted', () => this.#delete(message));
      if (digits === '' && ++silences > MAX_SILENCES) return false;
      if (wish === 'again') items = [{ file }, ...keys];
      else items = digits === '' ? keys : [...this.#items('invalid-key'), ...keys];
    }
  }

  #keep({ id }: Message): Promise<unknown> {
    return this.#parts.inbox.change(id, this.#scope, this.#who, { saved: true });
  }

  #delete({ id }: Message): Promise<unknown> {
    return this.#parts.inbox.delete(id, this.#scope, this.#who, `by key at phone ${this.#extension}`);
  }

  async #settled(prompt: string, act: () => Promise<unknown>): Promise<true> {
    await this.#play((await this.#do(act)) ? prompt : 'not-possible');
    return true;
  }

  /** False: it is on hold, or somebody else was quicker. */
  async #do(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (err) {
      this.#call.log.warn({ err }, 'a message could not be changed from a phone');
      return false;
    }
  }

  #from({ call: { caller } }: Message): readonly Prompt[] {
    const isRead = /^\+?\d+$/.test(caller) && (caller.length <= 6 || this.#seesNumbers);
    return isRead ? ['voicemail-from', { digits: caller.replace('+', ''), yao: true }, { pauseMs: 400 }] : [];
  }

  get #seesNumbers(): boolean {
    return this.#parts.seesNumbers(this.#tenant, this.#extension);
  }

  get #scope(): Scope {
    return Scope.of(this.#tenant);
  }

  #items(...prompts: readonly Prompt[]): readonly PlayItem[] {
    return this.#parts.promptItems(this.#tenant, prompts, this.#call.speech);
  }

  async #play(...prompts: readonly Prompt[]): Promise<void> {
    await play(this.#call, this.#call.caller, this.#items(...prompts));
  }
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
