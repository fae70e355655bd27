/** What the builders take: the nodes' fields, with names narrowed to those that the code declared. */

import type { Carrier } from '../../numbering/carrier.ts';
import type {
  CalendarRules,
  CallerMatch,
  DialStrategy,
  ExtensionNode,
  Flow,
  FlowNode,
  GatherNode,
  Hotline,
  HttpNode,
  Line,
  MenuNode,
  QueueNode,
  RateLimit,
  Ringback,
  ScriptCall,
  ScriptNode,
  SurveyNode,
  VipRule,
} from '../node/nodes.ts';
import type { Prompt } from '../run/flow-call.ts';

/** Names that the configuration knows, declared in code so that a mistyped one is a type error. */
export interface DeclaredNames {
  readonly prompts?: readonly string[];
  readonly queues?: readonly string[];
  readonly lists?: readonly string[];
  readonly mailboxes?: readonly string[];
  readonly surveys?: readonly string[];
  readonly trunks?: readonly string[];
  readonly extensions?: readonly string[];
  /** Lines, calendars and flows of the hotline itself. */
  readonly lines?: readonly string[];
  readonly calendars?: readonly string[];
  readonly flows?: readonly string[];
}

/** The declared names of one kind; any string when that kind was not declared. */
export type NameOf<
  D extends DeclaredNames,
  Kind extends keyof DeclaredNames,
> = D[Kind] extends readonly (infer Name)[] ? Name & string : string;

type PromptOf<D extends DeclaredNames> = NameOf<D, 'prompts'> | Exclude<Prompt, string>;
export type PromptsOf<D extends DeclaredNames> = PromptOf<D> | readonly PromptOf<D>[];
export type CalendarOf<D extends DeclaredNames> =
  | NameOf<D, 'calendars'>
  | 'CN-office-hours'
  | '24x7'
  | CalendarRules;
export type TargetOf<D extends DeclaredNames> = NameOf<D, 'lines'> | Line | ExtensionNode;
type SingleKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#';
type OnKeys = { readonly [key in SingleKey]?: Flow } & { readonly [keys: number]: Flow };
type Who = CallerMatch | readonly CallerMatch[];

export type MenuOptions<D extends DeclaredNames> = Pick<MenuNode, 'attempts' | 'timeoutMs' | 'otherwise'> & {
  readonly prompt: PromptsOf<D>;
  readonly invalid?: PromptsOf<D>;
} & OnKeys;

export type GatherOptions<D extends DeclaredNames> = Omit<GatherNode, 'type' | 'prompt' | 'invalid'> & {
  readonly prompt?: PromptsOf<D>;
  readonly invalid?: PromptsOf<D>;
};

export type QueueBranches = Omit<QueueNode, 'type' | 'queue' | 'keys'> & { readonly keys?: OnKeys };
export type HttpOptions = Omit<HttpNode, 'type'>;
export type ScriptOptions = Pick<ScriptNode, 'name' | 'timeoutMs' | 'branches' | 'otherwise'>;

export interface DialBranches<D extends DeclaredNames> {
  readonly strategy?: DialStrategy;
  readonly ringMs?: number;
  readonly sticky?: boolean;
  readonly busy?: Flow;
  readonly noAnswer?: Flow;
  readonly otherwise?: Flow;
  readonly targets?: readonly TargetOf<D>[];
}

/** The live call with the declared names in its verbs. */
export type CallOf<D extends DeclaredNames> = Omit<
  ScriptCall,
  'play' | 'gather' | 'queue' | 'voicemail' | 'survey' | 'callback'
> & {
  play(prompts: PromptsOf<D>, options?: Parameters<ScriptCall['play']>[1]): ReturnType<ScriptCall['play']>;
  gather(
    options: Omit<Parameters<ScriptCall['gather']>[0], 'prompt'> & { readonly prompt?: PromptsOf<D> },
  ): ReturnType<ScriptCall['gather']>;
  queue(
    name: NameOf<D, 'queues'>,
    options?: Parameters<ScriptCall['queue']>[1],
  ): ReturnType<ScriptCall['queue']>;
  voicemail(box: NameOf<D, 'mailboxes'>): ReturnType<ScriptCall['voicemail']>;
  survey(name: NameOf<D, 'surveys'>): ReturnType<ScriptCall['survey']>;
  callback(queue: NameOf<D, 'queues'>): Promise<void>;
};

export type HotlineOptions<D extends DeclaredNames> = Omit<
  Hotline,
  'type' | 'number' | 'block' | 'allow' | 'vip' | 'ringback' | 'afterTalk' | 'flow' | 'lines'
> & {
  readonly block?: Who;
  readonly allow?: Who;
  /** Callers who come first: 10 more priority in every queue, or as the rule says. */
  readonly vip?: Who | (Omit<VipRule, 'who'> & { readonly who: Who });
  readonly limit?: RateLimit;
  /** A prompt alone is heard before the answer (early media). */
  readonly ringback?: PromptsOf<D> | (Omit<Ringback, 'prompt'> & { readonly prompt: PromptsOf<D> });
  readonly lines?: { readonly [name in NameOf<D, 'lines'>]: Line | ExtensionNode };
  readonly flow: Flow | ((call: CallOf<D>) => Promise<void>);
  readonly afterTalk?: SurveyNode;
};

/** The words of a dialplan. `D` are the names declared in code. */
export interface Builders<D extends DeclaredNames> {
  /** A 400 number and its flow: the default export of a file in `dialplans/`. */
  hotline(number: string, options: HotlineOptions<D>): Hotline;

