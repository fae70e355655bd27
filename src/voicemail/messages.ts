import type { Cdr, CdrMessageHandling, CdrVoicemail } from '../cdr/cdr.ts';
import { type MessageState, NOT_HANDLED, stateOfMessage } from '../cdr/message-state.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import { TypedEvents } from '../shared/events.ts';
import { Listenings } from '../shared/listenings.ts';
import { Scope } from '../shared/scope.ts';
import type { AuditEntry, Store } from '../store/store.ts';
import { boxesOfPhone, boxesReached } from './boxes.ts';
import type { MessageCounts, MessageFilter, MessagePlace, MessageStore } from './message-store.ts';

/** A message with the record of its call. */
export interface Message {
  /** That of the call. */
  readonly id: string;
  readonly call: Cdr;
  readonly message: CdrVoicemail;
  readonly state: MessageState;
  readonly handling: CdrMessageHandling;
}

/** Who does something, for the audit trail. */
export interface Listener {
  readonly name: string;
  readonly address?: string;
}

/** What is to be so from now on; what is left out stays. */
export interface MessageChange {
  readonly heard?: boolean;
  readonly saved?: boolean;
  readonly note?: string;
  readonly done?: boolean;
}

/** Which messages are listed. */
export interface MessageQuery {
  readonly mailbox?: string;
  readonly states?: readonly MessageState[];
  readonly isDone?: boolean;
  readonly from?: number;
  readonly to?: number;
}

export interface MessagesEvents {
  /** A message came into a mailbox, was heard, kept or deleted. */
  changed: { readonly tenant: string; readonly box: string };
}

export interface MessagesParts<Audio, Peaks> {
  readonly store: Pick<Store, 'journal' | 'recordings' | 'audit' | 'upkeep'> & {
    readonly messages: MessageStore;
  };
  /** Their files, wherever they are. */
  readonly files: {
    audio(file: string): Promise<Audio | undefined>;
    peaks(file: string): Promise<Peaks | undefined>;
    delete(file: string): Promise<boolean>;
  };
  readonly provisioning: Provisioned;
  readonly clock: Clock;
}

/** What the engine needs of the messages. */
export type Inbox = Pick<
  Messages<unknown>,
  'boxesOf' | 'change' | 'count' | 'delete' | 'events' | 'inBoxes' | 'left' | 'listened'
>;

/** Messages (语音留言) as people have them: heard, kept, noted, seen to, deleted; the audit trail knows who listened and who deleted. */
export class Messages<Audio, Peaks = unknown> {
  readonly events = new TypedEvents<MessagesEvents>();
  readonly #parts: MessagesParts<Audio, Peaks>;
  readonly #listenings = new Listenings();

  constructor(parts: MessagesParts<Audio, Peaks>) {
    this.#parts = parts;
  }

  /** The newest first. */
  async list(
    { mailbox, ...query }: MessageQuery,
    scope: Scope,
    limit: number,
    after?: MessagePlace,
  ): Promise<readonly Message[]> {
    const reached = this.#boxesIn(scope);
    const boxes = mailbox === undefined ? reached : [mailbox].filter((box) => reached?.includes(box) ?? true);
    const filter: MessageFilter = { ...query, ...(boxes && { boxes }) };
    const found = await this.#parts.store.messages.list(filter, scope, limit, after);
    return found.map(messageOf);
  }

