/**
 * Events of a company as others hear them (事件): by poll, WebSocket and webhook. Types only: the client of `pbx400/client` is made of
 * them, too. Numbers of people read `138****8000` for who has no right to see them.
 */

export type PartyKind = 'agent' | 'line' | 'extension' | 'conference';
export type CallDirection = 'inbound' | 'outbound' | 'internal';

/** Facts by their type; null: not known, or there is none. Durations in ms. */
export interface PublicFacts {
  /** A call has come, or was begun here. */
  'call.arrived': OfCall & {
    readonly direction: CallDirection;
    /** What began it: `trunk`, `extension`, `agent`, `api`, `campaign`, `callback`; and its name. */
    readonly origin: { readonly kind: string; readonly name: string };
    /** Empty: withheld. */
    readonly caller: string;
    readonly called: string;
    readonly sipCallId: string;
  };
  'call.forwarded': OfCall & { readonly number: string; readonly reason: string | null };
  /** Where the caller is (归属地). */
  'call.located': OfCall & { readonly area: string; readonly carrier: string | null };
  'call.routed': OfCall & { readonly hotline: string };
  /** He is not let in. */
  'call.barred': OfCall & { readonly rule: string };
  /** One step of his way, and why it was taken. */
  'call.step': OfCall & { readonly step: string; readonly why: string };
  /** The hotline, or who was called, has taken it. */
  'call.answered': OfCall;
  /** What the seconds from now on are spent on; `owner`: queue, agents, line or prompt. */
  'call.segment': OfCall & { readonly kind: string; readonly owner: string };
  'call.keyed': OfCall & { readonly purpose: string; readonly digits: string };
  /** Somebody is rung from now on (弹屏): all that his screen shows of the caller. */
  'call.ringing': OfCall &
    Target & {
      /** Work number (工号); null: it is no agent who is rung. */
      readonly agent: string | null;
      /** `queue`, `dial`, `transfer`, `consult` ... */
      readonly reason: string;
      readonly queue: string | null;
      readonly direction: CallDirection;
      readonly caller: string;
      readonly called: string;
      readonly area: string | null;
      readonly hotline: string | null;
      /** What the caller has chosen by key, `1 3`. */
      readonly keys: string;
    };
  /** How a ringing went; `outcome`: `answered`, or a word for why not, a colon and the reason. */
  'call.rung': OfCall &
    Target & { readonly outcome: string; readonly ringMs: number; readonly reason: string };
  'call.joined': OfCall & Target & { readonly reason: string; readonly fromCall: string | null };
  'call.consulted': OfCall & Target;
  /** The caller talks with him. */
  'call.connected': OfCall & Target;
  'call.disconnected': OfCall & { readonly target: string; readonly by: string };
  /** Of one leg's audio, when it ended. */
  'call.quality': OfCall & {
    readonly leg: string;
    readonly codec: string | null;
    readonly mos: number | null;
    readonly lost: number;
    readonly received: number;
    readonly jitterMs: number;
  };
  /** Always the last of a call. `by`: `caller`, `engine`, `target`. */
  'call.ended': OfCall & { readonly cause: string; readonly q850: number; readonly by: string };
  /**
   * Something was said of a call that is over: what it came to (`say`), or a comment was written or taken away (`comment`,
   * `uncomment`), whose words are asked for.
   */
  'call.noted': OfCall & {
    readonly did: 'say' | 'comment' | 'uncomment';
    readonly by: string;
    readonly disposition: string | null;
    readonly resolved: boolean | null;
  };
  /** Somebody marked it (标记), while it ran or afterwards, or took the mark off; why is asked for. */
  'call.flagged': OfCall & { readonly did: 'flag' | 'unflag'; readonly by: string };
  /** A missed call (未接来电) is somebody's to see to, or was seen to: `called-back`, `called-again`, `no-need`. */
  'call.missed-changed': OfCall & {
    readonly assignee: string | null;
    readonly ending: string | null;
    readonly by: string;
  };
  /** Its time was over. */
  'call.removed': OfCall;
  'call.imported': OfCall;
  /** The time of all calls that arrived from one time to before another was over. */
  'calls.removed': { readonly from: string; readonly to: string };
  'recording.started': OfCall;
  'recording.ended': OfCall & { readonly durationMs: number; readonly bytes: number };
  'recording.failed': OfCall & { readonly error: string };
  'recording.moved': OfCall & { readonly bytes: number | null };
  'recording.deleted': OfCall;
  'voicemail.left': OfCall & { readonly box: string; readonly durationMs: number };
  /** Heard, kept, noted, seen to, deleted (`state`: `new`, `heard`, `saved`, `deleted`); `by` null: its time was over. */
  'voicemail.changed': OfCall & {
    readonly box: string;
    readonly state: string;
    readonly heardBy: string | null;
    readonly isDone: boolean;
    readonly by: string | null;
  };
  'survey.answered': OfCall & {
    readonly survey: string;
    readonly digit: string;
    readonly rating: string | null;
  };
  /** A caller asks for an agent (人工请求). */
  'queue.joined': OfCall & { readonly queue: string; readonly priority: number };
  /** `ending`: `answered` by `agent`, `timeout`, `full`, `no-agents`, `closed`, `key`, `moved`. */
  'queue.left': OfCall & { readonly queue: string; readonly ending: string; readonly agent: string | null };
  /** He hung up in the line (呼损). */
  'queue.abandoned': OfCall & { readonly queue: string; readonly waitedMs: number };
  'callback.promised': OfCall & { readonly queue: string; readonly number: string };
  /** This call is to keep a promise that was made in another. */
  'callback.begun': OfCall & { readonly queue: string; readonly promisedIn: string };
  /** `state`: `waiting`, `calling`, `done`, `failed`, `withdrawn`. */
  'callback.changed': {
    readonly callback: string;
    readonly queue: string;
    readonly number: string;
    readonly callId: string | null;
    readonly lastCallId: string | null;
    readonly state: string;
    readonly tries: number;
    readonly nextAt: string;
    readonly result: string;
  };
  /** An agent's state (坐席状态) from now on, and what changed it. */
  'agent.state': {
    readonly agent: string;
    readonly state: string;
    readonly did: string;
    readonly reason: string | null;
    /** The supervisor by whose word. */
    readonly by: string | null;
    readonly callId: string | null;
    readonly queue: string | null;
    readonly disposition: string | null;
  };
  /** A supervisor's words (消息) to these agents, by work number; `queue`: to those of it. */
  'agent.message': {
    readonly by: string;
    readonly agents: readonly string[];
    readonly queue: string | null;
    readonly text: string;
  };
  /**
   * An agent asks for help (求助), and what comes of it: a supervisor takes part in his talk (`come`, by `mode`) or answers in words; it
   * is over (`ending`: `done`, `withdrawn`, `call-ended`, `left-call`, `signed-out`, `lapsed`).
   */
  'agent.help': {
    readonly agent: string;
    /** The same in all events of one. */
    readonly help: string;
    readonly did: 'ask' | 'come' | 'answer' | 'end';
    readonly callId: string | null;
    readonly queue: string | null;
    /** The supervisor. */
    readonly by: string | null;
    readonly text: string;
    readonly mode: string | null;
    readonly ending: string | null;
    /** Since he asked. */
    readonly waitedMs: number;
  };
  /** Something was put on an agent's list of what he is to do (待办), was put off, called for or done; what it says is asked for. */
  'agent.task': {
    readonly agent: string;
    /** The same in all events of one. */
    readonly task: string;
    readonly did: 'add' | 'change';
    /** `call-back`, `message`. */
    readonly kind: string;
    readonly dueAt: string;
    readonly isDone: boolean;
    readonly revision: number;
  };
  /** Something that the company has set up came, changed or went; what is in it is asked for. */
  'entity.changed': {
    readonly kind: string;
    readonly name: string;
    readonly entity: string;
    readonly revision: number;
    readonly did: 'create' | 'update' | 'delete';
    readonly by: string;
  };
  'switch.turned': { readonly name: string; readonly on: boolean; readonly until: string | null };
  /** Null: as its extension has it. */
  'phone.set': {
    readonly extension: string;
    readonly setting: string;
    readonly value: string | null;
  };
  /** Calls outside have come to a limit, or it was lifted; `extension` null: of the whole company. */
  'outside-limit.changed': {
    readonly extension: string | null;
    readonly did: 'reached' | 'lifted';
    readonly period: string | null;
    readonly of: string | null;
    readonly limit: number | null;
    readonly by: string | null;
  };
  /** Long work began, came further, or is over: `begin`, `progress`, `end`, `fail`. */
  'job.progress': {
    readonly job: string;
    readonly kind: string;
    readonly did: string;
    readonly by: string;
    readonly done: number | null;
    readonly total: number | null;
    readonly outcome: unknown;
  };
  /** The database was brought back from a backup: there are no events from the one number to the other. */
  'stream.restored': { readonly from: number; readonly to: number };
}

interface OfCall {
  readonly callId: string;
}

/** Who is rung, asked or talked with: work number of an agent, else the number. */
interface Target {
  readonly target: string;
  readonly kind: PartyKind;
}

export type EventType = keyof PublicFacts;

/** An event as it is sent. */
export type PublicEvent = {
  readonly [Type in EventType]: {
    /** Counts from 1 within the company, by one. */
    readonly seq: number;
    /** The same wherever and whenever it is sent. */
    readonly id: string;
    readonly type: Type;
    /** ISO 8601. */
    readonly at: string;
    /** What it is about: `calls/ID`, `queues/NAME`, `agents/WORK NUMBER` ... */
    readonly subject: string;
    readonly data: PublicFacts[Type];
    /** Version of `data`: members are added to it without another one. */
    readonly v: 1;
  };
}[EventType];

/** A queue as it is now: told when it changes, four times a second at most, and never kept. */
export interface QueueGauge {
  readonly queue: string;
  /** Callers in line. */
  readonly waiting: number;
  /** Since when who waits longest does, ISO 8601; null: nobody waits. */
  readonly waitsSince: string | null;
  readonly isPeak: boolean;
  /** How many of its agents are in which state. */
  readonly agents: Readonly<Record<string, number>>;
}