  /** Plays prompts, digits or pauses to the caller; answers first. */
  play(prompt: PromptsOf<D>, options?: { readonly repeat?: number; readonly bargeIn?: boolean }): FlowNode;
  /** Offers keys; offered again up to `attempts` times (3), then `otherwise`. */
  menu(options: MenuOptions<D>): FlowNode;
  /** Asks for digits and keeps them in the variable `save`. */
  gather(options: GatherOptions<D>): FlowNode;
  /** Branches by time: `open`, `closed`, `holiday`, and the calendar's own periods and switches. */
  schedule(calendar: CalendarOf<D>, periods: { readonly [period: string]: Flow }): FlowNode;
  /** Branches by province, city or area code; `unknown`, `international` and `otherwise` are branches too. */
  byArea(areas: {
    readonly [area: string]: Flow;
    readonly unknown?: Flow;
    readonly international?: Flow;
    readonly otherwise?: Flow;
  }): FlowNode;
  byArea(areas: { readonly [area: string]: Flow }, otherwise: Flow): FlowNode;
  /** Branches by the operator of a mobile: 移动, 联通虚拟, 虚拟 for all virtual ones ... */
  byCarrier(
    carriers: { readonly [carrier in Carrier]?: Flow } & {
      readonly otherwise?: Flow;
    },
  ): FlowNode;
  /** Branches by who calls; the first rule that fits wins. */
  byCaller(rules: readonly (readonly [who: Who, flow: Flow])[], otherwise?: Flow): FlowNode;
  /** Splits calls at random by weight: `byPercent([[70, a], [30, b]])`. */
  byPercent(shares: readonly (readonly [weight: number, flow: Flow])[]): FlowNode;
  /** Branches by the trunk that the call came in on. */
  byTrunk(
    trunks: { readonly [trunk in NameOf<D, 'trunks'>]?: Flow } & { readonly otherwise?: Flow },
  ): FlowNode;
  /** Branches by a value kept on the call. */
  byVariable(
    variable: string,
    values: { readonly [value: string]: Flow; readonly otherwise?: Flow },
  ): FlowNode;
  /** Keeps a value on the call. */
  set(variable: string, value: string): FlowNode;
  /** Waits for an agent of a queue. */
  queue(name: NameOf<D, 'queues'>, branches?: QueueBranches): FlowNode;
  /** Rings one line or several, by the strategy. */
  dial(targets: TargetOf<D> | readonly TargetOf<D>[], branches?: DialBranches<D>): FlowNode;
  /** An outside line, to be dialled. */
  line(number: string, options?: LineOptions<D>): Line;
  /** An extension's phone: a node of its own, or one of the targets of `dial`. */
  extension(number: NameOf<D, 'extensions'>, options?: Omit<ExtensionNode, 'type' | 'number'>): ExtensionNode;
  /** Hands the caller over to another number and leaves the call. */
  transfer(target: TargetOf<D>, branches?: { readonly otherwise?: Flow }): FlowNode;
  /** Takes a message; settles the call. */
  voicemail(box: NameOf<D, 'mailboxes'>): FlowNode;
  /** Asks for a score; settles the call. As `afterTalk`: asked once a talk ended. */
  survey(name: NameOf<D, 'surveys'>): SurveyNode;
  /** Tells something while a switch is on; passes silently otherwise. */
  announce(
    prompt: PromptsOf<D>,
    options?: { readonly switch?: string; readonly areas?: readonly string[] },
  ): FlowNode;
  /** Promises to call back; settles the call. */
  callback(
    queue: NameOf<D, 'queues'>,
    options?: { readonly prompt?: PromptsOf<D>; readonly otherwise?: Flow },
  ): FlowNode;
  /** Asks an outside service, with a time limit and a default. */
  http(options: HttpOptions): FlowNode;
  /** Goes on with a flow of the hotline. */
  goto(flow: NameOf<D, 'flows'>): FlowNode;
  /** Takes a flow of the hotline and comes back unless it settled the call. */
  subflow(flow: NameOf<D, 'flows'>): FlowNode;
  /** Runs a function; the string it returns chooses the branch. */
  script(
    run: (call: CallOf<D>) => Promise<string | undefined> | string | undefined,
    options?: ScriptOptions,
  ): FlowNode;
  /** Ends the call. */
  hangup(cause?: FlowCause | { readonly cause?: FlowCause; readonly prompt?: PromptsOf<D> }): FlowNode;

  /** Callers on a list of the configuration or the console. */
  list(name: NameOf<D, 'lists'>, term?: Term): CallerMatch;
  /** One caller. */
  number(number: string, term?: Term): CallerMatch;
  /** Callers whose number begins so. */
  prefix(prefix: string, term?: Term): CallerMatch;
  /** Landlines of an area code and mobiles of its area. */
  areaCode(code: string, term?: Term): CallerMatch;
  /** Callers who withhold their number. */
  anonymous(term?: Term): CallerMatch;
  /** Callers from abroad. */
  international(term?: Term): CallerMatch;
}

export type FlowCause = NonNullable<import('../node/nodes.ts').HangupNode['cause']>;
export type LineOptions<D extends DeclaredNames> = Omit<Line, 'type' | 'number' | 'trunk'> & {
  readonly trunk?: NameOf<D, 'trunks'>;
};

/** How long a rule holds and why. */
export interface Term {
  /** ISO 8601 with offset. */
  readonly until?: string;
  readonly reason?: string;
}