  /** Throws PbxError `not-found`, also for another company's, and for one in a mailbox that is not of his. */
  async get(id: string, scope: Scope): Promise<Message> {
    const cdr = await this.#parts.store.messages.get(id, scope);
    const box = cdr?.voicemail?.box;
    if (!cdr || box === undefined || !(this.#boxesIn(scope)?.includes(box) ?? true)) throw notFound(id);
    return messageOf(cdr);
  }

  /** Its audio, for `who` to hear or to fetch: it is heard from now on. Throws PbxError `not-found` where it is deleted, or is not here. */
  async listen(
    id: string,
    scope: Scope,
    who: Listener,
    action: 'listen' | 'download',
  ): Promise<{ readonly of: Message; readonly audio: Audio }> {
    const of = await this.get(id, scope);
    const audio = await this.#audioOf(of);
    await this.listened(of, who, action);
    if (of.state === 'new') await this.#edit(of, { heard: true }, who.name);
    return { of, audio };
  }

  /** Somebody begins to listen: durable in the audit trail when it resolves. */
  async listened(of: Message, who: Listener, action: 'listen' | 'download' = 'listen'): Promise<void> {
    const now = this.#parts.clock.now();
    const key = `${action}\n${who.name}\n${who.address}\n${of.id}`;
    if (!this.#listenings.isNew(key, now)) return;
    await this.#tell(action, of, who, {});
    this.#listenings.told(key, now);
  }

  /** The same, and nobody hears it: it stays new. */
  async look(id: string, scope: Scope): Promise<{ readonly of: Message; readonly audio: Audio }> {
    const of = await this.get(id, scope);
    return { of, audio: await this.#audioOf(of) };
  }

  /** Peaks of its audio, for a player to draw; nobody hears it. Throws PbxError `not-found`. */
  async peaks(id: string, scope: Scope): Promise<Peaks> {
    const { message, state } = await this.get(id, scope);
    if (state === 'deleted') throw notFound(id, 'is deleted');
    const peaks = await this.#parts.files.peaks(message.file);
    if (!peaks) throw notFound(id, 'has no file on this machine');
    return peaks;
  }

  /** The message then. Throws PbxError `not-found`, also for one that is deleted. */
  async change(id: string, scope: Scope, who: Listener, change: MessageChange): Promise<Message> {
    return await this.#edit(await this.get(id, scope), change, who.name);
  }

  /** Throws PbxError: `not-found`, `on-hold`. */
  async delete(id: string, scope: Scope, who: Listener, reason: string): Promise<void> {
    const { store, files, clock } = this.#parts;
    const of = await this.get(id, scope);
    if (of.state === 'deleted') throw notFound(id, 'is deleted already');
    const { file, box } = of.message;
    const { startedAt, tenantId } = of.call;
    const gone = new Set([file]);
    const range = { from: startedAt, to: startedAt + 1 };
    const held = await store.upkeep?.heldFiles(gone, range.from, range.to);
    if (held?.has(file)) throw new PbxError('on-hold', `message ${id} is on hold: pbx400 hold lists why`);
    // The file first: what is left of a crash in between is a message that can be deleted again.
    await files.delete(file);
    const deletion = { files: gone, ...range, deletedAt: clock.now(), because: reason, by: who.name };
    await store.recordings.markDeleted(deletion);
    await this.#tell('delete-voicemail', of, who, { reason });
    this.events.emit('changed', { tenant: tenantId, box });
  }

  boxesOf(tenant: string, extension: string): readonly string[] {
    return boxesOfPhone(this.#parts.provisioning.snapshot, tenant, extension);
  }

  /** How many there are in mailboxes of a company. */
  count(tenant: string, boxes: readonly string[]): Promise<MessageCounts> {
    return this.#parts.store.messages.count(tenant, boxes);
  }

  /** Messages of mailboxes that are there, the newest first. */
  async inBoxes(tenant: string, boxes: readonly string[], states: readonly MessageState[], limit: number) {
    const filter = { boxes, states };
    return (await this.#parts.store.messages.list(filter, Scope.of(tenant), limit)).map(messageOf);
  }

  /** A call in which a message was left is over: its record is on the way. */
  async left(tenant: string, box: string): Promise<void> {
    await this.#parts.store.journal.flush();
    this.events.emit('changed', { tenant, box });
  }

  /** Undefined: all. */
  #boxesIn({ tenantId, reached }: Scope): readonly string[] | undefined {
    if (!reached || tenantId === undefined) return undefined;
    return boxesReached(this.#parts.provisioning.snapshot, tenantId, reached);
  }

  async #edit(of: Message, change: MessageChange, by: string): Promise<Message> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const edit = (before: CdrMessageHandling) => changed(before, change, by, now);
    const cdr = await store.messages.change(of.call, edit, by, now);
    if (!cdr) throw notFound(of.id, 'is deleted');
    const after = messageOf(cdr);
    if (after.state !== of.state) this.events.emit('changed', { tenant: cdr.tenantId, box: of.message.box });
    return after;
  }

  async #audioOf({ id, message, state }: Message): Promise<Audio> {
    if (state === 'deleted') throw notFound(id, 'is deleted');
    const audio = await this.#parts.files.audio(message.file);
    if (!audio) throw notFound(id, 'has no file on this machine');
    return audio;
  }

  /** Durable before anybody hears a second. */
  async #tell(
    action: AuditEntry['action'],
    { id, call: { tenantId } }: Message,
    { name, address }: Listener,
    details: AuditEntry['details'],
  ): Promise<void> {
    const where = address === undefined ? {} : { address };
    const at = this.#parts.clock.now();
    const entry = { tenantId, at, action, by: name, details: { voicemail: id, ...details, ...where } };
    await this.#parts.store.audit.append(entry);
  }
}

/** What is kept stays heard; what is new again is not kept. Undefined: nothing changes. */
function changed(
  before: CdrMessageHandling,
  { heard, saved, note, done }: MessageChange,
  by: string,
  now: number,
): CdrMessageHandling | undefined {
  let { heardAt, heardBy, savedAt, doneAt, doneBy } = before;
  if ((heard === true || saved === true) && heardAt === null) [heardAt, heardBy] = [now, by];
  if (saved !== undefined) savedAt = saved ? (savedAt ?? now) : null;
  if (heard === false) [heardAt, heardBy, savedAt] = [null, null, null];
  if (done === true && doneAt === null) [doneAt, doneBy] = [now, by];
  if (done === false) [doneAt, doneBy] = [null, null];
  const after = { ...before, heardAt, heardBy, savedAt, doneAt, doneBy, note: note ?? before.note };
  const names = Object.keys(after) as (keyof CdrMessageHandling)[];
  return names.some((name) => after[name] !== before[name]) ? after : undefined;
}

function messageOf(call: Cdr): Message {
  const message = call.voicemail!;
  const { handling = NOT_HANDLED } = message;
  return { id: call.callId, call, message, state: stateOfMessage(message), handling };
}

const notFound = (id: string, why = 'is not there') => new PbxError('not-found', `message ${id} ${why}`);
